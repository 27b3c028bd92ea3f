import { checkArity } from '../check.js';
import { globalAvgPool2d } from '../ops/pool/global-avg-pool2d.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';

/** Mean of every channel over all pixels, [N,H,W,C] to [N,C]: the end of a network before its dense layer. */
export class GlobalAvgPool2d extends Module {
  static readonly signature: string = 'GlobalAvgPool2d()';

  constructor() {
    super();
    checkArity('GlobalAvgPool2d', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return globalAvgPool2d(x);
  }
}
