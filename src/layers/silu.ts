import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `x · sigmoid(x)`, element by element; also called swish. */
export class SiLU extends ActivationLayer {
  readonly activation = { kind: 'silu' } as const;

  override config(): LayerConfig {
    return { type: 'SiLU' };
  }
}
