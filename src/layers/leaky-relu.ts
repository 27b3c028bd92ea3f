import { checkArity, checkNumber } from '../check.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** x where it is above 0, else `slope · x`, element by element. */
export class LeakyReLU extends ActivationLayer {
  static readonly signature: string = 'LeakyReLU(slope)';
  readonly activation: { readonly kind: 'leakyRelu'; readonly slope: number };

  /** @throws TypeError, RangeError unless the slope is finite */
  constructor(slope = 0.01) {
    super();
    checkArity('LeakyReLU', arguments.length, 1);
    checkNumber('LeakyReLU', 'slope', slope);
    this.activation = { kind: 'leakyRelu', slope };
  }

  override config(): LayerConfig {
    return { type: 'LeakyReLU', slope: this.activation.slope };
  }
}
