import { compose } from '../autograd.js';
import { checkArity, checkBoolean, checkInteger } from '../check.js';
import type { Activation } from '../ops/activation.js';
import { CONV1D, CONV2D, type ConvOp } from '../ops/conv/op.js';
import type { AnyConvOptions } from '../ops/conv/options.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import {
  checkWindows,
  Conv1d,
  type Conv1dLayerOptions,
  Conv2d,
  type Conv2dLayerOptions,
} from './conv.js';
import { type LayerConfig, Module } from './module.js';

/** What `SeparableConv1d` and `SeparableConv2d` have beside the options of a convolution. */
export interface DepthMultiplier {
  /** Channels that the depthwise convolution makes of each. Default 1. */
  readonly depthMultiplier?: number;
}

/** Options of `SeparableConv1d`: all but the bias are the depthwise convolution's. */
export type SeparableConv1dOptions = Omit<Conv1dLayerOptions, 'groups'> & DepthMultiplier;
/** Options of `SeparableConv2d`: all but the bias are the depthwise convolution's. */
export type SeparableConv2dOptions = Omit<Conv2dLayerOptions, 'groups'> & DepthMultiplier;

type AnyOptions = SeparableConv1dOptions | SeparableConv2dOptions;

const OPTIONS = ['bias', 'depthMultiplier', 'dilation', 'padding', 'paddingMode', 'stride'];

/** A convolution of every channel by itself, without bias, then one of 1x1 that mixes them (Chollet, 2017). */
abstract class SeparableConv extends Module {
  static readonly takesActivation = true;
  static readonly outputsLast = true;
  readonly depthwise: Conv1d | Conv2d;
  readonly pointwise: Conv1d | Conv2d;
  readonly #config: LayerConfig;

  constructor(
    op: ConvOp,
    type: string,
    given: number,
    Layer: new (from: number, to: number, kernel: never, options: object) => Conv1d | Conv2d,
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: AnyOptions,
  ) {
    super();
    checkArity(type, given, 4);
    checkOptions(type, options, OPTIONS);
    const { depthMultiplier = 1, bias = true, paddingMode, ...windows } = options;
    checkWindows(op, type, kernelSize, windows as AnyConvOptions, paddingMode);
    checkInteger(type, 'inChannels', inChannels, 1);
    checkInteger(type, 'outChannels', outChannels, 1);
    checkBoolean(type, 'bias', bias);
    checkInteger(type, 'depthMultiplier', depthMultiplier, 1);
    const channels = inChannels * depthMultiplier;
    this.depthwise = new Layer(inChannels, channels, kernelSize as never, {
      ...windows,
      ...(paddingMode && { paddingMode }),
      groups: inChannels,
      bias: false,
    });
    this.pointwise = new Layer(channels, outChannels, 1 as never, { bias });
    this.#config = { type, inChannels, outChannels, kernelSize, ...options };
  }

  /**
   * The output for a batch of inputs.
   * @param activation is applied to the output in the same pass
   */
  override forward(x: Tensor, activation?: Activation): Tensor {
    return compose(() => this.pointwise.forward(this.depthwise.forward(x), activation));
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/**
 * `[N, length, inChannels]` to `[N, outLength, outChannels]`: a depthwise convolution, then a pointwise one; what Keras
 * calls SeparableConv1D. Parameters: `depthwise.weight`, `pointwise.weight`, `pointwise.bias`.
 */
export class SeparableConv1d extends SeparableConv {
  static readonly signature: string =
    'SeparableConv1d(inChannels, outChannels, kernelSize, { bias, depthMultiplier, dilation, padding, paddingMode, stride })';

  /** @throws RangeError, TypeError */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: SeparableConv1dOptions = {},
  ) {
    const given = arguments.length;
    super(CONV1D, 'SeparableConv1d', given, Conv1d, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * `[N, height, width, inChannels]` to `[N, outHeight, outWidth, outChannels]`: a depthwise convolution, then a pointwise
 * one; what Keras calls SeparableConv2D. Parameters: `depthwise.weight`, `pointwise.weight`, `pointwise.bias`.
 */
export class SeparableConv2d extends SeparableConv {
  static readonly signature: string =
    'SeparableConv2d(inChannels, outChannels, kernelSize, { bias, depthMultiplier, dilation, padding, paddingMode, stride })';

  /** @throws RangeError, TypeError */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: SeparableConv2dOptions = {},
  ) {
    const given = arguments.length;
    super(CONV2D, 'SeparableConv2d', given, Conv2d, inChannels, outChannels, kernelSize, options);
  }
}
