import { avgPool2d, type AvgPool2dOptions } from '../ops/avg-pool2d.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Mean value of each window, channel by channel; see the op `avgPool2d`. */
export class AvgPool2d extends Module {
  readonly #kernelSize: number | readonly number[];
  readonly #options: AvgPool2dOptions;

  constructor(kernelSize: number | readonly number[], options: AvgPool2dOptions = {}) {
    super();
    this.#kernelSize = kernelSize;
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return avgPool2d(x, this.#kernelSize, this.#options);
  }

  override config(): LayerConfig {
    return { type: 'AvgPool2d', kernelSize: this.#kernelSize, ...this.#options };
  }
}
