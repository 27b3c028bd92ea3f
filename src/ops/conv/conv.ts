import type { Tensor } from '../../tensor.js';
import { callConv, CONV1D, CONV2D, CONV3D } from './op.js';
import type { Conv1dOptions, Conv2dOptions, Conv3dOptions } from './options.js';

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
  return callConv(CONV1D, arguments.length, x, weight, bias, options);
}

/**
 * 2-D convolution (cross-correlation, as in PyTorch and ONNX).
 *
 * `y[n,oh,ow,oc] = bias[oc] + Σ x[n, oh·stride + kh·dilation − padding, …, ic] · weight[kh,kw,ic,oc]`
 * @param x [N, height, width, inChannels]
 * @param weight [kernelHeight, kernelWidth, inChannels / groups, outChannels]
 * @param bias [outChannels], or undefined
 * @param options `activation` is applied to y
 * @returns [N, outHeight, outWidth, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: Conv2dOptions = {},
): Tensor {
  return callConv(CONV2D, arguments.length, x, weight, bias, options);
}

/**
 * 3-D convolution (cross-correlation), of volumes or of videos.
 * @param x [N, depth, height, width, inChannels]
 * @param weight [kernelDepth, kernelHeight, kernelWidth, inChannels / groups, outChannels]
 * @param bias [outChannels], or undefined
 * @returns [N, outDepth, outHeight, outWidth, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: Conv3dOptions = {},
): Tensor {
  return callConv(CONV3D, arguments.length, x, weight, bias, options);
}
