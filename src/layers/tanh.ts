import { checkArity } from '../check.js';
import { tanh } from '../ops/tanh.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `tanh x`, element by element. */
export class Tanh extends Module {
  constructor() {
    super();
    checkArity('Tanh', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return tanh(x);
  }

  override config(): LayerConfig {
    return { type: 'Tanh' };
  }
}
