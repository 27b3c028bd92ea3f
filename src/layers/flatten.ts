import { flatten } from '../ops/reshape.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Joins all axes but the first `startAxis` (default: the batch) into one. */
export class Flatten extends Module {
  readonly #startAxis: number;

  constructor({ startAxis = 1 }: { startAxis?: number } = {}) {
    super();
    this.#startAxis = startAxis;
  }

  override forward(x: Tensor): Tensor {
    return flatten(x, this.#startAxis);
  }

  override config(): LayerConfig {
    return { type: 'Flatten', startAxis: this.#startAxis };
  }
}
