import { unary } from '../../imported/ops/elementwise.js';
import { lpNormalize, lrn } from '../../imported/ops/norm-ops.js';
import { averagePool, maxPool } from '../../imported/ops/pool-ops.js';
import { resize } from '../../imported/ops/resize.js';
import type { Value } from '../../imported/value.js';
import { activated, list, type TfliteHandlers } from '../handler.js';
import type { Options } from '../options.js';
import { paddingOf } from './conv.js';

const windows = ({ padding, strideH, strideW, filterH, filterW }: Options) => ({
  layout: 'NHWC' as const,
  padding: paddingOf(padding),
  kernel: [filterH, filterW],
  strides: [strideH, strideW],
});

/** The output's shape, of which an operand says height and width. */
const resized = ({ shape }: Value, size: Value) => [shape[0]!, ...list(size), ...shape.slice(3)];

export const POOL_OPS: TfliteHandlers = {
  AVERAGE_POOL_2D: {
    operands: 1,
    run: ([x], { options }) => activated(averagePool(x!, windows(options)), options),
  },
  MAX_POOL_2D: {
    operands: 1,
    run: ([x], { options }) => activated(maxPool(x!, windows(options)), options),
  },
  // The root of the mean of squares.
  L2_POOL_2D: {
    operands: 1,
    run: ([x], { options }) =>
      activated(unary('sqrt', averagePool(unary('square', x!), windows(options))), options),
  },
  RESIZE_BILINEAR: {
    operands: 2,
    run: ([x, size], { options: { alignCorners, halfPixelCenters } }) =>
      resize(x!, {
        mode: 'linear',
        sizes: resized(x!, size!),
        coordinateMode: alignCorners
          ? 'align_corners'
          : halfPixelCenters
            ? 'half_pixel'
            : 'asymmetric',
      }),
  },
  RESIZE_NEAREST_NEIGHBOR: {
    operands: 2,
    run: ([x, size], { options: { alignCorners, halfPixelCenters } }) =>
      resize(x!, {
        mode: 'nearest',
        sizes: resized(x!, size!),
        coordinateMode: alignCorners
          ? 'align_corners'
          : halfPixelCenters
            ? 'half_pixel'
            : 'asymmetric',
        nearestMode: alignCorners || halfPixelCenters ? 'round_prefer_ceil' : 'floor',
      }),
  },
  LOCAL_RESPONSE_NORMALIZATION: {
    operands: 1,
    // Its alpha is that of each square, ours that of their mean.
    run: ([x], { options: { radius, bias, alpha, beta } }) => {
      const size = 2 * radius + 1;
      return lrn(x!, size, { layout: 'NHWC', alpha: alpha * size, beta, k: bias });
    },
  },
  L2_NORMALIZATION: {
    operands: 1,
    run: ([x]) => lpNormalize(x!, x!.rank - 1, 2),
  },
};
