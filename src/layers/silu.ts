import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `x · sigmoid(x)`, element by element; also called swish. */
export class SiLU extends ActivationLayer {
  readonly activation = { kind: 'silu' } as const;

  constructor() {
    super();
    checkArity('SiLU', arguments.length, 0);
  }

  override config(): LayerConfig {
    return { type: 'SiLU' };
  }
}
