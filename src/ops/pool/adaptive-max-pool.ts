import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import type { Tensor } from '../../tensor.js';
import type { PoolOp } from './geometry.js';
import {
  callMax,
  type IndicesOptions,
  MAX_FAMILY,
  RETURN_INDICES,
  type WithIndices,
} from './max-pool.js';

export const ADAPTIVE_MAX_POOL1D: PoolOp = {
  family: MAX_FAMILY,
  name: 'adaptiveMaxPool1d',
  axes: 1,
};
export const ADAPTIVE_MAX_POOL2D: PoolOp = {
  family: MAX_FAMILY,
  name: 'adaptiveMaxPool2d',
  axes: 2,
};
export const ADAPTIVE_MAX_POOL3D: PoolOp = {
  family: MAX_FAMILY,
  name: 'adaptiveMaxPool3d',
  axes: 3,
};
/**
 * The largest value of windows that divide each axis as evenly as whole pixels can, as in PyTorch: the window o of n goes
 * from ⌊o · size / n⌋ to ⌈(o + 1) · size / n⌉.
 * @param x [N, length, channels]
 * @param outputSize the number of windows
 * @returns [N, outputSize, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: number,
  options: WithIndices<IndicesOptions>,
): [output: Tensor, indices: Tensor];
export function adaptiveMaxPool1d(x: Tensor, outputSize: number, options?: IndicesOptions): Tensor;
export function adaptiveMaxPool1d(
  x: Tensor,
  outputSize: number,
  options: IndicesOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptive(ADAPTIVE_MAX_POOL1D, arguments.length, x, outputSize, options);
}

/**
 * The same of pictures.
 * @param x [N, height, width, channels]
 * @param outputSize the number of windows along both axes, or [height, width]
 * @returns [N, outHeight, outWidth, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly number[],
  options: WithIndices<IndicesOptions>,
): [output: Tensor, indices: Tensor];
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly number[],
  options?: IndicesOptions,
): Tensor;
export function adaptiveMaxPool2d(
  x: Tensor,
  outputSize: number | readonly number[],
  options: IndicesOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptive(ADAPTIVE_MAX_POOL2D, arguments.length, x, outputSize, options);
}

/**
 * The same of volumes.
 * @param x [N, depth, height, width, channels]
 * @param outputSize the number of windows along all axes, or [depth, height, width]
 * @returns [N, outDepth, outHeight, outWidth, channels]; with `returnIndices` that and the indices
 * @throws TypeError, ShapeError, RangeError
 */
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: number | readonly number[],
  options: WithIndices<IndicesOptions>,
): [output: Tensor, indices: Tensor];
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: number | readonly number[],
  options?: IndicesOptions,
): Tensor;
export function adaptiveMaxPool3d(
  x: Tensor,
  outputSize: number | readonly number[],
  options: IndicesOptions = {},
): Tensor | [Tensor, Tensor] {
  return adaptive(ADAPTIVE_MAX_POOL3D, arguments.length, x, outputSize, options);
}

function adaptive(
  op: PoolOp,
  given: number,
  x: Tensor,
  outputSize: number | readonly number[],
  options: IndicesOptions,
): Tensor | [Tensor, Tensor] {
  checkArity(op.name, given, 3);
  checkOptions(op.name, options, RETURN_INDICES);
  return callMax(op, x, { outputSize }, options.returnIndices);
}
