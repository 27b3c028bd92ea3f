import { maxPool2d, type MaxPool2dOptions } from '../ops/max-pool2d.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Largest value of each window, channel by channel; see the op `maxPool2d`. */
export class MaxPool2d extends Module {
  readonly #kernelSize: number | readonly number[];
  readonly #options: MaxPool2dOptions;

  constructor(kernelSize: number | readonly number[], options: MaxPool2dOptions = {}) {
    super();
    this.#kernelSize = kernelSize;
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return maxPool2d(x, this.#kernelSize, this.#options);
  }

  override config(): LayerConfig {
    return { type: 'MaxPool2d', kernelSize: this.#kernelSize, ...this.#options };
  }
}
