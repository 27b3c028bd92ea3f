import { compose } from '../autograd.js';
import { checkArity, checkBoolean, checkInteger, wrongKind } from '../check.js';
import { uniform } from '../initializers.js';
import type { Activation } from '../ops/activation.js';
import { checkSizes, checkTensor } from '../ops/check.js';
import { pad, type PadMode } from '../ops/copy/pad.js';
import { type Ends, endsOf, type Padding1d, type Padding2d } from '../ops/padding.js';
import { checkConvOptions } from '../ops/conv/axes.js';
import {
  CONV1D,
  CONV2D,
  CONV3D,
  CONV_TRANSPOSE1D,
  CONV_TRANSPOSE2D,
  CONV_TRANSPOSE3D,
  type ConvOp,
} from '../ops/conv/op.js';
import {
  CONV_TRANSPOSE_WINDOWS,
  type AnyConvOptions,
  CONV_WINDOWS,
  type ConvOptions,
  type ConvTransposeOptions,
} from '../ops/conv/options.js';
import { apply } from '../ops/op.js';
import { checkOptions } from '../options.js';
import { sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/** Options of the layers of convolutions; `Size` is a number, or may be one for each axis. */
export interface ConvLayerOptions<Size, Padding = Padding2d> extends Omit<
  ConvOptions<Size, Padding>,
  'activation'
> {
  /** What is put around the input: zeros, or what the op `pad` does. Default 'zeros'. */
  paddingMode?: 'zeros' | Exclude<PadMode, 'constant'>;
  /** Whether to add a learned bias. Default true. */
  bias?: boolean;
}

/** Options of the layers of transposed convolutions. */
export interface ConvTransposeLayerOptions<Size> extends Omit<
  ConvTransposeOptions<Size>,
  'activation'
> {
  /** Whether to add a learned bias. Default true. */
  bias?: boolean;
}

/** Options of `Conv1d`. */
export type Conv1dLayerOptions = ConvLayerOptions<number, Padding1d>;
/** Options of `Conv2d`. */
export type Conv2dLayerOptions = ConvLayerOptions<number | readonly number[]>;
/** Options of `Conv3d`. */
export type Conv3dLayerOptions = ConvLayerOptions<number | readonly number[]>;
/** Options of `ConvTranspose1d`. */
export type ConvTranspose1dLayerOptions = ConvTransposeLayerOptions<number>;
/** Options of `ConvTranspose2d`. */
export type ConvTranspose2dLayerOptions = ConvTransposeLayerOptions<number | readonly number[]>;
/** Options of `ConvTranspose3d`. */
export type ConvTranspose3dLayerOptions = ConvTransposeLayerOptions<number | readonly number[]>;

type AnyConvLayerOptions = AnyConvOptions & Pick<ConvLayerOptions<number>, 'bias' | 'paddingMode'>;

/** Base of the convolutions: weight and bias are uniform within ±1/√fanIn at first, as in PyTorch. */
abstract class ConvLayer extends Module {
  static readonly takesActivation = true;
  static readonly outputsLast = true;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly #op: ConvOp;
  readonly #config: LayerConfig;
  readonly #paddingMode: NonNullable<ConvLayerOptions<number>['paddingMode']>;
  readonly #options: AnyConvOptions;

  /**
   * @param given the number of the layer's arguments
   * @throws RangeError for sizes that are not positive integers, or channels that the groups do not divide; TypeError
   */
  constructor(
    op: ConvOp,
    type: string,
    given: number,
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: AnyConvLayerOptions,
  ) {
    super();
    checkArity(type, given, 4);
    checkOptions(type, options, [
      ...(op.isTransposed ? CONV_TRANSPOSE_WINDOWS : [...CONV_WINDOWS, 'paddingMode']),
      'bias',
    ]);
    const { bias = true, paddingMode = 'zeros', ...windows } = options;
    const kernel = checkWindows(op, type, kernelSize, windows, paddingMode);
    const groups = checkGroups(type, inChannels, outChannels, options.groups);
    checkBoolean(type, 'bias', bias);
    this.#op = op;
    this.#options = windows;
    this.#paddingMode = paddingMode;
    const mode = paddingMode === 'zeros' ? {} : { paddingMode };
    this.#config = { type, inChannels, outChannels, kernelSize, bias, ...windows, ...mode };
    const [from, to] = op.isTransposed ? [outChannels, inChannels] : [inChannels, outChannels];
    const shape = [...kernel, from / groups, to];
    const bound = 1 / Math.sqrt(sizeOf(shape) / to);
    const initialize = (tensor: Tensor) => uniform(tensor, -bound, bound);
    this.weight = parameter(shape, initialize);
    this.bias = bias ? parameter([outChannels], initialize) : undefined;
  }

  /**
   * The output for a batch of inputs.
   * @param activation is applied to the output in the same pass
   */
  override forward(x: Tensor, activation?: Activation): Tensor {
    const mode = this.#paddingMode;
    const options = { ...this.#options, activation };
    if (mode === 'zeros') return apply(this.#op, [x, this.weight, this.bias], options);
    checkTensor(this.#op.name, 'input', x, { rank: this.#op.axes + 2 });
    return compose(() => {
      const padded = pad(x, [[0, 0], ...this.#endsFor(x), [0, 0]], { mode });
      return apply(this.#op, [padded, this.weight, this.bias], { ...options, padding: 0 });
    });
  }

  /** What the padding is before and after each axis. */
  #endsFor(x: Tensor): readonly Ends[] {
    const { name, axes } = this.#op;
    const { stride = 1, dilation = 1, padding = 0 } = this.#options;
    const strides = checkSizes(name, 'stride', stride, axes, 1);
    const dilations = checkSizes(name, 'dilation', dilation, axes, 1);
    const windows = strides.map((step, i) => {
      const [size, kernel] = [x.shape[i + 1]!, this.weight.shape[i]!];
      return { size, kernel, stride: step, dilation: dilations[i]! };
    });
    return endsOf(name, padding, windows, true);
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/** Checks what a convolution layer says of its windows. @returns the sizes of the kernel */
export function checkWindows(
  op: ConvOp,
  type: string,
  kernelSize: number | readonly number[],
  windows: AnyConvOptions,
  paddingMode = 'zeros',
): readonly number[] {
  const kernel = checkSizes(type, 'kernelSize', kernelSize, op.axes, 1);
  if (!['zeros', 'reflect', 'replicate', 'circular'].includes(paddingMode)) {
    const modes = "'zeros', 'reflect', 'replicate' or 'circular'";
    throw wrongKind(type, 'paddingMode', modes, paddingMode);
  }
  checkConvOptions({ ...op, name: type }, windows);
  return kernel;
}

/** Checks the channels of a convolution layer. @returns the number of groups */
function checkGroups(op: string, inChannels: number, outChannels: number, groups = 1): number {
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

/** 1-D convolution with learned weight [kernelSize, inChannels / groups, outChannels] and bias. Input [N, length, inChannels]. */
export class Conv1d extends ConvLayer {
  static readonly signature: string =
    'Conv1d(inChannels, outChannels, kernelSize, { stride, padding, paddingMode, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: Conv1dLayerOptions = {},
  ) {
    super(CONV1D, 'Conv1d', arguments.length, inChannels, outChannels, kernelSize, options);
  }
}

/** 2-D convolution with learned weight [kernelHeight, kernelWidth, inChannels / groups, outChannels] and bias. Input [N, height, width, inChannels]. */
export class Conv2d extends ConvLayer {
  static readonly signature: string =
    'Conv2d(inChannels, outChannels, kernelSize, { stride, padding, paddingMode, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: Conv2dLayerOptions = {},
  ) {
    super(CONV2D, 'Conv2d', arguments.length, inChannels, outChannels, kernelSize, options);
  }
}

/** 3-D convolution with learned weight [kernelDepth, kernelHeight, kernelWidth, inChannels / groups, outChannels] and bias. Input [N, depth, height, width, inChannels]. */
export class Conv3d extends ConvLayer {
  static readonly signature: string =
    'Conv3d(inChannels, outChannels, kernelSize, { stride, padding, paddingMode, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: Conv3dLayerOptions = {},
  ) {
    super(CONV3D, 'Conv3d', arguments.length, inChannels, outChannels, kernelSize, options);
  }
}

/** Transposed 1-D convolution with learned weight [kernelSize, outChannels / groups, inChannels] and bias. Input [N, length, inChannels]. */
export class ConvTranspose1d extends ConvLayer {
  static readonly signature: string =
    'ConvTranspose1d(inChannels, outChannels, kernelSize, { stride, padding, outputPadding, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    options: ConvTranspose1dLayerOptions = {},
  ) {
    super(
      CONV_TRANSPOSE1D,
      'ConvTranspose1d',
      arguments.length,
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }
}

/** Transposed 2-D convolution with learned weight [kernelHeight, kernelWidth, outChannels / groups, inChannels] and bias. Input [N, height, width, inChannels]. */
export class ConvTranspose2d extends ConvLayer {
  static readonly signature: string =
    'ConvTranspose2d(inChannels, outChannels, kernelSize, { stride, padding, outputPadding, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: ConvTranspose2dLayerOptions = {},
  ) {
    super(
      CONV_TRANSPOSE2D,
      'ConvTranspose2d',
      arguments.length,
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }
}

/** Transposed 3-D convolution with learned weight [kernelDepth, kernelHeight, kernelWidth, outChannels / groups, inChannels] and bias. Input [N, depth, height, width, inChannels]. */
export class ConvTranspose3d extends ConvLayer {
  static readonly signature: string =
    'ConvTranspose3d(inChannels, outChannels, kernelSize, { stride, padding, outputPadding, dilation, groups, bias })';

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number | readonly number[],
    options: ConvTranspose3dLayerOptions = {},
  ) {
    super(
      CONV_TRANSPOSE3D,
      'ConvTranspose3d',
      arguments.length,
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }
}
