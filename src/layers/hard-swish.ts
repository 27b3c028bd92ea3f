import { hardSwish } from '../ops/hard-swish.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** `x · min(max(x + 3, 0), 6) / 6`, element by element. */
export class Hardswish extends Module {
  override forward(x: Tensor): Tensor {
    return hardSwish(x);
  }

  override config(): LayerConfig {
    return { type: 'Hardswish' };
  }
}
