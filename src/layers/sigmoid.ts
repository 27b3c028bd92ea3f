import { sigmoid } from '../ops/sigmoid.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `1 / (1 + e^−x)`, element by element. */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }

  override config(): LayerConfig {
    return { type: 'Sigmoid' };
  }
}
