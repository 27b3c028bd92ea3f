import { silu } from '../ops/silu.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `x · sigmoid(x)`, element by element; also called swish. */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }

  override config(): LayerConfig {
    return { type: 'SiLU' };
  }
}
