import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import { launch } from '../../runtime/launch.js';
import { withScratch } from '../../runtime/storage.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family } from '../op.js';
import {
  type AvgPoolOptions,
  inputRows,
  outputRows,
  planPool,
  poolBlock,
  type PoolGeometry,
  type PoolOp,
  type PoolOptions,
  type PoolPlan,
} from './geometry.js';

/** Terms that are added one after the other; more of them by partial sums, as in assembly/lib/fold.ts. */
const RUN = 256;

/** Options of `avgPool1d`. */
export type AvgPool1dOptions = AvgPoolOptions<number>;
/** Options of `avgPool2d`. Each size is a number or [height, width]. */
export type AvgPool2dOptions = AvgPoolOptions;
/** Options of `avgPool3d`. Each size is a number or [depth, height, width]. */
export type AvgPool3dOptions = AvgPoolOptions;

/** The names of the options of average pooling. */
export const AVG_POOL_OPTIONS = [
  'stride',
  'padding',
  'dilation',
  'ceilMode',
  'countIncludePad',
  'divisorOverride',
];

const FAMILY: Family<PoolOp, PoolOptions, PoolPlan> = {
  operands: [{ name: 'input' }],
  plan: (op, [x], options) => planPool(op, x!, options),
  forward: (y, [x], plan) => averageWindows(y, x!, plan),
  gradients: [
    (gradInput, accumulate, { gradOutput, plan }) =>
      spreadToWindows(gradInput, gradOutput, plan, accumulate),
  ],
};

/** Writes the means. */
export function averageWindows(y: Tensor, x: Tensor, plan: PoolPlan): void {
  const { geometry, elements, divisor } = plan;
  launch(
    'avgPoolForward',
    [y.pointer, x.pointer, poolBlock(geometry), divisor],
    outputRows(geometry),
    { elements },
  );
}

/** Their gradient. */
export function spreadToWindows(
  gradInput: Tensor,
  gradOutput: Tensor,
  { geometry: g, elements, divisor }: PoolPlan,
  accumulate: boolean,
): void {
  const rows = inputRows(g);
  if (windowsOfPixel(g) <= RUN) {
    launch(
      'avgPoolGradInput',
      [gradInput.pointer, gradOutput.pointer, poolBlock(g), divisor, accumulate],
      rows,
      { elements },
    );
    return;
  }
  withScratch(4 * gradOutput.size, (shares) => {
    const block = poolBlock(g);
    launch('avgPoolGradShares', [shares, gradOutput.pointer, block, divisor], outputRows(g), {
      elements: gradOutput.size,
    });
    launch('avgPoolGradInputOfShares', [gradInput.pointer, shares, block, accumulate], rows, {
      elements,
    });
  });
}

/** Windows of a plane that a pixel may lie in: its gradient has as many terms. Those with gaps are not counted. */
function windowsOfPixel(g: PoolGeometry): number {
  if (Math.max(g.dilationDepth, g.dilationHeight, g.dilationWidth) > 1) return 0;
  const rows = Math.min(g.outHeight, Math.ceil(g.kernelHeight / g.strideHeight));
  return rows * Math.min(g.outWidth, Math.ceil(g.kernelWidth / g.strideWidth));
}

export const AVG_POOL1D: PoolOp = { family: FAMILY, name: 'avgPool1d', axes: 1 };
export const AVG_POOL2D: PoolOp = { family: FAMILY, name: 'avgPool2d', axes: 2 };
export const AVG_POOL3D: PoolOp = { family: FAMILY, name: 'avgPool3d', axes: 3 };
export const ADAPTIVE_AVG_POOL1D: PoolOp = {
  family: FAMILY,
  name: 'adaptiveAvgPool1d',
  axes: 1,
};
export const ADAPTIVE_AVG_POOL2D: PoolOp = {
  family: FAMILY,
  name: 'adaptiveAvgPool2d',
  axes: 2,
};
export const ADAPTIVE_AVG_POOL3D: PoolOp = {
  family: FAMILY,
  name: 'adaptiveAvgPool3d',
  axes: 3,
};

/**
 * 1-D average pooling, as in PyTorch: the mean of each window. Windows of gaps (`dilation`) are ONNX's.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool1d(x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  return average(AVG_POOL1D, arguments.length, x, kernelSize, options);
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
  return average(AVG_POOL2D, arguments.length, x, kernelSize, options);
}

/**
 * 3-D average pooling, as `avgPool2d` of volumes.
 * @param x [N, depth, height, width, channels]
 * @param kernelSize a number or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool3d(
  x: Tensor,
  kernelSize: number | readonly number[],
  options: AvgPool3dOptions = {},
): Tensor {
  return average(AVG_POOL3D, arguments.length, x, kernelSize, options);
}

function average(
  op: PoolOp,
  given: number,
  x: Tensor,
  kernelSize: number | readonly number[],
  options: AvgPoolOptions,
): Tensor {
  checkArity(op.name, given, 3);
  checkOptions(op.name, options, AVG_POOL_OPTIONS);
  return apply(op, [x], { ...options, kernelSize });
}

/**
 * The mean of windows that divide each axis as evenly as whole pixels can, as in PyTorch: the window o of n goes from
 * ⌊o · size / n⌋ to ⌈(o + 1) · size / n⌉.
 * @param x [N, length, channels]
 * @param outputSize the number of windows
 * @returns [N, outputSize, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveAvgPool1d(x: Tensor, outputSize: number): Tensor {
  checkArity('adaptiveAvgPool1d', arguments.length, 2);
  return apply(ADAPTIVE_AVG_POOL1D, [x], { outputSize });
}

/**
 * The same of pictures.
 * @param x [N, height, width, channels]
 * @param outputSize the number of windows along both axes, or [height, width]
 * @returns [N, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveAvgPool2d(x: Tensor, outputSize: number | readonly number[]): Tensor {
  checkArity('adaptiveAvgPool2d', arguments.length, 2);
  return apply(ADAPTIVE_AVG_POOL2D, [x], { outputSize });
}

/**
 * The same of volumes.
 * @param x [N, depth, height, width, channels]
 * @param outputSize the number of windows along all axes, or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveAvgPool3d(x: Tensor, outputSize: number | readonly number[]): Tensor {
  checkArity('adaptiveAvgPool3d', arguments.length, 2);
  return apply(ADAPTIVE_AVG_POOL3D, [x], { outputSize });
}
