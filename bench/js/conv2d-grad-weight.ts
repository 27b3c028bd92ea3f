// dw[kh, kw, ic, oc] = Σ over n, oh, ow of x[n, ih, iw, ic] · dy[n, oh, ow, oc]
// db[oc] = Σ over n, oh, ow of dy[n, oh, ow, oc]
//
// Four taps by four output channels at a time, summed over a block of output pixels.

import { depthwiseGradWeight } from './depthwise.js';
import { enframe, TILE, type Conv2dPlan } from './conv2d-plan.js';

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

/** dy [N, OH, OW, OC], db [OC] (overwritten). */
export function conv2dGradBias(dy: Float32Array, db: Float32Array, plan: Conv2dPlan): void {
  const { outChannels } = plan.g;
  db.fill(0);
  for (let i = 0; i < dy.length; i += outChannels) {
    for (let oc = 0; oc < outChannels; oc++) db[oc]! += dy[i + oc]!;
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
  const { inPerGroup, outPerGroup, depth, pixels, taps } = plan;
  const { outChannels } = plan.g;
  const firstColumn = group * outPerGroup;
  for (let d = 0; d < depth; d += TILE) {
    for (let oc = 0; oc < outPerGroup; oc += TILE) {
      sumTile(
        image,
        pixels,
        taps,
        d,
        group * inPerGroup,
        dy,
        dw,
        outChannels,
        firstColumn + oc,
        firstColumn + outPerGroup - 1,
        begin,
        end,
      );
    }
  }
}

/**
 * dw[d + i][oc + j] += Σ over pixels of x[pixel + taps[d + i]] · dy[pixel][oc + j]. A tile at the end
 * computes its last row or column more than once: all sums start from dw before any is written back.
 */
function sumTile(
  x: Float32Array,
  pixels: Int32Array,
  taps: Int32Array,
  d: number,
  shift: number,
  dy: Float32Array,
  dw: Float32Array,
  outChannels: number,
  oc: number,
  lastOc: number,
  begin: number,
  end: number,
): void {
  const lastTap = taps.length - 1;
  const d1 = Math.min(d + 1, lastTap);
  const d2 = Math.min(d + 2, lastTap);
  const d3 = Math.min(d + 3, lastTap);
  const t0 = (taps[d]! + shift) | 0;
  const t1 = (taps[d1]! + shift) | 0;
  const t2 = (taps[d2]! + shift) | 0;
  const t3 = (taps[d3]! + shift) | 0;
  const j1 = Math.min(1, lastOc - oc) | 0;
  const j2 = Math.min(2, lastOc - oc) | 0;
  const j3 = Math.min(3, lastOc - oc) | 0;
  const q0 = (d * outChannels + oc) | 0;
  const q1 = (d1 * outChannels + oc) | 0;
  const q2 = (d2 * outChannels + oc) | 0;
  const q3 = (d3 * outChannels + oc) | 0;
  let dw00 = dw[q0]!;
  let dw01 = dw[q0 + j1]!;
  let dw02 = dw[q0 + j2]!;
  let dw03 = dw[q0 + j3]!;
  let dw10 = dw[q1]!;
  let dw11 = dw[q1 + j1]!;
  let dw12 = dw[q1 + j2]!;
  let dw13 = dw[q1 + j3]!;
  let dw20 = dw[q2]!;
  let dw21 = dw[q2 + j1]!;
  let dw22 = dw[q2 + j2]!;
  let dw23 = dw[q2 + j3]!;
  let dw30 = dw[q3]!;
  let dw31 = dw[q3 + j1]!;
  let dw32 = dw[q3 + j2]!;
  let dw33 = dw[q3 + j3]!;
  let q = (begin * outChannels + oc) | 0;
  for (let pixel = begin; pixel < end; pixel++) {
    const i = pixels[pixel]!;
    const g0 = dy[q]!;
    const g1 = dy[(q + j1) | 0]!;
    const g2 = dy[(q + j2) | 0]!;
    const g3 = dy[(q + j3) | 0]!;
    const x0 = x[(i + t0) | 0]!;
    dw00 += x0 * g0;
    dw01 += x0 * g1;
    dw02 += x0 * g2;
    dw03 += x0 * g3;
    const x1 = x[(i + t1) | 0]!;
    dw10 += x1 * g0;
    dw11 += x1 * g1;
    dw12 += x1 * g2;
    dw13 += x1 * g3;
    const x2 = x[(i + t2) | 0]!;
    dw20 += x2 * g0;
    dw21 += x2 * g1;
    dw22 += x2 * g2;
    dw23 += x2 * g3;
    const x3 = x[(i + t3) | 0]!;
    dw30 += x3 * g0;
    dw31 += x3 * g1;
    dw32 += x3 * g2;
    dw33 += x3 * g3;
    q = (q + outChannels) | 0;
  }
  dw[q0] = dw00;
  dw[q0 + j1] = dw01;
  dw[q0 + j2] = dw02;
  dw[q0 + j3] = dw03;
  dw[q1] = dw10;
  dw[q1 + j1] = dw11;
  dw[q1 + j2] = dw12;
  dw[q1 + j3] = dw13;
  dw[q2] = dw20;
  dw[q2 + j1] = dw21;
  dw[q2 + j2] = dw22;
  dw[q2 + j3] = dw23;
  dw[q3] = dw30;
  dw[q3 + j1] = dw31;
  dw[q3 + j2] = dw32;
  dw[q3 + j3] = dw33;
}
