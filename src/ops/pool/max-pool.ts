import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import { launch } from '../../runtime/launch.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family } from '../op.js';
import type { Padding1d } from '../padding.js';
import {
  pool2dBlock,
  type Pool2dOptions,
  planPool,
  type PoolOp,
  type PoolOptions,
  type PoolPlan,
} from './geometry.js';

/** Options of `maxPool1d`. */
export interface MaxPool1dOptions {
  /** Distance between windows. Default: the kernel size. */
  stride?: number;
  /** Padding around the input, on each side less than the extent of the kernel. Default 0. */
  padding?: Padding1d;
  /** Distance between the values of a window. Default 1. */
  dilation?: number;
  /** Whether windows may reach beyond the padding, as long as they start before it. Default false. */
  ceilMode?: boolean;
}

/** Options of `maxPool2d`. */
export type MaxPool2dOptions = Pool2dOptions;

/** The names of the options of max pooling. */
export const MAX_POOL_OPTIONS = ['stride', 'padding', 'dilation', 'ceilMode'];

type MaxPoolOp = PoolOp<PoolOptions, PoolPlan>;

/** The index of each window's maximum is kept for the gradient, where one is wanted. */
const FAMILY: Family<MaxPoolOp, PoolOptions, PoolPlan> = {
  operands: [{ name: 'input' }],

  plan({ name, axes }, [x], options) {
    const plan = planPool(name, axes, x!, options);
    return { ...plan, saved: [{ shape: plan.shape, dtype: 'int32' }] };
  },

  forward(y, [x], { geometry, elements }, [argmax]) {
    const rows = geometry.batch * geometry.outHeight;
    const block = pool2dBlock(geometry);
    if (argmax) {
      const to = [y.pointer, argmax.pointer] as const;
      launch('maxPool2dForwardArgmax', [...to, x!.pointer, block], rows, { elements });
    } else {
      launch('maxPool2dForward', [y.pointer, x!.pointer, block], rows, { elements });
    }
  },

  gradients: [
    ({ pointer }, accumulate, { gradOutput, saved, plan: { geometry, elements } }) =>
      launch(
        'maxPool2dGradInput',
        [pointer, gradOutput.pointer, saved[0]!.pointer, pool2dBlock(geometry), accumulate],
        geometry.batch * geometry.inHeight,
        { elements },
      ),
  ],
};

export const MAX_POOL1D: MaxPoolOp = { family: FAMILY, name: 'maxPool1d', axes: 1 };
export const MAX_POOL2D: MaxPoolOp = { family: FAMILY, name: 'maxPool2d', axes: 2 };

/**
 * 1-D max pooling, as in PyTorch: the largest value of each window, where padding does not count.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool1d(x: Tensor, kernelSize: number, options: MaxPool1dOptions = {}): Tensor {
  checkArity('maxPool1d', arguments.length, 3);
  checkOptions('maxPool1d', options, MAX_POOL_OPTIONS);
  return apply(MAX_POOL1D, [x], { ...options, kernelSize });
}

/**
 * 2-D max pooling, as in PyTorch: the largest value of each window, where padding does not count. The first of equal
 * maxima gets the gradient; NaN is larger than any number. A window whose taps all lie in the padding, which dilation
 * can bring about, gives −Infinity and has no gradient.
 * @param x [N, height, width, channels]
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: MaxPool2dOptions = {},
): Tensor {
  checkArity('maxPool2d', arguments.length, 3);
  checkOptions('maxPool2d', options, MAX_POOL_OPTIONS);
  return apply(MAX_POOL2D, [x], { ...options, kernelSize });
}
