import { checkArity, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { checkWindows, windows2dOf } from '../ops/padding.js';
import { MAX_POOL_OPTIONS } from '../ops/pool/max-pool.js';
import { maxPool1d, type MaxPool1dOptions } from '../ops/pool/max-pool.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Largest value of each window, channel by channel; see the op `maxPool1d`. */
export class MaxPool1d extends Module {
  static readonly signature: string =
    'MaxPool1d(kernelSize, { stride, padding, dilation, ceilMode })';
  readonly #kernelSize: number;
  readonly #options: MaxPool1dOptions;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and unknown options */
  constructor(kernelSize: number, options: MaxPool1dOptions = {}) {
    super();
    checkArity('MaxPool1d', arguments.length, 2);
    checkInteger('MaxPool1d', 'kernelSize', kernelSize, 1);
    checkOptions('MaxPool1d', options, MAX_POOL_OPTIONS);
    checkWindows('MaxPool1d', { ...options, ...windows2dOf('MaxPool1d', options) });
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
