import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkRank } from '../check.js';
import { apply, type Family, type Op, type Plan } from '../op.js';
import { meanOver } from '../reduce.js';
import { spread } from '../reductions.js';

interface GlobalAvgPoolOp extends Op<undefined, Plan> {
  readonly axes: 1 | 2 | 3;
}

/** The mean over the pixels, [N, …sizes, channels] → [N, channels], of at least one. */
const FAMILY: Family<GlobalAvgPoolOp, undefined, Plan> = {
  operands: [{ name: 'input' }],
  plan({ name, axes }, [x]) {
    const { shape } = x!;
    checkRank(name, 'input', shape, axes + 2);
    if (sizeOf(shape.slice(1, -1)) > 0) return { shape: [shape[0]!, shape.at(-1)!] };
    throw new ShapeError(
      `${name}: input: expected at least one pixel, got shape ${formatShape(shape)}`,
    );
  },
  forward: (y, [x]) => meanOver(y, x!, [...x!.shape.keys()].slice(1, -1)),
  gradients: [
    (dx, accumulate, { gradOutput }) => {
      const isReduced = dx.shape.map((_, axis) => axis > 0 && axis < dx.shape.length - 1);
      spread(dx, gradOutput, isReduced, 1 / sizeOf(dx.shape.slice(1, -1)), accumulate);
    },
  ],
};

export const GLOBAL_AVG_POOL1D: GlobalAvgPoolOp = {
  family: FAMILY,
  name: 'globalAvgPool1d',
  axes: 1,
};
export const GLOBAL_AVG_POOL2D: GlobalAvgPoolOp = {
  family: FAMILY,
  name: 'globalAvgPool2d',
  axes: 2,
};
export const GLOBAL_AVG_POOL3D: GlobalAvgPoolOp = {
  family: FAMILY,
  name: 'globalAvgPool3d',
  axes: 3,
};

/**
 * Mean of every channel over all places of a signal.
 * @param x [batch, length, channels], with at least one place
 * @returns [batch, channels]
 * @throws TypeError, ShapeError
 */
export function globalAvgPool1d(x: Tensor): Tensor {
  checkArity('globalAvgPool1d', arguments.length, 1);
  return apply(GLOBAL_AVG_POOL1D, [x], undefined);
}

/**
 * Mean of every channel over all pixels of a picture.
 * @param x [batch, height, width, channels], with at least one pixel
 * @returns [batch, channels]
 * @throws TypeError, ShapeError
 */
export function globalAvgPool2d(x: Tensor): Tensor {
  checkArity('globalAvgPool2d', arguments.length, 1);
  return apply(GLOBAL_AVG_POOL2D, [x], undefined);
}

/**
 * Mean of every channel over all places of a volume.
 * @param x [batch, depth, height, width, channels], with at least one place
 * @returns [batch, channels]
 * @throws TypeError, ShapeError
 */
export function globalAvgPool3d(x: Tensor): Tensor {
  checkArity('globalAvgPool3d', arguments.length, 1);
  return apply(GLOBAL_AVG_POOL3D, [x], undefined);
}
