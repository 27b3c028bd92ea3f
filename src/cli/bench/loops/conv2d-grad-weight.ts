// dw[kh, kw, ic, oc] = Σ over n, oh, ow of x[n, ih, iw, ic] · dy[n, oh, ow, oc]

import { type LoopPlan, type TapKernels, visitTaps } from './plan.js';

const kernels: TapKernels = {
  run(x, xi, length, dw, wi, wStride, dy, yi, count) {
    let row = wi | 0;
    for (let i = 0; i < length; i++) {
      const value = x[(xi + i) | 0]!;
      for (let j = 0; j < count; j++) dw[(row + j) | 0]! += value * dy[(yi + j) | 0]!;
      row = (row + wStride) | 0;
    }
  },
  channels(x, xi, dw, wi, dy, yi, channels) {
    for (let c = 0; c < channels; c++) dw[(wi + c) | 0]! += x[(xi + c) | 0]! * dy[(yi + c) | 0]!;
  },
};

export function conv2dGradWeight(
  x: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
  plan: LoopPlan,
): void {
  const { batch, outHeight, outWidth, outChannels } = plan.g;
  let out = 0;
  dw.fill(0);
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        visitTaps(x, dw, dy, out, n, oh, ow, plan, kernels);
        out += outChannels;
      }
    }
  }
}
