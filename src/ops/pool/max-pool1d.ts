import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { MAX_POOL_OPTIONS, maxPool } from './max-pool2d.js';
import { type Padding1d, windows2dOf } from '../padding.js';
import { pool2dGeometry } from './geometry.js';

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

/**
 * 1-D max pooling, as in PyTorch: the largest value of each window, where padding does not count.
 * @param x [N, length, channels]
 * @returns [N, outLength, channels]
 * @throws TypeError, ShapeError, RangeError
 */
export function maxPool1d(x: Tensor, kernelSize: number, options: MaxPool1dOptions = {}): Tensor {
  checkArity('maxPool1d', arguments.length, 3);
  checkTensor('maxPool1d', 'input', x, { rank: 3 });
  checkOptions('maxPool1d', options, MAX_POOL_OPTIONS);
  const { stride = kernelSize, padding = 0, dilation = 1, ceilMode } = options;
  const [batch, length, channels] = x.shape as [number, number, number];
  const g = pool2dGeometry('maxPool1d', [batch, 1, length, channels], [1, kernelSize], {
    ...windows2dOf('maxPool1d', { stride, padding, dilation }),
    ceilMode,
  });
  return maxPool('maxPool1d', x, g, [batch, g.outWidth, channels]);
}
