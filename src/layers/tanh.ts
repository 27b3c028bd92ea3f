import { checkArity } from '../check.js';
import { tanh } from '../ops/map/activations.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';

/** `tanh x`, element by element. */
export class Tanh extends Module {
  static readonly signature: string = 'Tanh()';

  constructor() {
    super();
    checkArity('Tanh', arguments.length, 0);
  }

  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}
