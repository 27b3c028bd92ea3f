import { checkArity, checkBoolean } from '../../check.js';
import { checkOptions } from '../../options.js';
import { launch } from '../../runtime/launch.js';
import { withScratch } from '../../runtime/storage.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family } from '../op.js';
import type { Padding1d } from '../padding.js';
import {
  pool2dBlock,
  type Pool2dGeometry,
  type Pool2dOptions,
  planPool,
  type PoolOp,
  type PoolOptions,
  type PoolPlan,
} from './geometry.js';

/** Terms that are added one after the other; more of them by partial sums, as in assembly/lib/fold.ts. */
const RUN = 256;

/** Options of `avgPool1d`. */
export interface AvgPool1dOptions {
  /** Distance between windows. Default: the kernel size. */
  stride?: number;
  /** Zeros around the input, on each side less than the extent of the kernel. Default 0. */
  padding?: Padding1d;
  /** Whether windows may reach beyond the padding, as long as they start before it. Default false. */
  ceilMode?: boolean;
  /** Whether the zeros of the padding count towards the mean. Default true. */
  countIncludePad?: boolean;
}

/** Options of `avgPool2d`. */
export interface AvgPool2dOptions extends Omit<Pool2dOptions, 'dilation'> {
  /** Whether the zeros of the padding count towards the mean. Default true. */
  countIncludePad?: boolean;
}

/** The names of the options of average pooling. */
export const AVG_POOL_OPTIONS = ['stride', 'padding', 'ceilMode', 'countIncludePad'];

interface AvgPoolOptions extends PoolOptions {
  readonly countIncludePad?: boolean;
}

interface AvgPoolPlan extends PoolPlan {
  readonly countIncludePad: boolean;
}

type AvgPoolOp = PoolOp<AvgPoolOptions, AvgPoolPlan>;

const FAMILY: Family<AvgPoolOp, AvgPoolOptions, AvgPoolPlan> = {
  operands: [{ name: 'input' }],

  plan({ name, axes }, [x], options) {
    const { countIncludePad = true } = options;
    const plan = planPool(name, axes, x!, options);
    checkBoolean(name, 'countIncludePad', countIncludePad);
    return { ...plan, countIncludePad };
  },

  forward(y, [x], { geometry, elements, countIncludePad }) {
    launch(
      'avgPool2dForward',
      [y.pointer, x!.pointer, pool2dBlock(geometry), countIncludePad],
      geometry.batch * geometry.outHeight,
      { elements },
    );
  },

  gradients: [
    (gradInput, accumulate, { gradOutput, plan }) =>
      gradientOfInput(gradInput, gradOutput, plan, accumulate),
  ],
};

function gradientOfInput(
  { pointer }: Tensor,
  gradOutput: Tensor,
  { geometry: g, elements, countIncludePad }: AvgPoolPlan,
  accumulate: boolean,
): void {
  const rows = g.batch * g.inHeight;
  if (windowsOfPixel(g) <= RUN) {
    launch(
      'avgPool2dGradInput',
      [pointer, gradOutput.pointer, pool2dBlock(g), countIncludePad, accumulate],
      rows,
      { elements },
    );
    return;
  }
  withScratch(4 * gradOutput.size, (shares) => {
    const block = pool2dBlock(g);
    launch(
      'avgPool2dGradShares',
      [shares, gradOutput.pointer, block, countIncludePad],
      g.batch * g.outHeight,
      { elements: gradOutput.size },
    );
    launch('avgPool2dGradInputOfShares', [pointer, shares, block, accumulate], rows, { elements });
  });
}

/** Windows that a pixel may lie in: its gradient has as many terms. */
function windowsOfPixel(g: Pool2dGeometry): number {
  const rows = Math.min(g.outHeight, Math.ceil(g.kernelHeight / g.strideHeight));
  return rows * Math.min(g.outWidth, Math.ceil(g.kernelWidth / g.strideWidth));
}

export const AVG_POOL1D: AvgPoolOp = { family: FAMILY, name: 'avgPool1d', axes: 1 };
export const AVG_POOL2D: AvgPoolOp = { family: FAMILY, name: 'avgPool2d', axes: 2 };

/**
 * 1-D average pooling, as in PyTorch: the mean of each window.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool1d(x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  checkArity('avgPool1d', arguments.length, 3);
  checkOptions('avgPool1d', options, AVG_POOL_OPTIONS);
  return apply(AVG_POOL1D, [x], { ...options, kernelSize });
}

/**
 * 2-D average pooling, as in PyTorch: the mean of each window. With `ceilMode` what reaches beyond the padding never
 * counts.
 * @param x [N, height, width, channels]
 * @param kernelSize a number or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool2d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: AvgPool2dOptions = {},
): Tensor {
  checkArity('avgPool2d', arguments.length, 3);
  checkOptions('avgPool2d', options, AVG_POOL_OPTIONS);
  return apply(AVG_POOL2D, [x], { ...options, kernelSize });
}
