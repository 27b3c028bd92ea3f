import { checkArity } from '../check.js';
import { checkOptions } from '../options.js';
import { checkWindows } from '../ops/padding.js';
import { checkPair } from '../ops/check.js';
import { AVG_POOL_OPTIONS, avgPool2d, type AvgPool2dOptions } from '../ops/pool/avg-pool.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Mean value of each window, channel by channel; see the op `avgPool2d`. */
export class AvgPool2d extends Module {
  static readonly signature: string =
    'AvgPool2d(kernelSize, { stride, padding, ceilMode, countIncludePad })';
  readonly #kernelSize: number | readonly number[];
  readonly #options: AvgPool2dOptions;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and unknown options */
  constructor(kernelSize: number | readonly number[], options: AvgPool2dOptions = {}) {
    super();
    checkArity('AvgPool2d', arguments.length, 2);
    checkPair('AvgPool2d', 'kernelSize', kernelSize, 1);
    checkOptions('AvgPool2d', options, AVG_POOL_OPTIONS);
    checkWindows('AvgPool2d', options);
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
