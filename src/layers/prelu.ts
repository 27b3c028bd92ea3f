import { checkArity, checkInteger, checkNumber } from '../check.js';
import { prelu } from '../ops/zip/select.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/** x where it is above 0, else `weight · x`, element by element, with one learned weight for all or for each channel. */
export class PReLU extends Module {
  static readonly signature: string = 'PReLU(channels, initial)';
  /** [channels] */
  readonly weight: Tensor;

  /**
   * @param channels the last axis of its inputs, or 1
   * @param initial what weights begin with
   * @throws TypeError, RangeError
   */
  constructor(
    readonly channels = 1,
    readonly initial = 0.25,
  ) {
    super();
    checkArity('PReLU', arguments.length, 2);
    checkInteger('PReLU', 'channels', channels, 1);
    checkNumber('PReLU', 'initial', initial);
    this.weight = parameter([channels], (weight) => weight.assign(Array(channels).fill(initial)));
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override config(): LayerConfig {
    return { type: 'PReLU', channels: this.channels, initial: this.initial };
  }
}
