import { checkArity } from '../check.js';
import { ELU as OP } from '../ops/map/activations.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** x where it is above 0, else `alpha · (eˣ − 1)`, element by element. */
export class ELU extends ActivationLayer {
  static readonly signature: string = 'ELU(alpha)';
  readonly activation: { readonly kind: 'elu'; readonly alpha: number };

  /** @throws TypeError, RangeError unless alpha is finite and at least 0 */
  constructor(alpha = 1) {
    super();
    checkArity('ELU', arguments.length, 1);
    this.activation = { kind: 'elu', alpha };
    OP.form('ELU', this.activation);
  }

  override config(): LayerConfig {
    return { type: 'ELU', alpha: this.activation.alpha };
  }
}
