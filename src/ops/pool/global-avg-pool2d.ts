import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Op, type Plan } from '../op.js';
import { meanOver } from '../reduce.js';
import { spread } from '../reductions.js';

/** The mean over the pixels, [N,H,W,C] → [N,C], of at least one. */
export const GLOBAL_AVG_POOL2D: Op<undefined, Plan> = {
  name: 'globalAvgPool2d',
  family: {
    operands: [{ name: 'input', rank: 4 }],
    plan({ name }, [x]) {
      const [batch, height, width, channels] = x!.shape as [number, number, number, number];
      if (height * width > 0) return { shape: [batch, channels] };
      throw new ShapeError(
        `${name}: input: expected at least one pixel, got shape ${formatShape(x!.shape)}`,
      );
    },
    forward: (y, [x]) => meanOver(y, x!, [1, 2]),
    gradients: [
      (dx, accumulate, { gradOutput }) => {
        const [, height, width] = dx.shape as [number, number, number];
        spread(dx, gradOutput, [false, true, true, false], 1 / (height * width), accumulate);
      },
    ],
  },
};

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
