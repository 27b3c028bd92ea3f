import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import { compose, record } from '../../autograd.js';
import { runtime } from '../../runtime/runtime.js';
import { checkSameShape, type Shape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import {
  activate,
  type Activation,
  activationGradient,
  checkActivation,
  runsApart,
} from '../activation.js';
import { addBiasGradient } from '../bias.js';
import { checkTensor } from '../check.js';
import { chooseConv2d } from './choose.js';
import {
  CONV_OPTIONS,
  type Conv2dGeometry,
  conv2dGeometry,
  type Conv2dOptions,
} from './geometry.js';

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
  checkArity('conv2d', arguments.length, 4);
  checkTensor('conv2d', 'input', x, { rank: 4 });
  checkTensor('conv2d', 'weight', weight, { rank: 4 });
  checkOptions('conv2d', options, CONV_OPTIONS);
  const g = conv2dGeometry('conv2d', x.shape, weight.shape, options);
  return convolve('conv2d', x, weight, bias, g, options.activation, [
    g.batch,
    g.outHeight,
    g.outWidth,
    g.outChannels,
  ]);
}

/** The op behind `conv1d` and `conv2d`, on checked shapes: a signal is a picture of height 1. */
export function convolve(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: Conv2dGeometry,
  activation: Activation | undefined,
  outputShape: Shape,
): Tensor {
  if (bias !== undefined) {
    checkTensor(op, 'bias', bias, { rank: 1 });
    checkSameShape(op, 'bias', [geometry.outChannels], bias.shape);
  }
  checkActivation(op, activation);
  if (runsApart(activation, [x, weight, bias])) {
    return compose(() =>
      activate(convolve(op, x, weight, bias, geometry, undefined, outputShape), activation),
    );
  }
  const { forward, gradInput, gradWeight } = chooseConv2d(geometry, runtime().precision);
  const y = Tensor.computed(outputShape, (result) =>
    forward.forward(result, x, weight, geometry, { bias, activation }),
  );
  return record(op, y, [x, weight, bias], (gradOutput, addGradient, mayOverwrite) => {
    const gradSums = activationGradient(activation, gradOutput, y, mayOverwrite);
    addGradient(x, (target, accumulate) =>
      gradInput.gradInput(target, gradSums, weight, geometry, {
        residual: accumulate ? target : undefined,
      }),
    );
    addGradient(weight, (target, accumulate) =>
      gradWeight.gradWeight(target, x, gradSums, geometry, accumulate),
    );
    addBiasGradient(addGradient, bias, gradSums);
  });
}
