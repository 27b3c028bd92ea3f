// dx[n, ih, iw, ic] = Σ over oh, ow, oc of dy[n, oh, ow, oc] · w[kh, kw, ic, oc]
//
// Every output pixel adds dy · wᵀ to the taps it came from: four pixels by four taps at a time, each a
// dot product over the output channels. No product with a zero is computed, whatever the stride.

import { depthwiseGradInput } from './depthwise.js';
import { TILE, unframe, type Conv2dPlan } from './conv2d-plan.js';

const BLOCK = 64;

/** dy [N, OH, OW, OC], w [KH, KW, C/G, OC], dx [N, H, W, C] (overwritten). */
export function conv2dGradInput(
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
  plan: Conv2dPlan,
): void {
  const image = plan.gradFrame ?? dx;
  image.fill(0);
  if (plan.isDepthwise) depthwiseGradInput(dy, w, image, plan);
  else addTaps(dy, w, image, plan);
  if (image !== dx) unframe(image, dx, plan);
}

function addTaps(dy: Float32Array, w: Float32Array, dx: Float32Array, plan: Conv2dPlan): void {
  packTaps(w, plan);
  const pixelCount = plan.pixels.length;
  for (let begin = 0; begin < pixelCount; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, pixelCount);
    for (let group = 0; group < plan.g.groups; group++) addBlock(dy, dx, plan, group, begin, end);
  }
}

function addBlock(
  dy: Float32Array,
  dx: Float32Array,
  plan: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  const { inPerGroup, outPerGroup, depth, pixels, taps, panels } = plan;
  const { outChannels } = plan.g;
  const panelSize = TILE * outPerGroup;
  let panel = group * Math.ceil(depth / TILE) * panelSize;
  for (let d = 0; d < depth; d += TILE) {
    for (let pixel = begin; pixel < end; pixel += TILE) {
      addTile(
        dy,
        pixel * outChannels + group * outPerGroup,
        outChannels,
        Math.min(TILE, end - pixel),
        outPerGroup,
        panels,
        panel,
        dx,
        pixels,
        pixel,
        taps,
        d,
        group * inPerGroup,
      );
    }
    panel += panelSize;
  }
}

/** dx[pixels[pixel + i] + taps[d + j] + shift] += dy[pixel + i] · panel[j], i < rows, j < 4. */
function addTile(
  dy: Float32Array,
  dy0: number,
  rowStride: number,
  rows: number,
  depth: number,
  panel: Float32Array,
  start: number,
  dx: Float32Array,
  pixels: Int32Array,
  pixel: number,
  taps: Int32Array,
  d: number,
  shift: number,
): void {
  let dx00 = 0;
  let dx01 = 0;
  let dx02 = 0;
  let dx03 = 0;
  let dx10 = 0;
  let dx11 = 0;
  let dx12 = 0;
  let dx13 = 0;
  let dx20 = 0;
  let dx21 = 0;
  let dx22 = 0;
  let dx23 = 0;
  let dx30 = 0;
  let dx31 = 0;
  let dx32 = 0;
  let dx33 = 0;
  let i0 = dy0;
  let i1 = (rows > 1 ? i0 + rowStride : i0) | 0;
  let i2 = (rows > 2 ? i1 + rowStride : i1) | 0;
  let i3 = (rows > 3 ? i2 + rowStride : i2) | 0;
  let p = start;
  const end = (i0 + depth) | 0;
  while (i0 < end) {
    const w0 = panel[p]!;
    const w1 = panel[(p + 1) | 0]!;
    const w2 = panel[(p + 2) | 0]!;
    const w3 = panel[(p + 3) | 0]!;
    const a0 = dy[i0]!;
    dx00 += a0 * w0;
    dx01 += a0 * w1;
    dx02 += a0 * w2;
    dx03 += a0 * w3;
    const a1 = dy[i1]!;
    dx10 += a1 * w0;
    dx11 += a1 * w1;
    dx12 += a1 * w2;
    dx13 += a1 * w3;
    const a2 = dy[i2]!;
    dx20 += a2 * w0;
    dx21 += a2 * w1;
    dx22 += a2 * w2;
    dx23 += a2 * w3;
    const a3 = dy[i3]!;
    dx30 += a3 * w0;
    dx31 += a3 * w1;
    dx32 += a3 * w2;
    dx33 += a3 * w3;
    i0 = (i0 + 1) | 0;
    i1 = (i1 + 1) | 0;
    i2 = (i2 + 1) | 0;
    i3 = (i3 + 1) | 0;
    p = (p + TILE) | 0;
  }
  // Beyond the last tap the panel holds zeros, and the last tap receives them.
  const lastTap = taps.length - 1;
  const t0 = taps[d]! + shift;
  const t1 = taps[Math.min(d + 1, lastTap)]! + shift;
  const t2 = taps[Math.min(d + 2, lastTap)]! + shift;
  const t3 = taps[Math.min(d + 3, lastTap)]! + shift;
  const p0 = pixels[pixel]!;
  dx[p0 + t0]! += dx00;
  dx[p0 + t1]! += dx01;
  dx[p0 + t2]! += dx02;
  dx[p0 + t3]! += dx03;
  if (rows === 1) return;
  const p1 = pixels[pixel + 1]!;
  dx[p1 + t0]! += dx10;
  dx[p1 + t1]! += dx11;
  dx[p1 + t2]! += dx12;
  dx[p1 + t3]! += dx13;
  if (rows === 2) return;
  const p2 = pixels[pixel + 2]!;
  dx[p2 + t0]! += dx20;
  dx[p2 + t1]! += dx21;
  dx[p2 + t2]! += dx22;
  dx[p2 + t3]! += dx23;
  if (rows === 3) return;
  const p3 = pixels[pixel + 3]!;
  dx[p3 + t0]! += dx30;
  dx[p3 + t1]! += dx31;
  dx[p3 + t2]! += dx32;
  dx[p3 + t3]! += dx33;
}

/** Panels [group][d / 4][oc][4], with zeros beyond the last tap. */
function packTaps(w: Float32Array, plan: Conv2dPlan): void {
  const { depth, outPerGroup, panels } = plan;
  const { groups, outChannels } = plan.g;
  let p = 0;
  for (let group = 0; group < groups; group++) {
    for (let d = 0; d < depth; d += TILE) {
      const columns = Math.min(TILE, depth - d);
      const end = p + TILE * outPerGroup;
      if (columns < TILE) panels.fill(0, p, end);
      for (let j = 0; j < columns; j++) {
        const from = (d + j) * outChannels + group * outPerGroup;
        for (let oc = 0; oc < outPerGroup; oc++) panels[p + oc * TILE + j] = w[from + oc]!;
      }
      p = end;
    }
  }
}
