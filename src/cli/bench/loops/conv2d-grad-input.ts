// dx[n, ih, iw, ic] = Σ over oh, ow, oc of dy[n, oh, ow, oc] · w[kh, kw, ic, oc]
//
// Every output pixel adds to the pixels that it came from: no product with a zero, whatever the stride.

import { type LoopPlan, type TapKernels, visitTaps } from './plan.js';

const kernels: TapKernels = {
  run(dx, xi, length, w, wi, wStride, dy, yi, count) {
    let row = wi | 0;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (let j = 0; j < count; j++) sum += dy[(yi + j) | 0]! * w[(row + j) | 0]!;
      dx[(xi + i) | 0]! += sum;
      row = (row + wStride) | 0;
    }
  },
  channels(dx, xi, w, wi, dy, yi, channels) {
    for (let c = 0; c < channels; c++) dx[(xi + c) | 0]! += dy[(yi + c) | 0]! * w[(wi + c) | 0]!;
  },
};

export function conv2dGradInput(
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
  plan: LoopPlan,
): void {
  const { batch, outHeight, outWidth, outChannels } = plan.g;
  let out = 0;
  dx.fill(0);
  for (let n = 0; n < batch; n++) {
    for (let oh = 0; oh < outHeight; oh++) {
      for (let ow = 0; ow < outWidth; ow++) {
        visitTaps(dx, w, dy, out, n, oh, ow, plan, kernels);
        out += outChannels;
      }
    }
  }
}
