import { checkArity } from '../check.js';
import { GELU as OP, type GeluApproximation } from '../ops/map/activations.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `x · Φ(x)`, Φ the distribution function of the standard normal distribution, element by element. */
export class GELU extends ActivationLayer {
  static readonly signature: string = 'GELU(approximate)';
  readonly activation: { readonly kind: 'gelu'; readonly approximate: GeluApproximation };

  /**
   * @param approximate 'tanh' for the older formula, see `gelu`
   * @throws TypeError
   */
  constructor(approximate: GeluApproximation = 'none') {
    super();
    checkArity('GELU', arguments.length, 1);
    this.activation = { kind: 'gelu', approximate };
    OP.form('GELU', this.activation);
  }

  override config(): LayerConfig {
    return { type: 'GELU', approximate: this.activation.approximate };
  }
}
