import { checkNumber } from '../ops/check.js';
import { leakyRelu } from '../ops/leaky-relu.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** x where it is above 0, else `slope · x`, element by element. */
export class LeakyReLU extends Module {
  readonly #slope: number;

  /** @throws TypeError, RangeError unless the slope is finite */
  constructor(slope = 0.01) {
    super();
    checkNumber('LeakyReLU', 'slope', slope);
    this.#slope = slope;
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.#slope);
  }

  override config(): LayerConfig {
    return { type: 'LeakyReLU', slope: this.#slope };
  }
}
