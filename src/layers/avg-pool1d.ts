import { avgPool1d, type AvgPool1dOptions } from '../ops/avg-pool1d.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Mean value of each window, channel by channel; see the op `avgPool1d`. */
export class AvgPool1d extends Module {
  readonly #kernelSize: number;
  readonly #options: AvgPool1dOptions;

  constructor(kernelSize: number, options: AvgPool1dOptions = {}) {
    super();
    this.#kernelSize = kernelSize;
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return avgPool1d(x, this.#kernelSize, this.#options);
  }

  override config(): LayerConfig {
    return { type: 'AvgPool1d', kernelSize: this.#kernelSize, ...this.#options };
  }
}
