import { checkArity } from '../check.js';
import { checkOptions } from '../options.js';
import { checkWindows } from '../ops/padding.js';
import { checkPair } from '../ops/check.js';
import { MAX_POOL_OPTIONS, maxPool2d, type MaxPool2dOptions } from '../ops/pool/max-pool.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Largest value of each window, channel by channel; see the op `maxPool2d`. */
export class MaxPool2d extends Module {
  static readonly signature: string =
    'MaxPool2d(kernelSize, { stride, padding, dilation, ceilMode })';
  readonly #kernelSize: number | readonly number[];
  readonly #options: MaxPool2dOptions;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and unknown options */
  constructor(kernelSize: number | readonly number[], options: MaxPool2dOptions = {}) {
    super();
    checkArity('MaxPool2d', arguments.length, 2);
    checkPair('MaxPool2d', 'kernelSize', kernelSize, 1);
    checkOptions('MaxPool2d', options, MAX_POOL_OPTIONS);
    checkWindows('MaxPool2d', options);
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
