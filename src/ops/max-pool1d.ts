import type { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { maxPool } from './max-pool2d.js';
import { type Padding1d, padding2dOf } from './padding.js';
import { pool2dGeometry } from './pool2d-geometry.js';

/** Options of `maxPool1d`. */
export interface MaxPool1dOptions {
  /** Distance between windows. Default: the kernel size. */
  stride?: number;
  /** Padding around the input, at most half the kernel on each side. Default 0. */
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
export function maxPool1d(
  x: Tensor,
  kernelSize: number,
  { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false }: MaxPool1dOptions = {},
): Tensor {
  checkTensor('maxPool1d', 'input', x, { rank: 3 });
  const [batch, length, channels] = x.shape as [number, number, number];
  const g = pool2dGeometry('maxPool1d', [batch, 1, length, channels], [1, kernelSize], {
    stride: [1, stride],
    padding: padding2dOf('maxPool1d', padding),
    dilation: [1, dilation],
    ceilMode,
  });
  return maxPool('maxPool1d', x, g, [batch, g.outWidth, channels]);
}
