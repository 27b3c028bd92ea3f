// dx[n, ih, iw, ic] = Σ over oh, ow, oc of dy[n, oh, ow, oc] · w[kh, kw, ic, oc]
//
// Every output pixel adds dy · wᵀ to the taps it came from: four pixels by four taps at a time, each a
// dot product over the output channels. No product with a zero is computed, whatever the stride.

import { depthwiseForward, depthwiseGradInput } from './depthwise.js';
import { enframe, unframe, type Conv2dPlan } from './conv2d-plan.js';
import { dotTile, TILE } from './tiles.js';

const BLOCK = 64;
const ONE_RUN = new Int32Array(1);

/** dy [N, OH, OW, OC], w [KH, KW, C/G, OC], dx [N, H, W, C] (overwritten). */
export function conv2dGradInput(
  dy: Float32Array,
  w: Float32Array,
  dx: Float32Array,
  plan: Conv2dPlan,
): void {
  const { mirror } = plan;
  if (mirror !== null) return depthwiseForward(enframe(dy, mirror), w, null, dx, mirror);
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
  const { inPerGroup, outPerGroup, depth, panels, sums } = plan;
  const { outChannels } = plan.g;
  const shift = group * inPerGroup;
  let panel = group * Math.ceil(depth / TILE) * outPerGroup * TILE;
  for (let d = 0; d < depth; d += TILE) {
    const columns = Math.min(TILE, depth - d);
    for (let pixel = begin; pixel < end; pixel += TILE) {
      const rows = Math.min(TILE, end - pixel);
      const dy0 = pixel * outChannels + group * outPerGroup;
      const dy1 = rows > 1 ? dy0 + outChannels : dy0;
      const dy2 = rows > 2 ? dy1 + outChannels : dy0;
      const dy3 = rows > 3 ? dy2 + outChannels : dy0;
      dotTile(dy, dy0, dy1, dy2, dy3, ONE_RUN, outPerGroup, panels, panel, sums);
      addTile(sums, rows, columns, dx, plan.pixels, pixel, plan.taps, d, shift);
    }
    panel += outPerGroup * TILE;
  }
}

function addTile(
  sums: Float64Array,
  rows: number,
  columns: number,
  dx: Float32Array,
  pixels: Int32Array,
  pixel: number,
  taps: Int32Array,
  d: number,
  shift: number,
): void {
  // Beyond the last tap the panel and so the sums hold zeros: the last tap takes them.
  const t0 = (taps[d]! + shift) | 0;
  const t1 = (taps[d + Math.min(1, columns - 1)]! + shift) | 0;
  const t2 = (taps[d + Math.min(2, columns - 1)]! + shift) | 0;
  const t3 = (taps[d + Math.min(3, columns - 1)]! + shift) | 0;
  for (let i = 0; i < rows; i++) {
    const to = pixels[pixel + i]!;
    dx[(to + t0) | 0]! += sums[i * 4]!;
    dx[(to + t1) | 0]! += sums[i * 4 + 1]!;
    dx[(to + t2) | 0]! += sums[i * 4 + 2]!;
    dx[(to + t3) | 0]! += sums[i * 4 + 3]!;
  }
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
