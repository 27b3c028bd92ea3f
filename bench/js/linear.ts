// A dense layer is a 1x1 convolution of 1x1 images, down to the multiply-add: y = x · w + b.
// x [rows, inFeatures], w [inFeatures, outFeatures], b [outFeatures], y [rows, outFeatures].
// Its passes are those of conv2d: conv2dForward, conv2dGradInput, conv2dGradWeight, conv2dGradBias.

import { planConv2d, type Conv2dPlan } from './conv2d-plan.js';

export interface LinearSizes {
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export function planLinear({ rows, inFeatures, outFeatures }: LinearSizes): Conv2dPlan {
  return planConv2d({
    batch: rows,
    inHeight: 1,
    inWidth: 1,
    inChannels: inFeatures,
    outHeight: 1,
    outWidth: 1,
    outChannels: outFeatures,
    kernelHeight: 1,
    kernelWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
    groups: 1,
  });
}

export { conv2dForward as linearForward } from './conv2d-forward.js';
export { conv2dGradInput as linearGradInput } from './conv2d-grad-input.js';
export {
  conv2dGradBias as linearGradBias,
  conv2dGradWeight as linearGradWeight,
} from './conv2d-grad-weight.js';
