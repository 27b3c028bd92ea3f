import { checkBoolean } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { interned } from '../../memo.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../../shape.js';
import { checkPair, checkRank } from '../check.js';
import type { Op, Plan, Spec } from '../op.js';
import {
  extentOf,
  type Padding1d,
  type Padding2d,
  resolvePadding,
  type Window,
  windows2dOf,
} from '../padding.js';

const INT32_MAX = 2 ** 31 - 1;

/** Everything a 2-D pooling kernel needs to know about sizes; immutable, shared with the gradients. */
export interface Pool2dGeometry {
  readonly batch: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly padBottom: number;
  readonly padRight: number;
}

/** The i32 block that the kernels read: `Pool2dGeometry` in assembly/lib/pooling.ts, field for field. */
export const POOL2D_FIELDS = [
  'batch',
  'inHeight',
  'inWidth',
  'channels',
  'outHeight',
  'outWidth',
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padLeft',
  'padBottom',
  'padRight',
] as const;

/** Options of 2-D pooling. */
export interface Pool2dOptions {
  /** Distance between windows: a number or [height, width]. Default: the kernel size. */
  stride?: number | readonly number[];
  /** Padding around the input, on each side less than the extent of the kernel. Default 0. */
  padding?: Padding2d;
  /** Distance between the pixels of a window: a number or [height, width]. Default 1. */
  dilation?: number | readonly number[];
  /** Whether windows may reach beyond the padding, as long as they start before it. Default false. */
  ceilMode?: boolean | undefined;
}

const KNOWN: Pool2dGeometry[] = [];

/**
 * Checks the shape and options of a pooling of x [N,H,W,C].
 * @throws ShapeError, RangeError, TypeError naming `op` and the argument.
 */
export function pool2dGeometry(
  op: string,
  xShape: Shape,
  kernelSize: number | readonly number[],
  options: Pool2dOptions = {},
): Pool2dGeometry {
  const [batch, inHeight, inWidth, channels] = xShape as [number, number, number, number];
  const kernel = checkPair(op, 'kernelSize', kernelSize, 1);
  const stride = checkPair(op, 'stride', options.stride ?? kernelSize, 1);
  const dilation = checkPair(op, 'dilation', options.dilation ?? 1, 1);
  const ceilMode = options.ceilMode ?? false;
  checkBoolean(op, 'ceilMode', ceilMode);
  if (inHeight < 1 || inWidth < 1 || channels < 1) {
    throw new ShapeError(
      `${op}: input: expected at least one pixel and one channel, got ${formatShape(xShape)}`,
    );
  }
  const windowOf = (size: number, axis: 0 | 1): Window => {
    return { size, kernel: kernel[axis], stride: stride[axis], dilation: dilation[axis] };
  };
  const height = windowOf(inHeight, 0);
  const width = windowOf(inWidth, 1);
  const sides = resolvePadding(op, options.padding ?? 0, height, width);
  const [padTop, padLeft, padBottom, padRight] = sides;
  const outHeight = outputSize(op, 'height', height, padTop, padBottom, ceilMode);
  const outWidth = outputSize(op, 'width', width, padLeft, padRight, ceilMode);
  checkShape(op, 'output', [batch, outHeight, outWidth, channels]);
  return interned(KNOWN, {
    batch,
    inHeight,
    inWidth,
    channels,
    outHeight,
    outWidth,
    kernelHeight: height.kernel,
    kernelWidth: width.kernel,
    strideHeight: height.stride,
    strideWidth: width.stride,
    dilationHeight: height.dilation,
    dilationWidth: width.dilation,
    padTop,
    padLeft,
    padBottom,
    padRight,
  });
}

/** Pooling over signals, of one axis, or pictures, of two. */
export interface PoolOp<Options, P extends PoolPlan> extends Op<Options, P> {
  readonly axes: 1 | 2;
}

/** Options that both dimensions have, with the kernel size beside them. */
export interface PoolOptions extends Pool2dOptions {
  readonly kernelSize: number | readonly number[];
}

export interface PoolPlan extends Plan {
  readonly geometry: Pool2dGeometry;
  /** Of the input. */
  readonly elements: number;
}

/** The plan of a pooling of x [N, length, channels] or [N, height, width, channels]. */
export function planPool(op: string, axes: 1 | 2, x: Spec, options: PoolOptions): PoolPlan {
  checkRank(op, 'input', x.shape, axes + 2);
  const geometry =
    axes === 2
      ? pool2dGeometry(op, x.shape, options.kernelSize, options)
      : geometryOfSignal(op, x.shape, options);
  const { batch, outHeight, outWidth, channels } = geometry;
  const windows = axes === 2 ? [outHeight, outWidth] : [outWidth];
  return { shape: [batch, ...windows, channels], geometry, elements: sizeOf(x.shape) };
}

/** A signal is a picture of height 1. */
function geometryOfSignal(op: string, shape: Shape, options: PoolOptions): Pool2dGeometry {
  const {
    kernelSize,
    stride = kernelSize,
    padding = 0,
    dilation = 1,
    ceilMode,
  } = options as {
    kernelSize: number;
    stride?: number;
    padding?: Padding1d;
    dilation?: number;
    ceilMode?: boolean;
  };
  const [batch, length, channels] = shape as [number, number, number];
  return pool2dGeometry(op, [batch, 1, length, channels], [1, kernelSize], {
    ...windows2dOf(op, { stride, padding, dilation }),
    ceilMode,
  });
}

/** Writes the geometry for the next kernel call. @returns its address */
export function pool2dBlock(geometry: Pool2dGeometry): number {
  return geometryBlock(POOL2D_FIELDS, geometry);
}

/** PyTorch's size: with `ceilMode` the last window may overhang, but starts in the input or the padding before it. */
function outputSize(
  op: string,
  axis: string,
  window: Window,
  padBefore: number,
  padAfter: number,
  ceilMode: boolean,
): number {
  const extent = extentOf(window);
  const padded = window.size + padBefore + padAfter;
  checkPoolPadding(op, axis, extent, padBefore, padAfter);
  if (Math.max(extent, padded) > INT32_MAX) {
    throw new RangeError(
      `${op}: ${axis}: expected a kernel and a padded input of at most ${INT32_MAX}, got ${extent} and ${padded}`,
    );
  }
  const steps = (padded - extent) / window.stride;
  if (!ceilMode && steps >= 0) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  if (!ceilMode || count < 1) {
    throw new ShapeError(
      `${op}: ${axis}: expected at least ${extent} for a kernel of ${window.kernel} with dilation ` +
        `${window.dilation}, got ${window.size} and ${padBefore + padAfter} of padding`,
    );
  }
  return (count - 1) * window.stride < window.size + padBefore ? count : count - 1;
}

/** Less padding than a window is large: every window of a kernel without gaps sees a pixel. */
function checkPoolPadding(
  op: string,
  axis: string,
  extent: number,
  padBefore: number,
  padAfter: number,
): void {
  if (Math.max(padBefore, padAfter) < extent) return;
  throw new RangeError(
    `${op}: padding: expected less than the ${axis} ${extent} of the kernel (dilation included), ` +
      `got ${padBefore} and ${padAfter}`,
  );
}
