import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `max(x, 0)`, element by element. */
export class ReLU extends ActivationLayer {
  readonly activation = { kind: 'relu' } as const;

  constructor() {
    super();
    checkArity('ReLU', arguments.length, 0);
  }

  override config(): LayerConfig {
    return { type: 'ReLU' };
  }
}
