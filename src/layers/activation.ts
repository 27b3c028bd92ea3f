import { type Activation, activate } from '../ops/activation.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';

/** Base of the activations that a convolution or a dense layer before them can apply to its output in the same pass. */
export abstract class ActivationLayer extends Module {
  static readonly isActivation = true;
  abstract readonly activation: Activation;

  override forward(x: Tensor): Tensor {
    return activate(x, this.activation);
  }
}
