import type { Activation } from '../activation.js';
import type { Padding1d, Padding2d } from '../padding.js';

/** Options of convolutions of any number of axes; `Size` is a number, or may be one for each axis. */
export interface ConvOptions<Size = number | readonly number[], Padding = Padding2d> {
  /** Distance between windows. Default 1. */
  stride?: Size;
  /**
   * Zeros around the input: a number for all sides, one for each axis, those before each axis and then those after each
   * (ONNX's order), `'valid'` (none) or `'same'` (output size = ⌈input size / stride⌉). Default 0.
   */
  padding?: Padding;
  /** Distance between kernel taps. Default 1. */
  dilation?: Size;
  /** Number of groups that input and output channels are divided into. Default 1. */
  groups?: number;
  /** What is applied to the output in the same pass. Default nothing. */
  activation?: Activation | undefined;
}

/** Options of transposed convolutions: those of the convolution whose input gradient this is. */
export interface ConvTransposeOptions<Size = number | readonly number[]> extends Omit<
  ConvOptions<Size>,
  'padding'
> {
  /**
   * What is cut off from the output: a number for all sides, one for each axis, those before each axis and then those
   * after each (ONNX's order), `'valid'` (nothing) or `'same'` (output size = input size · stride). Default 0.
   */
  padding?: Padding2d;
  /**
   * What is added to the output's size after each axis, less than the stride or the dilation: several sizes of input of
   * a convolution have the same size of output. Default 0.
   */
  outputPadding?: Size;
}

/** Options of `conv1d`. */
export type Conv1dOptions = ConvOptions<number, Padding1d>;
/** Options of `conv2d`. Each size is a number or [height, width]. */
export type Conv2dOptions = ConvOptions;
/** Options of `conv3d`. Each size is a number or [depth, height, width]. */
export type Conv3dOptions = ConvOptions;
/** Options of `convTranspose1d`. */
export type ConvTranspose1dOptions = ConvTransposeOptions<number>;
/** Options of `convTranspose2d`. Each size is a number or [height, width]. */
export type ConvTranspose2dOptions = ConvTransposeOptions;
/** Options of `convTranspose3d`. Each size is a number or [depth, height, width]. */
export type ConvTranspose3dOptions = ConvTransposeOptions;

/** Options of any of them. */
export type AnyConvOptions = Omit<ConvTransposeOptions, 'padding'> & { padding?: Padding1d };

/** The names of the options that describe windows, which layers have too. */
export const CONV_WINDOWS = ['stride', 'padding', 'dilation', 'groups'];
export const CONV_TRANSPOSE_WINDOWS = ['stride', 'padding', 'outputPadding', 'dilation', 'groups'];
