// y[n, oh, ow, oc] = b[oc] + Σ over kh, kw, ic of x[n, ih, iw, ic] · w[kh, kw, ic, oc]

import { type LoopPlan, type TapKernels, visitTaps } from './plan.js';

const kernels: TapKernels = {
  run(x, xi, length, w, wi, wStride, y, yi, count) {
    let row = wi | 0;
    for (let i = 0; i < length; i++) {
      const value = x[(xi + i) | 0]!;
      for (let j = 0; j < count; j++) y[(yi + j) | 0]! += value * w[(row + j) | 0]!;
      row = (row + wStride) | 0;
    }
  },
  channels(x, xi, w, wi, y, yi, channels) {
    for (let c = 0; c < channels; c++) y[(yi + c) | 0]! += x[(xi + c) | 0]! * w[(wi + c) | 0]!;
  },
};

export function conv2dForward(
  x: Float32Array,
  w: Float32Array,
  b: Float32Array | null,
  y: Float32Array,
  plan: LoopPlan,
): void {
  const { sums } = plan;
  const { batch, outHeight, outWidth, outChannels } = plan.g;
  let out = 0;
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        for (let oc = 0; oc < outChannels; oc++) sums[oc] = b === null ? 0 : b[oc]!;
        visitTaps(x, w, sums, 0, n, oh, ow, plan, kernels);
        for (let oc = 0; oc < outChannels; oc++) y[out + oc] = sums[oc]!;
        out += outChannels;
      }
    }
  }
}
