import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import type { Tensor } from '../../tensor.js';
import type { Activation } from '../activation.js';
import { checkTensor } from '../check.js';
import { convolve } from './conv2d.js';
import { checkChannels, CONV_OPTIONS, conv2dGeometry } from './geometry.js';
import { type Padding1d, windows2dOf } from '../padding.js';

/** Options of `conv1d`. */
export interface Conv1dOptions {
  /** Distance between windows. Default 1. */
  stride?: number;
  /** Zeros around the input. Default 0. */
  padding?: Padding1d;
  /** Distance between kernel taps. Default 1. */
  dilation?: number;
  /** Number of groups that input and output channels are divided into. Default 1. */
  groups?: number;
  /** What is applied to the output in the same pass. Default nothing. */
  activation?: Activation | undefined;
}

/**
 * 1-D convolution (cross-correlation).
 * @param x [N, length, inChannels]
 * @param weight [kernelSize, inChannels / groups, outChannels]
 * @param bias [outChannels], or undefined
 * @returns [N, outLength, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: Conv1dOptions = {},
): Tensor {
  checkArity('conv1d', arguments.length, 4);
  checkTensor('conv1d', 'input', x, { rank: 3 });
  checkTensor('conv1d', 'weight', weight, { rank: 3 });
  checkOptions('conv1d', options, CONV_OPTIONS);
  const { groups = 1, activation } = options;
  checkChannels('conv1d', x.shape, weight.shape, groups);
  const [batch, length, channels] = x.shape as [number, number, number];
  const g = conv2dGeometry('conv1d', [batch, 1, length, channels], [1, ...weight.shape], {
    ...windows2dOf('conv1d', options),
    groups,
  });
  return convolve('conv1d', x, weight, bias, g, activation, [batch, g.outWidth, g.outChannels]);
}
