import { maxPool1d, type MaxPool1dOptions } from '../ops/max-pool1d.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Largest value of each window, channel by channel; see the op `maxPool1d`. */
export class MaxPool1d extends Module {
  readonly #kernelSize: number;
  readonly #options: MaxPool1dOptions;

  constructor(kernelSize: number, options: MaxPool1dOptions = {}) {
    super();
    this.#kernelSize = kernelSize;
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return maxPool1d(x, this.#kernelSize, this.#options);
  }

  override config(): LayerConfig {
    return { type: 'MaxPool1d', kernelSize: this.#kernelSize, ...this.#options };
  }
}
