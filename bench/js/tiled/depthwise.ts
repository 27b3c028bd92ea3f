// Depthwise convolution, one kernel per channel: y[n, oh, ow, c] = b[c] + Σ over kh, kw of
// x[n, ih, iw, c] · w[kh, kw, c]. Four pixels (or four taps) by two channels at a time.
// x and dx are framed (conv2d-plan.ts).

import { type Conv2dPlan } from './conv2d-plan.js';
import { TILE } from './tiles.js';

export function depthwiseForward(
  x: Float32Array,
  w: Float32Array,
  b: Float32Array | null,
  y: Float32Array,
  { g: { outChannels: channels }, pixels, taps }: Conv2dPlan,
): void {
  const last = pixels.length - 1;
  for (let pixel = 0; pixel <= last; pixel += TILE) {
    const pixel1 = Math.min(pixel + 1, last);
    const pixel2 = Math.min(pixel + 2, last);
    const pixel3 = Math.min(pixel + 3, last);
    const x0 = pixels[pixel]!;
    const x1 = pixels[pixel1]!;
    const x2 = pixels[pixel2]!;
    const x3 = pixels[pixel3]!;
    for (let c = 0; c < channels; c += 2) {
      const next = c + 1 < channels ? 1 : 0;
      let y00 = b === null ? 0 : b[c]!;
      let y01 = b === null ? 0 : b[c + next]!;
      let y10 = y00;
      let y11 = y01;
      let y20 = y00;
      let y21 = y01;
      let y30 = y00;
      let y31 = y01;
      let k = c;
      for (let t = 0; t < taps.length; t++) {
        const i = (taps[t]! + c) | 0;
        const w0 = w[k]!;
        const w1 = w[(k + next) | 0]!;
        y00 += x[(x0 + i) | 0]! * w0;
        y01 += x[(x0 + i + next) | 0]! * w1;
        y10 += x[(x1 + i) | 0]! * w0;
        y11 += x[(x1 + i + next) | 0]! * w1;
        y20 += x[(x2 + i) | 0]! * w0;
        y21 += x[(x2 + i + next) | 0]! * w1;
        y30 += x[(x3 + i) | 0]! * w0;
        y31 += x[(x3 + i + next) | 0]! * w1;
        k = (k + channels) | 0;
      }
      y[pixel * channels + c] = y00;
      y[pixel * channels + c + next] = y01;
      y[pixel1 * channels + c] = y10;
      y[pixel1 * channels + c + next] = y11;
      y[pixel2 * channels + c] = y20;
      y[pixel2 * channels + c + next] = y21;
      y[pixel3 * channels + c] = y30;
      y[pixel3 * channels + c + next] = y31;
    }
  }
}

/** Adds to dx. */
export function depthwiseGradInput(
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
  { g: { outChannels: channels }, pixels, taps }: Conv2dPlan,
): void {
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const from = (pixel * channels) | 0;
    for (let t = 0; t < taps.length; t++) {
      const to = (pixels[pixel]! + taps[t]!) | 0;
      const k = (t * channels) | 0;
      for (let c = 0; c < channels; c++) {
        dx[(to + c) | 0]! += dy[(from + c) | 0]! * w[(k + c) | 0]!;
      }
    }
  }
}

/** Overwrites dw. */
export function depthwiseGradWeight(
  x: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
  { g: { outChannels: channels }, pixels, taps }: Conv2dPlan,
): void {
  const lastTap = taps.length - 1;
  for (let t = 0; t <= lastTap; t += TILE) {
    const k1 = Math.min(t + 1, lastTap);
    const k2 = Math.min(t + 2, lastTap);
    const k3 = Math.min(t + 3, lastTap);
    for (let c = 0; c < channels; c += 2) {
      const next = c + 1 < channels ? 1 : 0;
      const t0 = (taps[t]! + c) | 0;
      const t1 = (taps[k1]! + c) | 0;
      const t2 = (taps[k2]! + c) | 0;
      const t3 = (taps[k3]! + c) | 0;
      let dw00 = 0;
      let dw01 = 0;
      let dw10 = 0;
      let dw11 = 0;
      let dw20 = 0;
      let dw21 = 0;
      let dw30 = 0;
      let dw31 = 0;
      let q = c;
      for (let pixel = 0; pixel < pixels.length; pixel++) {
        const i = pixels[pixel]!;
        const g0 = dy[q]!;
        const g1 = dy[(q + next) | 0]!;
        dw00 += x[(i + t0) | 0]! * g0;
        dw01 += x[(i + t0 + next) | 0]! * g1;
        dw10 += x[(i + t1) | 0]! * g0;
        dw11 += x[(i + t1 + next) | 0]! * g1;
        dw20 += x[(i + t2) | 0]! * g0;
        dw21 += x[(i + t2 + next) | 0]! * g1;
        dw30 += x[(i + t3) | 0]! * g0;
        dw31 += x[(i + t3 + next) | 0]! * g1;
        q = (q + channels) | 0;
      }
      dw[t * channels + c] = dw00;
      dw[t * channels + c + next] = dw01;
      dw[k1 * channels + c] = dw10;
      dw[k1 * channels + c + next] = dw11;
      dw[k2 * channels + c] = dw20;
      dw[k2 * channels + c + next] = dw21;
      dw[k3 * channels + c] = dw30;
      dw[k3 * channels + c + next] = dw31;
    }
  }
}
