// y[n, oh, ow, oc] = b[oc] + Σ over kh, kw, ic of x[n, ih, iw, ic] · w[kh, kw, ic, oc]
//
// Four pixels by four output channels at a time: sixteen sums in locals, eight loads for sixteen
// multiply-adds. Larger and smaller tiles, Float64Array panels and Math.fround were tried in V8: slower,
// or no faster.

import { depthwiseForward } from './depthwise.js';
import { enframe, TILE, type Conv2dPlan } from './conv2d-plan.js';

/** Pixels that are visited with every panel before the next ones, so that they stay in the cache. */
const BLOCK = 64;
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
  packOutChannels(w, b, plan);
  const pixelCount = plan.pixels.length;
  for (let begin = 0; begin < pixelCount; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, pixelCount);
    for (let group = 0; group < plan.g.groups; group++)
      forwardBlock(image, y, plan, group, begin, end);
  }
}

function forwardBlock(
  image: Float32Array,
  y: Float32Array,
  plan: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  const { outPerGroup, depth, pixels, runs, runLength, panels } = plan;
  const { outChannels } = plan.g;
  const panelSize = TILE * (depth + 1);
  let panel = group * Math.ceil(outPerGroup / TILE) * panelSize;
  for (let oc = 0; oc < outPerGroup; oc += TILE) {
    const columns = Math.min(TILE, outPerGroup - oc);
    const firstColumn = group * outPerGroup + oc;
    for (let pixel = begin; pixel < end; pixel += TILE) {
      // A tile at the end computes its last pixel more than once.
      const last = end - 1;
      const pixel1 = Math.min(pixel + 1, last);
      const pixel2 = Math.min(pixel + 2, last);
      const pixel3 = Math.min(pixel + 3, last);
      forwardTile(
        image,
        pixels[pixel]! + group * plan.inPerGroup,
        pixels[pixel1]! + group * plan.inPerGroup,
        pixels[pixel2]! + group * plan.inPerGroup,
        pixels[pixel3]! + group * plan.inPerGroup,
        runs,
        runLength,
        panels,
        panel,
        y,
        pixel * outChannels + firstColumn,
        pixel1 * outChannels + firstColumn,
        pixel2 * outChannels + firstColumn,
        pixel3 * outChannels + firstColumn,
        columns,
      );
    }
    panel += panelSize;
  }
}

/** y[q0 … q3][0 … columns) from the pixels at x0 … x3 and a panel of four output channels. */
function forwardTile(
  x: Float32Array,
  x0: number,
  x1: number,
  x2: number,
  x3: number,
  runs: Int32Array,
  runLength: number,
  panel: Float32Array,
  start: number,
  y: Float32Array,
  q0: number,
  q1: number,
  q2: number,
  q3: number,
  columns: number,
): void {
  let y00 = panel[start]!;
  let y01 = panel[start + 1]!;
  let y02 = panel[start + 2]!;
  let y03 = panel[start + 3]!;
  let y10 = y00;
  let y11 = y01;
  let y12 = y02;
  let y13 = y03;
  let y20 = y00;
  let y21 = y01;
  let y22 = y02;
  let y23 = y03;
  let y30 = y00;
  let y31 = y01;
  let y32 = y02;
  let y33 = y03;
  let p = (start + TILE) | 0;
  for (let r = 0; r < runs.length; r++) {
    const run = runs[r]!;
    let i0 = (x0 + run) | 0;
    let i1 = (x1 + run) | 0;
    let i2 = (x2 + run) | 0;
    let i3 = (x3 + run) | 0;
    const end = (i0 + runLength) | 0;
    while (i0 < end) {
      const w0 = panel[p]!;
      const w1 = panel[(p + 1) | 0]!;
      const w2 = panel[(p + 2) | 0]!;
      const w3 = panel[(p + 3) | 0]!;
      const a0 = x[i0]!;
      y00 += a0 * w0;
      y01 += a0 * w1;
      y02 += a0 * w2;
      y03 += a0 * w3;
      const a1 = x[i1]!;
      y10 += a1 * w0;
      y11 += a1 * w1;
      y12 += a1 * w2;
      y13 += a1 * w3;
      const a2 = x[i2]!;
      y20 += a2 * w0;
      y21 += a2 * w1;
      y22 += a2 * w2;
      y23 += a2 * w3;
      const a3 = x[i3]!;
      y30 += a3 * w0;
      y31 += a3 * w1;
      y32 += a3 * w2;
      y33 += a3 * w3;
      i0 = (i0 + 1) | 0;
      i1 = (i1 + 1) | 0;
      i2 = (i2 + 1) | 0;
      i3 = (i3 + 1) | 0;
      p = (p + TILE) | 0;
    }
  }
  y[q0] = y00;
  y[q1] = y10;
  y[q2] = y20;
  y[q3] = y30;
  if (columns === 1) return;
  y[q0 + 1] = y01;
  y[q1 + 1] = y11;
  y[q2 + 1] = y21;
  y[q3 + 1] = y31;
  if (columns === 2) return;
  y[q0 + 2] = y02;
  y[q1 + 2] = y12;
  y[q2 + 2] = y22;
  y[q3 + 2] = y32;
  if (columns === 3) return;
  y[q0 + 3] = y03;
  y[q1 + 3] = y13;
  y[q2 + 3] = y23;
  y[q3 + 3] = y33;
}

/** Panels [group][oc / 4][bias, then d][4], with zeros beyond the last output channel. */
function packOutChannels(w: Float32Array, b: Float32Array | null, plan: Conv2dPlan): void {
  const { depth, outPerGroup, panels } = plan;
  const panelSize = TILE * (depth + 1);
  const panelsPerGroup = Math.ceil(outPerGroup / TILE);
  for (let oc = 0; oc < plan.g.outChannels; oc++) {
    const group = Math.floor(oc / outPerGroup);
    const column = oc - group * outPerGroup;
    const panel = group * panelsPerGroup + Math.floor(column / TILE);
    panels[panel * panelSize + (column % TILE)] = b === null ? 0 : b[oc]!;
  }
  for (let d = 0; d < depth; d += PACK_BLOCK) {
    const end = Math.min(d + PACK_BLOCK, depth);
    for (let group = 0; group < plan.g.groups; group++) packRows(w, plan, group, d, end);
  }
}

/** Rows `begin` to `end` of w into the panels of a group: few enough rows to stay in the cache. */
function packRows(
  w: Float32Array,
  plan: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  const { depth, outPerGroup, panels } = plan;
  const { outChannels } = plan.g;
  const panelSize = TILE * (depth + 1);
  let panel = group * Math.ceil(outPerGroup / TILE) * panelSize + TILE;
  for (let oc = 0; oc < outPerGroup; oc += TILE) {
    const columns = Math.min(TILE, outPerGroup - oc);
    for (let d = begin; d < end; d++) {
      const from = (d * outChannels + group * outPerGroup + oc) | 0;
      const to = (panel + d * TILE) | 0;
      for (let j = 0; j < columns; j++) panels[to + j] = w[from + j]!;
    }
    panel += panelSize;
  }
}
