import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';

/** `1 / (1 + e^−x)`, element by element. */
export class Sigmoid extends ActivationLayer {
  static readonly signature: string = 'Sigmoid()';
  readonly activation = { kind: 'sigmoid' } as const;

  constructor() {
    super();
    checkArity('Sigmoid', arguments.length, 0);
  }
}
