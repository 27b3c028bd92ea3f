import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import type { Tensor } from '../../tensor.js';
import { AVG_POOL_OPTIONS, avgPool } from './avg-pool2d.js';
import { checkTensor } from '../check.js';
import { type Padding1d, windows2dOf } from '../padding.js';
import { pool2dGeometry } from './geometry.js';

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

/**
 * 1-D average pooling, as in PyTorch: the mean of each window.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function avgPool1d(x: Tensor, kernelSize: number, options: AvgPool1dOptions = {}): Tensor {
  checkArity('avgPool1d', arguments.length, 3);
  checkTensor('avgPool1d', 'input', x, { rank: 3 });
  checkOptions('avgPool1d', options, AVG_POOL_OPTIONS);
  const { stride = kernelSize, padding = 0, ceilMode, countIncludePad } = options;
  const [batch, length, channels] = x.shape as [number, number, number];
  const g = pool2dGeometry('avgPool1d', [batch, 1, length, channels], [1, kernelSize], {
    ...windows2dOf('avgPool1d', { stride, padding }),
    ceilMode,
  });
  return avgPool('avgPool1d', x, g, countIncludePad, [batch, g.outWidth, channels]);
}
