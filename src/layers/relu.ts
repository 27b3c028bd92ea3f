import { relu } from '../ops/relu.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `max(x, 0)`, element by element. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }

  override config(): LayerConfig {
    return { type: 'ReLU' };
  }
}
