import { checkOptions } from '../options.js';
import { checkWindows, windows2dOf } from '../ops/padding.js';
import { uniform } from '../initializers.js';
import type { Activation } from '../ops/activation.js';
import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { conv1d } from '../ops/conv/conv.js';
import type { Conv1dOptions } from '../ops/conv/options.js';
import type { Tensor } from '../tensor.js';
import { checkGroups, LAYER_OPTIONS } from './conv2d.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/** Options of `Conv1d`. */
export interface Conv1dLayerOptions extends Omit<Conv1dOptions, 'activation'> {
  /** Whether to add a learned bias. Default true. */
  bias?: boolean;
}

/**
 * 1-D convolution with learned weight [kernelSize, inChannels / groups, outChannels] and bias, both uniform within
 * ±1/√fanIn at first, as in PyTorch. Input [N, length, inChannels].
 */
export class Conv1d extends Module {
  static readonly signature: string =
    'Conv1d(inChannels, outChannels, kernelSize, { stride, padding, dilation, groups, bias })';
  static readonly takesActivation = true;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly #config: LayerConfig;
  readonly #options: Conv1dOptions;

  /** @throws RangeError for sizes that are not positive integers, or channels that the groups do not divide */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: Conv1dLayerOptions = {},
  ) {
    super();
    checkArity('Conv1d', arguments.length, 4);
    checkInteger('Conv1d', 'kernelSize', kernelSize, 1);
    checkOptions('Conv1d', options, LAYER_OPTIONS);
    const { bias = true, ...windows } = options;
    const groups = checkGroups('Conv1d', inChannels, outChannels, options.groups);
    checkWindows('Conv1d', windows2dOf('Conv1d', windows));
    checkBoolean('Conv1d', 'bias', bias);
    this.#options = windows;
    this.#config = { type: 'Conv1d', inChannels, outChannels, kernelSize, bias, ...windows };
    const bound = 1 / Math.sqrt((kernelSize * inChannels) / groups);
    const initialize = (weight: Tensor) => uniform(weight, -bound, bound);
    this.weight = parameter([kernelSize, inChannels / groups, outChannels], initialize);
    this.bias = bias ? parameter([outChannels], initialize) : undefined;
  }

  /**
   * The output for a batch of inputs.
   * @param activation is applied to the output in the same pass
   */
  override forward(x: Tensor, activation?: Activation): Tensor {
    return conv1d(x, this.weight, this.bias, { ...this.#options, activation });
  }

  override config(): LayerConfig {
    return this.#config;
  }
}
