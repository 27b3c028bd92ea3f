import { ShapeError } from '../../errors.js';
import { interned } from '../../memo.js';
import { checkShape, formatShape, type Shape } from '../../shape.js';
import type { Activation } from '../activation.js';
import { checkInteger } from '../../check.js';
import { checkPair } from '../check.js';
import { extentOf, type Padding2d, resolvePadding, type Window } from '../padding.js';

/** For pictures that come as in PyTorch. */
const CHANNELS_LAST = '; channels are the last axis here: [N, height, width, channels]';

const MAX_PADDED_SIZE = 2 ** 31 - 1;

/** Everything a 2-D convolution kernel needs to know about sizes; immutable, shared with the gradients. */
export interface Conv2dGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly groups: number;
}

/** Multiply-adds of y, and of each of its gradients. */
export function multiplyAdds(g: Conv2dGeometry): number {
  const perOutput = (g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
  return g.batch * g.outHeight * g.outWidth * g.outChannels * perOutput;
}

/** Options of `conv2d`. */
export interface Conv2dOptions {
  /** Distance between windows: a number or [height, width]. Default 1. */
  stride?: number | readonly number[];
  /** Zeros around the input. Default 0. */
  padding?: Padding2d;
  /** Distance between kernel taps: a number or [height, width]. Default 1. */
  dilation?: number | readonly number[];
  /** Number of groups that input and output channels are divided into. Default 1. */
  groups?: number;
  /** What is applied to the output in the same pass. Default nothing. */
  activation?: Activation | undefined;
}

/** The names of the options of convolutions. */
export const CONV_OPTIONS = ['stride', 'padding', 'dilation', 'groups', 'activation'];

const KNOWN: Conv2dGeometry[] = [];

/**
 * Checks the shapes and options of a convolution of x [N,H,W,C] with weight [KH,KW,C/groups,OC].
 * @throws ShapeError, RangeError, TypeError naming `op` and the argument.
 */
export function conv2dGeometry(
  op: string,
  xShape: Shape,
  weightShape: Shape,
  options: Conv2dOptions,
): Conv2dGeometry {
  const [batch, inHeight, inWidth, inChannels] = xShape as Quad;
  const [kernelHeight, kernelWidth, , outChannels] = weightShape as Quad;
  const [strideHeight, strideWidth] = checkPair(op, 'stride', options.stride ?? 1, 1);
  const [dilationHeight, dilationWidth] = checkPair(op, 'dilation', options.dilation ?? 1, 1);
  const groups = options.groups ?? 1;
  checkChannels(op, xShape, weightShape, groups);
  const height = {
    size: inHeight,
    kernel: kernelHeight,
    stride: strideHeight,
    dilation: dilationHeight,
  };
  const width = {
    size: inWidth,
    kernel: kernelWidth,
    stride: strideWidth,
    dilation: dilationWidth,
  };
  const [padTop, padLeft, padBottom, padRight] = resolvePadding(
    op,
    options.padding ?? 0,
    height,
    width,
  );
  const outHeight = outputSize(op, 'height', height, padTop + padBottom);
  const outWidth = outputSize(op, 'width', width, padLeft + padRight);
  checkShape(op, 'output', [batch, outHeight, outWidth, outChannels]);
  const geometry = interned(KNOWN, {
    batch,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop,
    padLeft,
    groups,
  });
  if (batch > 0 && !isDepthwise(geometry)) {
    // What a row of windows spans is copied with its padding.
    const span = (outWidth - 1) * strideWidth + extentOf(width);
    checkShape(op, 'padded input', [extentOf(height), span, inChannels]);
  }
  return geometry;
}

/** Whether there are several channels, and one filter for each. */
export function isDepthwise({ groups, inChannels, outChannels }: Conv2dGeometry): boolean {
  return groups > 1 && groups === inChannels && outChannels === inChannels;
}

type Quad = [number, number, number, number];

/** Checks x [..., C] and weight [..., C/groups, OC]. @throws ShapeError, RangeError, TypeError */
export function checkChannels(op: string, xShape: Shape, weightShape: Shape, groups: number): void {
  const inChannels = xShape.at(-1)!;
  const groupChannels = weightShape.at(-2)!;
  const outChannels = weightShape.at(-1)!;
  checkInteger(op, 'groups', groups, 1);
  if (weightShape.includes(0)) {
    throw new ShapeError(
      `${op}: weight: expected axes of at least 1, got ${formatShape(weightShape)}`,
    );
  }
  if (inChannels !== groupChannels * groups) {
    throw new ShapeError(
      `${op}: input channels: expected ${groupChannels * groups} (weight ${formatShape(weightShape)}` +
        `${groups > 1 ? `, ${groups} groups` : ''}), got ${inChannels} (input ${formatShape(xShape)})` +
        (xShape[1] === groupChannels * groups ? CHANNELS_LAST : ''),
    );
  }
  if (outChannels % groups !== 0) {
    throw new ShapeError(
      `${op}: output channels: expected a multiple of ${groups} groups, got ${outChannels} ` +
        `(weight ${formatShape(weightShape)})`,
    );
  }
}

function outputSize(op: string, axis: string, window: Window, padding: number): number {
  const extent = extentOf(window);
  // Row and column numbers are i32 in the kernels.
  if (window.size + padding > MAX_PADDED_SIZE) {
    throw new ShapeError(
      `${op}: ${axis}: expected at most ${MAX_PADDED_SIZE} with its padding, got ${window.size} and ${padding} of padding`,
    );
  }
  if (window.size + padding < extent) {
    throw new ShapeError(
      `${op}: ${axis}: expected at least ${extent} for a kernel of ${window.kernel} with dilation ` +
        `${window.dilation}, got ${window.size} and ${padding} of padding`,
    );
  }
  return Math.floor((window.size + padding - extent) / window.stride) + 1;
}
