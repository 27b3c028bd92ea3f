import { checkArity, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { flatten } from '../ops/reshape.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Joins all axes but the first `startAxis` (default: the batch) into one. */
export class Flatten extends Module {
  static readonly signature: string = 'Flatten({ startAxis })';
  readonly #startAxis: number;

  /** @throws TypeError, RangeError unless the axis is a non-negative integer */
  constructor(options: { startAxis?: number } = {}) {
    super();
    checkArity('Flatten', arguments.length, 1);
    checkOptions('Flatten', options, ['startAxis']);
    const { startAxis = 1 } = options;
    checkInteger('Flatten', 'startAxis', startAxis, 0);
    this.#startAxis = startAxis;
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.#startAxis);
  }

  override config(): LayerConfig {
    return { type: 'Flatten', startAxis: this.#startAxis };
  }
}
