import { checkArity } from '../check.js';
import { checkBounds } from '../ops/map/activations.js';
import { ActivationLayer } from './activation.js';
import type { LayerConfig } from './module.js';

/** `min(max(x, min), max)`, element by element; see the op `hardtanh`. */
export class Hardtanh extends ActivationLayer {
  static readonly signature: string = 'Hardtanh(min, max)';
  readonly activation: { readonly kind: 'hardtanh'; readonly min: number; readonly max: number };

  /** @throws TypeError, RangeError unless min ≤ max */
  constructor(min = -1, max = 1) {
    super();
    checkArity('Hardtanh', arguments.length, 2);
    checkBounds('Hardtanh', min, max);
    this.activation = { kind: 'hardtanh', min, max };
  }

  override config(): LayerConfig {
    const { min, max } = this.activation;
    return { type: 'Hardtanh', min: inJson(min), max: inJson(max) };
  }
}

/** JSON has no infinities. The largest number that it has is one in float32. */
function inJson(bound: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(bound, Number.MAX_VALUE));
}

/** `min(max(x, 0), 6)`, element by element. */
export class ReLU6 extends ActivationLayer {
  static readonly signature: string = 'ReLU6()';
  readonly activation = { kind: 'hardtanh', min: 0, max: 6 } as const;

  constructor() {
    super();
    checkArity('ReLU6', arguments.length, 0);
  }
}
