import { checkBoolean, checkInteger } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { interned } from '../../memo.js';
import { geometryBlock } from '../../runtime/geometry-block.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import { axisNames, checkRank, checkSizes } from '../check.js';
import type { Op, Plan, Spec } from '../op.js';
import {
  checkPadding,
  type Ends,
  endsOf,
  extentOf,
  type Padding2d,
  type Window,
} from '../padding.js';

const INT32_MAX = 2 ** 31 - 1;

/** The sizes of a pooling of pictures; immutable. */
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

/**
 * Everything a kernel needs to know about sizes, shared with the gradients: a picture is a volume of depth 1, a signal
 * has height 1 too. A kernel of 0 stands for the windows of adaptive pooling.
 */
export interface PoolGeometry extends Pool2dGeometry {
  readonly inDepth: number;
  readonly outDepth: number;
  readonly kernelDepth: number;
  readonly strideDepth: number;
  readonly dilationDepth: number;
  readonly padFront: number;
  readonly padBack: number;
}

/** The i32 block that the kernels read: `PoolGeometry` in assembly/lib/pooling.ts, field for field. */
export const POOL_FIELDS = [
  'batch',
  'channels',
  'inDepth',
  'outDepth',
  'kernelDepth',
  'strideDepth',
  'dilationDepth',
  'padFront',
  'padBack',
  'inHeight',
  'outHeight',
  'kernelHeight',
  'strideHeight',
  'dilationHeight',
  'padTop',
  'padBottom',
  'inWidth',
  'outWidth',
  'kernelWidth',
  'strideWidth',
  'dilationWidth',
  'padLeft',
  'padRight',
] as const;

/** Options of the windows of pooling; `Size` is a number, or may be one for each axis. */
export interface PoolWindows<Size = number | readonly number[]> {
  /** Distance between windows. Default: the kernel size. */
  stride?: Size;
  /**
   * Padding around the input, on each side less than the extent of the kernel: a number for all sides, one for each
   * axis, those before each axis and then those after each (ONNX's order), `'valid'` (none) or `'same'` (output size =
   * ⌈input size / stride⌉). Default 0.
   */
  padding?: Padding2d;
  /** Distance between the values of a window. Default 1. */
  dilation?: Size;
  /** Whether windows may reach beyond the padding, as long as they start before it. Default false. */
  ceilMode?: boolean | undefined;
}

/** Options of 2-D pooling. Each size is a number or [height, width]. */
export type Pool2dOptions = PoolWindows;

/** Options of average pooling; `Size` is a number, or may be one for each axis. */
export interface AvgPoolOptions<Size = number | readonly number[]> extends PoolWindows<Size> {
  /** Whether the zeros of the padding count towards the mean. Default true. */
  countIncludePad?: boolean;
  /** What sums are divided by, instead of the size of the window: a positive integer. */
  divisorOverride?: number | undefined;
}

/** With the size of the kernel, or, of adaptive pooling, that of the output instead of all others. */
export interface PoolOptions extends AvgPoolOptions {
  readonly kernelSize?: number | readonly number[];
  readonly outputSize?: number | readonly number[];
}

/** Pooling over signals, of one axis, pictures, of two, or volumes. */
export interface PoolOp<Options = PoolOptions, P extends PoolPlan = PoolPlan> extends Op<
  Options,
  P
> {
  readonly axes: 1 | 2 | 3;
  /** Whether the output is without the axes of the windows, of which there is one. */
  readonly isGlobal?: boolean;
}

export interface PoolPlan extends Plan {
  readonly geometry: PoolGeometry;
  /** Of the input. */
  readonly elements: number;
  /** Of a mean: `WITH_PAD`, 0 for the number of pixels, or what it is divided by. */
  readonly divisor: number;
}

/** The divisor that is the size of the window in the padded input. */
const WITH_PAD = -1;

/** An axis with its windows. */
interface Axis extends Window {
  readonly outputs: number;
  readonly ends: Ends;
}

const ONE: Axis = { size: 1, outputs: 1, kernel: 1, stride: 1, dilation: 1, ends: [0, 0] };
const KNOWN: PoolGeometry[] = [];

/**
 * The plan of a pooling of x [N, …sizes, channels].
 * @throws ShapeError, RangeError, TypeError naming the op and the argument.
 */
export function planPool(
  { name, axes, isGlobal = false }: Pick<PoolOp, 'name' | 'axes' | 'isGlobal'>,
  { shape }: Pick<Spec, 'shape'>,
  options: PoolOptions,
): PoolPlan {
  checkRank(name, 'input', shape, axes + 2);
  const [batch, channels] = [shape[0]!, shape.at(-1)!];
  const sizes = shape.slice(1, -1);
  const { outputSize, countIncludePad = true, divisorOverride } = options;
  if (Math.min(channels, ...sizes) < 1) {
    throw new ShapeError(
      `${name}: input: expected at least one pixel and one channel, got ${formatShape(shape)}`,
    );
  }
  const windows =
    outputSize === undefined
      ? windowsOf(name, sizes, options)
      : adaptiveWindows(name, sizes, checkSizes(name, 'outputSize', outputSize, axes, 1));
  checkDivisor(name, options);
  const outputs = isGlobal ? [] : windows.map((axis) => axis.outputs);
  return {
    shape: [batch, ...outputs, channels],
    geometry: geometryOf(batch, channels, windows),
    elements: sizeOf(shape),
    divisor: divisorOverride ?? (countIncludePad ? WITH_PAD : 0),
  };
}

function windowsOf(op: string, sizes: Shape, options: PoolOptions): readonly Axis[] {
  const { kernelSize, padding = 0, ceilMode = false } = options;
  const { stride = kernelSize!, dilation = 1 } = options;
  const axes = sizes.length;
  const kernels = checkSizes(op, 'kernelSize', kernelSize!, axes, 1);
  const strides = checkSizes(op, 'stride', stride, axes, 1);
  const dilations = checkSizes(op, 'dilation', dilation, axes, 1);
  checkBoolean(op, 'ceilMode', ceilMode);
  const windows = sizes.map((size, i) => {
    return { size, kernel: kernels[i]!, stride: strides[i]!, dilation: dilations[i]! };
  });
  const all = endsOf(op, padding, windows);
  const names = axisNames(axes);
  return windows.map((window, i) => {
    const ends = all[i]!;
    return { ...window, ends, outputs: outputsOf(op, names[i]!, window, ends, ceilMode) };
  });
}

/** The windows from ⌊o · size / outputs⌋ to ⌈(o + 1) · size / outputs⌉, as in PyTorch. */
function adaptiveWindows(op: string, sizes: Shape, outputSizes: Shape): readonly Axis[] {
  return sizes.map((size, i) => {
    const outputs = outputSizes[i]!;
    if (size * (outputs + 1) > INT32_MAX) {
      throw new RangeError(
        `${op}: outputSize: expected at most ${INT32_MAX} for its product with the input's size, got ${outputs} and ${size}`,
      );
    }
    const stride = size / outputs;
    const isEven = Number.isInteger(stride);
    return { ...ONE, size, outputs, kernel: isEven ? stride : 0, stride: isEven ? stride : 1 };
  });
}

function geometryOf(batch: number, channels: number, windows: readonly Axis[]): PoolGeometry {
  const [width = ONE, height = ONE, depth = ONE] = [...windows].reverse();
  return interned(KNOWN, {
    batch,
    channels,
    inDepth: depth.size,
    outDepth: depth.outputs,
    kernelDepth: depth.kernel,
    strideDepth: depth.stride,
    dilationDepth: depth.dilation,
    padFront: depth.ends[0],
    padBack: depth.ends[1],
    inHeight: height.size,
    outHeight: height.outputs,
    kernelHeight: height.kernel,
    strideHeight: height.stride,
    dilationHeight: height.dilation,
    padTop: height.ends[0],
    padBottom: height.ends[1],
    inWidth: width.size,
    outWidth: width.outputs,
    kernelWidth: width.kernel,
    strideWidth: width.stride,
    dilationWidth: width.dilation,
    padLeft: width.ends[0],
    padRight: width.ends[1],
  });
}

/**
 * What a layer can know of its windows before there is an input.
 * @throws TypeError, RangeError naming the option
 */
export function checkPoolOptions(op: string, axes: number, options: PoolOptions): void {
  const { kernelSize, stride = kernelSize!, padding = 0, dilation = 1, ceilMode = false } = options;
  checkSizes(op, 'kernelSize', kernelSize!, axes, 1);
  checkSizes(op, 'stride', stride, axes, 1);
  checkPadding(op, padding, axes);
  checkSizes(op, 'dilation', dilation, axes, 1);
  checkBoolean(op, 'ceilMode', ceilMode);
  checkDivisor(op, options);
}

function checkDivisor(
  op: string,
  { countIncludePad = true, divisorOverride = 1 }: AvgPoolOptions,
): void {
  checkBoolean(op, 'countIncludePad', countIncludePad);
  checkInteger(op, 'divisorOverride', divisorOverride, 1);
}

/** Rows of the output, and of the input: the tasks of the kernels. */
export const outputRows = (g: PoolGeometry) => g.batch * g.outDepth * g.outHeight;
export const inputRows = (g: PoolGeometry) => g.batch * g.inDepth * g.inHeight;

/** Writes the geometry for the next kernel call. @returns its address */
export function poolBlock(geometry: PoolGeometry): number {
  return geometryBlock(POOL_FIELDS, geometry);
}

/** PyTorch's size: with `ceilMode` the last window may overhang, but starts in the input or the padding before it. */
function outputsOf(
  op: string,
  axis: string,
  window: Window,
  [before, after]: Ends,
  ceilMode: boolean,
): number {
  const extent = extentOf(window);
  const padded = window.size + before + after;
  checkPoolPadding(op, axis, extent, before, after);
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
        `${window.dilation}, got ${window.size} and ${before + after} of padding`,
    );
  }
  return (count - 1) * window.stride < window.size + before ? count : count - 1;
}

/** Less padding than a window is large: every window of a kernel without gaps sees a pixel. */
function checkPoolPadding(
  op: string,
  axis: string,
  extent: number,
  before: number,
  after: number,
): void {
  if (Math.max(before, after) < extent) return;
  throw new RangeError(
    `${op}: padding: expected less than the ${axis} ${extent} of the kernel (dilation included), ` +
      `got ${before} and ${after}`,
  );
}
