import { record } from '../autograd.js';
import { geometryBytes, writeGeometry } from '../runtime/geometry-block.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { checkSameShape, type Shape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { addBiasGradient } from './bias.js';
import { checkTensor } from './check.js';
import { type Conv2dGeometry, conv2dGeometry, type Conv2dOptions } from './conv2d-geometry.js';
import { CONV2D_FIELDS, type Conv2dPlan, planConv2d, planConv2dGradInput } from './conv2d-plan.js';

/**
 * 2-D convolution (cross-correlation, as in PyTorch and ONNX).
 *
 * `y[n,oh,ow,oc] = bias[oc] + Σ x[n, oh·stride + kh·dilation − padding, …, ic] · weight[kh,kw,ic,oc]`
 * @param x [N, height, width, inChannels]
 * @param weight [kernelHeight, kernelWidth, inChannels / groups, outChannels]
 * @param bias [outChannels], or undefined
 * @returns [N, outHeight, outWidth, outChannels]
 * @throws TypeError, ShapeError, RangeError
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: Conv2dOptions = {},
): Tensor {
  checkTensor('conv2d', 'input', x, { rank: 4 });
  checkTensor('conv2d', 'weight', weight, { rank: 4 });
  const g = conv2dGeometry('conv2d', x.shape, weight.shape, options);
  return convolve('conv2d', x, weight, bias, g, [g.batch, g.outHeight, g.outWidth, g.outChannels]);
}

/** The op behind `conv1d` and `conv2d`, on checked shapes: a signal is a picture of height 1. */
export function convolve(
  op: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: Conv2dGeometry,
  outputShape: Shape,
): Tensor {
  if (bias !== undefined) {
    checkTensor(op, 'bias', bias, { rank: 1 });
    checkSameShape(op, 'bias', [geometry.outChannels], bias.shape);
  }
  const plan = planConv2d(geometry);
  const y = Tensor.computed(outputShape, (result) => forward(result, x, weight, bias, plan));
  return record(op, y, [x, weight, bias], (gradOutput, addGradient) => {
    addGradient(x, (gradInput, accumulate) =>
      gradientOfInput(gradInput, gradOutput, weight, planConv2dGradInput(geometry), accumulate),
    );
    addGradient(weight, (gradWeight, accumulate) =>
      gradientOfWeight(gradWeight, x, gradOutput, plan, accumulate),
    );
    addBiasGradient(addGradient, bias, gradOutput);
  });
}

function forward(y: Tensor, x: Tensor, weight: Tensor, bias: Tensor | undefined, plan: Conv2dPlan) {
  const { kernels } = runtime();
  withPlan(plan, plan.packedBytes, (geometry, packed, scratch) => {
    kernels.conv2dPackWeight(packed, weight.pointer, geometry);
    kernels.conv2dForward(
      y.pointer,
      x.pointer,
      packed,
      bias?.pointer ?? 0,
      scratch,
      geometry,
      0,
      plan.tasks,
    );
  });
}

function gradientOfInput(
  gradInput: Tensor,
  gradOutput: Tensor,
  weight: Tensor,
  plan: Conv2dPlan,
  accumulate: boolean,
) {
  const { kernels } = runtime();
  withPlan(plan, plan.packedBytes, (geometry, packed, scratch) => {
    kernels.conv2dPackWeightRotated(packed, weight.pointer, geometry);
    kernels.conv2dGradInput(
      gradInput.pointer,
      gradOutput.pointer,
      packed,
      scratch,
      geometry,
      accumulate,
      0,
      plan.tasks,
    );
  });
}

function gradientOfWeight(
  gradWeight: Tensor,
  x: Tensor,
  gradOutput: Tensor,
  plan: Conv2dPlan,
  accumulate: boolean,
) {
  const { kernels } = runtime();
  withPlan(plan, 0, (geometry, _packed, scratch) => {
    kernels.conv2dGradWeight(
      gradWeight.pointer,
      x.pointer,
      gradOutput.pointer,
      scratch,
      geometry,
      accumulate,
      0,
      plan.weightTasks,
    );
  });
}

/** Lends memory for the geometry (written), the packed weights and the scratch of one kernel call. */
function withPlan(
  plan: Conv2dPlan,
  packedBytes: number,
  body: (geometry: number, packed: number, scratch: number) => void,
): void {
  const blockBytes = 64 * Math.ceil(geometryBytes(CONV2D_FIELDS) / 64);
  withScratch(blockBytes + packedBytes + plan.scratchBytes, (pointer) => {
    writeGeometry(pointer, CONV2D_FIELDS, plan);
    body(pointer, pointer + blockBytes, pointer + blockBytes + packedBytes);
  });
}
