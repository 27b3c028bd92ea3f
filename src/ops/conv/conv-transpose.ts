import type { Tensor } from '../../tensor.js';
import { callConv, CONV_TRANSPOSE1D, CONV_TRANSPOSE2D, CONV_TRANSPOSE3D } from './op.js';
import type {
  ConvTranspose1dOptions,
  ConvTranspose2dOptions,
  ConvTranspose3dOptions,
} from './options.js';

/**
 * Transposed 1-D convolution, as in PyTorch: the gradient of `conv1d` with respect to its input.
 * @param x [N, length, inChannels]
 * @param weight [kernelSize, outChannels / groups, inChannels]: that of the convolution whose gradient this is
 * @param bias [outChannels], or undefined
 * @returns [N, outLength, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvTranspose1dOptions = {},
): Tensor {
  return callConv(CONV_TRANSPOSE1D, arguments.length, x, weight, bias, options);
}

/**
 * Transposed 2-D convolution, as in PyTorch and ONNX: the gradient of `conv2d` with respect to its input.
 *
 * `y[n, h·stride + kh·dilation − padding, …, oc] = bias[oc] + Σ x[n,h,w,ic] · weight[kh,kw,oc,ic]`, of size
 * `(height − 1) · stride − 2 · padding + (kernelHeight − 1) · dilation + 1 + outputPadding`.
 * @param x [N, height, width, inChannels]
 * @param weight [kernelHeight, kernelWidth, outChannels / groups, inChannels]: that of the convolution whose gradient
 * this is
 * @param bias [outChannels], or undefined
 * @param options `activation` is applied to y
 * @returns [N, outHeight, outWidth, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvTranspose2dOptions = {},
): Tensor {
  return callConv(CONV_TRANSPOSE2D, arguments.length, x, weight, bias, options);
}

/**
 * Transposed 3-D convolution, as in PyTorch: the gradient of `conv3d` with respect to its input.
 * @param x [N, depth, height, width, inChannels]
 * @param weight [kernelDepth, kernelHeight, kernelWidth, outChannels / groups, inChannels]: that of the convolution
 * whose gradient this is
 * @param bias [outChannels], or undefined
 * @returns [N, outDepth, outHeight, outWidth, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function convTranspose3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvTranspose3dOptions = {},
): Tensor {
  return callConv(CONV_TRANSPOSE3D, arguments.length, x, weight, bias, options);
}
