import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';

/** `max(x, 0)`, element by element. */
export class ReLU extends ActivationLayer {
  static readonly signature: string = 'ReLU()';
  readonly activation = { kind: 'relu' } as const;

  constructor() {
    super();
    checkArity('ReLU', arguments.length, 0);
  }
}
