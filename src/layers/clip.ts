import { checkBounds, clip, relu6 } from '../ops/clip.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `min(max(x, min), max)`, element by element; see the op `clip`. */
export class Hardtanh extends Module {
  readonly #min: number;
  readonly #max: number;

  /** @throws TypeError, RangeError unless both are finite and min ≤ max */
  constructor(min = -1, max = 1) {
    super();
    checkBounds('Hardtanh', min, max);
    this.#min = min;
    this.#max = max;
  }

  override forward(x: Tensor): Tensor {
    return clip(x, this.#min, this.#max);
  }

  override config(): LayerConfig {
    return { type: 'Hardtanh', min: this.#min, max: this.#max };
  }
}

/** `min(max(x, 0), 6)`, element by element. */
export class ReLU6 extends Module {
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }

  override config(): LayerConfig {
    return { type: 'ReLU6' };
  }
}
