import { checkArity } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { apply } from '../op.js';
import type { PoolOp } from './geometry.js';
import { MAX_FAMILY } from './max-pool.js';

export const GLOBAL_MAX_POOL1D: PoolOp = {
  family: MAX_FAMILY,
  name: 'globalMaxPool1d',
  axes: 1,
  isGlobal: true,
};
export const GLOBAL_MAX_POOL2D: PoolOp = {
  family: MAX_FAMILY,
  name: 'globalMaxPool2d',
  axes: 2,
  isGlobal: true,
};
export const GLOBAL_MAX_POOL3D: PoolOp = {
  family: MAX_FAMILY,
  name: 'globalMaxPool3d',
  axes: 3,
  isGlobal: true,
};

/**
 * The largest value of each channel. The first of equal ones gets the gradient.
 * @param x [N, length, channels], of at least one pixel
 * @returns [N, channels]
 * @throws TypeError, ShapeError
 */
export function globalMaxPool1d(x: Tensor): Tensor {
  checkArity('globalMaxPool1d', arguments.length, 1);
  return apply(GLOBAL_MAX_POOL1D, [x], { outputSize: 1 });
}

/**
 * The same of pictures.
 * @param x [N, height, width, channels], of at least one pixel
 * @returns [N, channels]
 * @throws TypeError, ShapeError
 */
export function globalMaxPool2d(x: Tensor): Tensor {
  checkArity('globalMaxPool2d', arguments.length, 1);
  return apply(GLOBAL_MAX_POOL2D, [x], { outputSize: 1 });
}

/**
 * The same of volumes.
 * @param x [N, depth, height, width, channels], of at least one pixel
 * @returns [N, channels]
 * @throws TypeError, ShapeError
 */
export function globalMaxPool3d(x: Tensor): Tensor {
  checkArity('globalMaxPool3d', arguments.length, 1);
  return apply(GLOBAL_MAX_POOL3D, [x], { outputSize: 1 });
}
