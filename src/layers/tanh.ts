import { tanh } from '../ops/tanh.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `tanh x`, element by element. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }

  override config(): LayerConfig {
    return { type: 'Tanh' };
  }
}
