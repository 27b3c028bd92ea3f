import { checkArity, checkNumber } from '../check.js';
import { dropout } from '../ops/dropout.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Sets each value to 0 with probability p in training and scales the rest by 1/(1 − p); the identity otherwise. */
export class Dropout extends Module {
  static readonly signature: string = 'Dropout(p)';
  readonly #p: number;

  /** @throws RangeError unless 0 ≤ p ≤ 1 */
  constructor(p = 0.5) {
    super();
    checkArity('Dropout', arguments.length, 1);
    checkNumber('Dropout', 'p', p, 0, 1);
    this.#p = p;
  }

  override forward(x: Tensor): Tensor {
    return this.training ? dropout(x, this.#p) : x;
  }

  override config(): LayerConfig {
    return { type: 'Dropout', p: this.#p };
  }
}
