import { checkOptions } from '../options.js';
import { checkWindows } from '../ops/padding.js';
import { uniform } from '../initializers.js';
import type { Activation } from '../ops/activation.js';
import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { checkPair } from '../ops/check.js';
import { conv2d } from '../ops/conv/conv.js';
import type { Conv2dOptions } from '../ops/conv/options.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/** Options of `Conv2d`. */
export interface Conv2dLayerOptions extends Omit<Conv2dOptions, 'activation'> {
  /** Whether to add a learned bias. Default true. */
  bias?: boolean;
}

/** The names of the options of convolution layers. */
export const LAYER_OPTIONS = ['stride', 'padding', 'dilation', 'groups', 'bias'];

/**
 * 2-D convolution with learned weight [kernelHeight, kernelWidth, inChannels / groups, outChannels] and bias, both
 * uniform within ±1/√fanIn at first, as in PyTorch. Input [N, height, width, inChannels].
 */
export class Conv2d extends Module {
  static readonly signature: string =
    'Conv2d(inChannels, outChannels, kernelSize, { stride, padding, dilation, groups, bias })';
  static readonly takesActivation = true;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly #config: LayerConfig;
  readonly #options: Conv2dOptions;

  /** @throws RangeError for sizes that are not positive integers, or channels that the groups do not divide */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: Conv2dLayerOptions = {},
  ) {
    super();
    checkArity('Conv2d', arguments.length, 4);
    const kernel = checkPair('Conv2d', 'kernelSize', kernelSize, 1);
    checkOptions('Conv2d', options, LAYER_OPTIONS);
    const { bias = true, ...windows } = options;
    const groups = checkGroups('Conv2d', inChannels, outChannels, options.groups);
    checkWindows('Conv2d', windows);
    checkBoolean('Conv2d', 'bias', bias);
    this.#options = windows;
    this.#config = { type: 'Conv2d', inChannels, outChannels, kernelSize, bias, ...windows };
    const bound = 1 / Math.sqrt((kernel[0] * kernel[1] * inChannels) / groups);
    const initialize = (weight: Tensor) => uniform(weight, -bound, bound);
    this.weight = parameter([...kernel, inChannels / groups, outChannels], initialize);
    this.bias = bias ? parameter([outChannels], initialize) : undefined;
  }

  /**
   * The output for a batch of inputs.
   * @param activation is applied to the output in the same pass
   */
  override forward(x: Tensor, activation?: Activation): Tensor {
    return conv2d(x, this.weight, this.bias, { ...this.#options, activation });
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/** Checks the channels of a convolution layer. @returns the number of groups */
export function checkGroups(
  op: string,
  inChannels: number,
  outChannels: number,
  groups = 1,
): number {
  checkInteger(op, 'inChannels', inChannels, 1);
  checkInteger(op, 'outChannels', outChannels, 1);
  checkInteger(op, 'groups', groups, 1);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new RangeError(
      `${op}: groups: expected a divisor of ${inChannels} input and ${outChannels} output channels, got ${groups}`,
    );
  }
  return groups;
}
