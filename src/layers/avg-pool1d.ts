import { checkArity, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { checkWindows, windows2dOf } from '../ops/padding.js';
import { AVG_POOL_OPTIONS } from '../ops/pool/avg-pool.js';
import { avgPool1d, type AvgPool1dOptions } from '../ops/pool/avg-pool.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Mean value of each window, channel by channel; see the op `avgPool1d`. */
export class AvgPool1d extends Module {
  static readonly signature: string =
    'AvgPool1d(kernelSize, { stride, padding, ceilMode, countIncludePad })';
  readonly #kernelSize: number;
  readonly #options: AvgPool1dOptions;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and unknown options */
  constructor(kernelSize: number, options: AvgPool1dOptions = {}) {
    super();
    checkArity('AvgPool1d', arguments.length, 2);
    checkInteger('AvgPool1d', 'kernelSize', kernelSize, 1);
    checkOptions('AvgPool1d', options, AVG_POOL_OPTIONS);
    checkWindows('AvgPool1d', { ...options, ...windows2dOf('AvgPool1d', options) });
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
