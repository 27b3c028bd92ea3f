import { checkArity, checkBoolean } from '../../check.js';
import { checkOptions } from '../../options.js';
import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor.js';
import { apply, applyAll, type Family } from '../op.js';
import {
  inputRows,
  outputRows,
  planPool,
  poolBlock,
  type PoolOp,
  type PoolOptions,
  type PoolPlan,
  type PoolWindows,
} from './geometry.js';

/** Options of `maxPool1d`. */
export interface MaxPool1dOptions extends PoolWindows<number>, IndicesOptions {}
/** Options of `maxPool2d`. Each size is a number or [height, width]. */
export interface MaxPool2dOptions extends PoolWindows, IndicesOptions {}
/** Options of `maxPool3d`. Each size is a number or [depth, height, width]. */
export interface MaxPool3dOptions extends PoolWindows, IndicesOptions {}

/** Options of max pooling that can tell where the values come from. */
export interface IndicesOptions {
  /**
   * Whether to return, beside the output, int32 indices of its shape: the place of each value among the pixels of its
   * channel, (plane · height + row) · width + column; −1 where a window has none. Default false.
   */
  returnIndices?: boolean;
}

/** Options with which max pooling returns where the values were, too. */
export type WithIndices<Options> = Options & { returnIndices: true };

/** The names of the options of max pooling; layers return no indices. */
export const MAX_POOL_OPTIONS = ['stride', 'padding', 'dilation', 'ceilMode'];
export const RETURN_INDICES = ['returnIndices'];

/** The index of each window's maximum is what the gradient and `returnIndices` want. */
export const MAX_FAMILY: Family<PoolOp, PoolOptions, PoolPlan> = {
  operands: [{ name: 'input' }],

  plan(op, [x], options) {
    const plan = planPool(op, x!, options);
    return { ...plan, saved: [{ shape: plan.shape, dtype: 'int32' }] };
  },

  forward(y, [x], { geometry, elements }, [argmax]) {
    const rows = outputRows(geometry);
    const block = poolBlock(geometry);
    if (argmax) {
      const to = [y.pointer, argmax.pointer] as const;
      launch('maxPoolForwardArgmax', [...to, x!.pointer, block], rows, { elements });
    } else {
      launch('maxPoolForward', [y.pointer, x!.pointer, block], rows, { elements });
    }
  },

  gradients: [
    ({ pointer }, accumulate, { gradOutput, saved, plan: { geometry, elements } }) =>
      launch(
        'maxPoolGradInput',
        [pointer, gradOutput.pointer, saved[0]!.pointer, poolBlock(geometry), accumulate],
        inputRows(geometry),
        { elements },
      ),
  ],
};

export const MAX_POOL1D: PoolOp = { family: MAX_FAMILY, name: 'maxPool1d', axes: 1 };
export const MAX_POOL2D: PoolOp = { family: MAX_FAMILY, name: 'maxPool2d', axes: 2 };
export const MAX_POOL3D: PoolOp = { family: MAX_FAMILY, name: 'maxPool3d', axes: 3 };
/**
 * 1-D max pooling, as in PyTorch: the largest value of each window, where padding does not count.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool1d(
  x: Tensor,
  kernelSize: number,
  options: WithIndices<MaxPool1dOptions>,
): [output: Tensor, indices: Tensor];
export function maxPool1d(x: Tensor, kernelSize: number, options?: MaxPool1dOptions): Tensor;
export function maxPool1d(
  x: Tensor,
  kernelSize: number,
  options: MaxPool1dOptions = {},
): Tensor | [Tensor, Tensor] {
  return pool(MAX_POOL1D, arguments.length, x, kernelSize, options);
}

/**
 * 2-D max pooling, as in PyTorch: the largest value of each window, where padding does not count. The first of equal
 * maxima gets the gradient; NaN is larger than any number. A window whose taps all lie in the padding, which dilation
 * can bring about, gives −Infinity and has no gradient.
 * @param x [N, height, width, channels]
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: WithIndices<MaxPool2dOptions>,
): [output: Tensor, indices: Tensor];
export function maxPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options?: MaxPool2dOptions,
): Tensor;
export function maxPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: MaxPool2dOptions = {},
): Tensor | [Tensor, Tensor] {
  return pool(MAX_POOL2D, arguments.length, x, kernelSize, options);
}

/**
 * 3-D max pooling, as `maxPool2d` of volumes.
 * @param x [N, depth, height, width, channels]
 * @param kernelSize a number or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool3d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: WithIndices<MaxPool3dOptions>,
): [output: Tensor, indices: Tensor];
export function maxPool3d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options?: MaxPool3dOptions,
): Tensor;
export function maxPool3d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: MaxPool3dOptions = {},
): Tensor | [Tensor, Tensor] {
  return pool(MAX_POOL3D, arguments.length, x, kernelSize, options);
}

function pool(
  op: PoolOp,
  given: number,
  x: Tensor,
  kernelSize: number | readonly number[],
  options: MaxPool2dOptions,
): Tensor | [Tensor, Tensor] {
  checkArity(op.name, given, 3);
  checkOptions(op.name, options, [...MAX_POOL_OPTIONS, ...RETURN_INDICES]);
  const { returnIndices, ...windows } = options;
  return callMax(op, x, { ...windows, kernelSize }, returnIndices);
}

/** Calls an op of max pooling; with `returnIndices` it gives the indices too. */
export function callMax(
  op: PoolOp,
  x: Tensor,
  options: PoolOptions,
  returnIndices = false,
): Tensor | [Tensor, Tensor] {
  checkBoolean(op.name, 'returnIndices', returnIndices);
  if (!returnIndices) return apply(op, [x], options);
  return applyAll(op, [x], options) as [Tensor, Tensor];
}
