// y[n, oh, ow, oc] = b[oc] + Σ over kh, kw, ic of x[n, ih, iw, ic] · w[kh, kw, ic, oc]
//
// Four pixels by four output channels at a time.

import { depthwiseForward } from './depthwise.js';
import { enframe, type Conv2dPlan } from './conv2d-plan.js';
import { dotTile, TILE } from './tiles.js';

/** Pixels that meet every panel before the next ones do, so that they stay in the cache. */
const BLOCK = 64;
/** Rows of the weight that are rearranged together, for the same reason. */
const PACK_BLOCK = 64;

/** x [N, H, W, C], w [KH, KW, C/G, OC], b [OC] or null, y [N, OH, OW, OC] (overwritten). */
export function conv2dForward(
  x: Float32Array,
  w: Float32Array,
  b: Float32Array | null,
  y: Float32Array,
  plan: Conv2dPlan,
): void {
  const image = enframe(x, plan);
  if (plan.isDepthwise) return depthwiseForward(image, w, b, y, plan);
  packOutChannels(w, plan);
  const pixelCount = plan.pixels.length;
  for (let begin = 0; begin < pixelCount; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, pixelCount);
    for (let group = 0; group < plan.g.groups; group++)
      forwardBlock(image, b, y, plan, group, begin, end);
  }
}

function forwardBlock(
  image: Float32Array,
  b: Float32Array | null,
  y: Float32Array,
  plan: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  const { inPerGroup, outPerGroup, depth, pixels, runs, runLength, panels, sums } = plan;
  const shift = group * inPerGroup;
  const last = end - 1;
  let panel = group * Math.ceil(outPerGroup / TILE) * depth * TILE;
  for (let column = 0; column < outPerGroup; column += TILE) {
    const oc = group * outPerGroup + column;
    const columns = Math.min(TILE, outPerGroup - column);
    for (let pixel = begin; pixel < end; pixel += TILE) {
      const x0 = pixels[pixel]! + shift;
      const x1 = pixels[Math.min(pixel + 1, last)]! + shift;
      const x2 = pixels[Math.min(pixel + 2, last)]! + shift;
      const x3 = pixels[Math.min(pixel + 3, last)]! + shift;
      dotTile(image, x0, x1, x2, x3, runs, runLength, panels, panel, sums);
      storeTile(sums, Math.min(TILE, end - pixel), columns, b, y, pixel, oc, plan.g.outChannels);
    }
    panel += depth * TILE;
  }
}

function storeTile(
  sums: Float64Array,
  rows: number,
  columns: number,
  b: Float32Array | null,
  y: Float32Array,
  pixel: number,
  oc: number,
  outChannels: number,
): void {
  for (let j = 0; j < columns; j++) {
    const bias = b === null ? 0 : b[oc + j]!;
    for (let i = 0; i < rows; i++) y[(pixel + i) * outChannels + oc + j] = bias + sums[i * 4 + j]!;
  }
}

/** Panels [group][oc / 4][d][4], the columns beyond the last output channel unused. */
function packOutChannels(w: Float32Array, plan: Conv2dPlan): void {
  for (let d = 0; d < plan.depth; d += PACK_BLOCK) {
    const end = Math.min(d + PACK_BLOCK, plan.depth);
    for (let group = 0; group < plan.g.groups; group++) packRows(w, plan, group, d, end);
  }
}

function packRows(
  w: Float32Array,
  { depth, outPerGroup, panels, g: { outChannels } }: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  let panel = group * Math.ceil(outPerGroup / TILE) * depth * TILE;
  for (let column = 0; column < outPerGroup; column += TILE) {
    const columns = Math.min(TILE, outPerGroup - column);
    for (let d = begin; d < end; d++) {
      const from = d * outChannels + group * outPerGroup + column;
      const to = panel + d * TILE;
      for (let j = 0; j < columns; j++) panels[to + j] = w[from + j]!;
    }
    panel += depth * TILE;
  }
}
