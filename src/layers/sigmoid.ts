import { checkArity } from '../check.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `1 / (1 + e^−x)`, element by element. */
export class Sigmoid extends ActivationLayer {
  readonly activation = { kind: 'sigmoid' } as const;

  constructor() {
    super();
    checkArity('Sigmoid', arguments.length, 0);
  }

  override config(): LayerConfig {
    return { type: 'Sigmoid' };
  }
}
