import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `x · min(max(x + 3, 0), 6) / 6`, element by element. */
export class Hardswish extends ActivationLayer {
  readonly activation = { kind: 'hardSwish' } as const;

  constructor() {
    super();
    checkArity('Hardswish', arguments.length, 0);
  }

  override config(): LayerConfig {
    return { type: 'Hardswish' };
  }
}
