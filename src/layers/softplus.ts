import { checkArity } from '../check.js';
import { SOFTPLUS, type SoftplusOptions } from '../ops/map/activations.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `ln(1 + e^(beta x)) / beta`, element by element, and x itself where `beta · x` is above `threshold`. */
export class Softplus extends ActivationLayer {
  static readonly signature: string = 'Softplus(beta, threshold)';
  readonly activation: SoftplusOptions & { readonly kind: 'softplus' };

  /** @throws TypeError, RangeError unless beta is finite and above 0, and threshold finite */
  constructor(beta = 1, threshold = 20) {
    super();
    checkArity('Softplus', arguments.length, 2);
    this.activation = { kind: 'softplus', beta, threshold };
    SOFTPLUS.form('Softplus', this.activation);
  }

  override config(): LayerConfig {
    const { beta, threshold } = this.activation;
    return { type: 'Softplus', beta, threshold };
  }
}
