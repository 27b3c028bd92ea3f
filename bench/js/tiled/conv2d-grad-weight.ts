// dw[kh, kw, ic, oc] = Σ over n, oh, ow of x[n, ih, iw, ic] · dy[n, oh, ow, oc]
//
// Four taps by four output channels at a time, summed over a block of output pixels.

import { depthwiseGradWeight } from './depthwise.js';
import { enframe, type Conv2dPlan } from './conv2d-plan.js';
import { outerTile, TILE } from './tiles.js';

/** A block of dy, about 128 KB: it is read once for every four taps. */
const BLOCK_ELEMENTS = 32768;
const SMALLEST_BLOCK = 64;

/** x [N, H, W, C], dy [N, OH, OW, OC], dw [KH, KW, C/G, OC] (overwritten). */
export function conv2dGradWeight(
  x: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
  plan: Conv2dPlan,
): void {
  const image = enframe(x, plan);
  dw.fill(0);
  if (plan.isDepthwise) return depthwiseGradWeight(image, dy, dw, plan);
  const block = Math.max(SMALLEST_BLOCK, Math.floor(BLOCK_ELEMENTS / plan.g.outChannels));
  const pixelCount = plan.pixels.length;
  for (let begin = 0; begin < pixelCount; begin += block) {
    const end = Math.min(begin + block, pixelCount);
    for (let group = 0; group < plan.g.groups; group++)
      sumBlock(image, dy, dw, plan, group, begin, end);
  }
}

function sumBlock(
  image: Float32Array,
  dy: Float32Array,
  dw: Float32Array,
  plan: Conv2dPlan,
  group: number,
  begin: number,
  end: number,
): void {
  const { inPerGroup, outPerGroup, depth, pixels, taps, sums } = plan;
  const { outChannels } = plan.g;
  const shift = group * inPerGroup;
  const lastTap = depth - 1;
  const lastOc = (group + 1) * outPerGroup - 1;
  for (let d = 0; d < depth; d += TILE) {
    const t0 = taps[d]! + shift;
    const t1 = taps[Math.min(d + 1, lastTap)]! + shift;
    const t2 = taps[Math.min(d + 2, lastTap)]! + shift;
    const t3 = taps[Math.min(d + 3, lastTap)]! + shift;
    for (let oc = lastOc - outPerGroup + 1; oc <= lastOc; oc += TILE) {
      const oc1 = Math.min(oc + 1, lastOc);
      const oc2 = Math.min(oc + 2, lastOc);
      const oc3 = Math.min(oc + 3, lastOc);
      outerTile(
        image,
        pixels,
        t0,
        t1,
        t2,
        t3,
        dy,
        outChannels,
        oc,
        oc1,
        oc2,
        oc3,
        begin,
        end,
        sums,
      );
      addTile(sums, Math.min(TILE, depth - d), oc3 - oc + 1, dw, d * outChannels + oc, outChannels);
    }
  }
}

function addTile(
  sums: Float64Array,
  rows: number,
  columns: number,
  dw: Float32Array,
  start: number,
  outChannels: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) dw[start + i * outChannels + j]! += sums[i * 4 + j]!;
  }
}
