import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';

/** `x · sigmoid(x)`, element by element; also called swish. */
export class SiLU extends ActivationLayer {
  static readonly signature: string = 'SiLU()';
  readonly activation = { kind: 'silu' } as const;

  constructor() {
    super();
    checkArity('SiLU', arguments.length, 0);
  }
}
