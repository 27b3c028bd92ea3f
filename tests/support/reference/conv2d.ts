// y[n, od, oh, ow, oc] = b[oc] + Σ over kd, kh, kw, ic of x[n, id, ih, iw, ic] · w[kd, kh, kw, ic mod C/G, oc]
//
//   id = od · strideDepth  − padFront + kd · dilationDepth     (1 where there is no depth)
//   ih = oh · strideHeight − padTop  + kh · dilationHeight     (outside the image x is 0)
//   iw = ow · strideWidth  − padLeft + kw · dilationWidth
//   ic runs over the input channels of the group of oc: group g reads [g · C/G, (g + 1) · C/G)
//
// x [N, D, H, W, C], w [KD, KH, KW, C/G, OC], b [OC], y [N, OD, OH, OW, OC].
//
// y is linear in x and in w: every product x[i] · w[j] that goes into y[k] makes dy[k] · w[j] part of
// dx[i], and x[i] · dy[k] part of dw[j]. So all three walk over the same triples (i, j, k): those of the
// output channels of a group at a time, (i, j + c, k + c) for c from 0 to `channels`.

import type { Conv2dGeometry, Conv3dDepth } from '../../../src/ops/conv/geometry.js';

/** Of signals (height 1), pictures, or volumes. */
type Geometry = Conv2dGeometry & Partial<Conv3dDepth>;

export function conv2dForward(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  b: ArrayLike<number> | null,
  g: Geometry,
): Float64Array {
  const y = new Float64Array(outputSize(g));
  for (let k = 0; k < y.length; k++) y[k] = b === null ? 0 : b[k % g.outChannels]!;
  forEachProduct(g, (i, j, k, channels) => {
    const value = x[i]!;
    for (let c = 0; c < channels; c++) y[k + c]! += value * w[j + c]!;
  });
  return y;
}

export function conv2dGradInput(
  dy: ArrayLike<number>,
  w: ArrayLike<number>,
  g: Geometry,
): Float64Array {
  const dx = new Float64Array(g.batch * (g.inDepth ?? 1) * g.inHeight * g.inWidth * g.inChannels);
  forEachProduct(g, (i, j, k, channels) => {
    for (let c = 0; c < channels; c++) dx[i]! += dy[k + c]! * w[j + c]!;
  });
  return dx;
}

export function conv2dGradWeight(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  g: Geometry,
): Float64Array {
  const dw = new Float64Array(
    (g.kernelDepth ?? 1) *
      g.kernelHeight *
      g.kernelWidth *
      (g.inChannels / g.groups) *
      g.outChannels,
  );
  forEachProduct(g, (i, j, k, channels) => {
    const value = x[i]!;
    for (let c = 0; c < channels; c++) dw[j + c]! += value * dy[k + c]!;
  });
  return dw;
}

export function conv2dGradBias(dy: ArrayLike<number>, g: Geometry): Float64Array {
  const db = new Float64Array(g.outChannels);
  for (let k = 0; k < outputSize(g); k++) db[k % g.outChannels]! += dy[k]!;
  return db;
}

function outputSize(g: Geometry): number {
  return g.batch * (g.outDepth ?? 1) * g.outHeight * g.outWidth * g.outChannels;
}

/** Of products `x[i] · w[j + c]` that go into `y[k + c]`, one for each output channel c of a group. */
type Visit = (i: number, j: number, k: number, channels: number) => void;

/** Visits the flat indices of all products. */
function forEachProduct(g: Geometry, visit: Visit): void {
  const { inDepth = 1, outDepth = 1, kernelDepth = 1 } = g;
  const { strideDepth = 1, dilationDepth = 1, padFront = 0 } = g;
  for (let n = 0; n < g.batch; n++) {
    for (let od = 0; od < outDepth; od++) {
      for (let kd = 0; kd < kernelDepth; kd++) {
        const id = od * strideDepth - padFront + kd * dilationDepth;
        if (id < 0 || id >= inDepth) continue;
        forEachProductOfPlanes(g, n * inDepth + id, kd, n * outDepth + od, visit);
      }
    }
  }
}

/** Those of a plane of x with a plane of taps in a plane of y. */
function forEachProductOfPlanes(
  g: Geometry,
  plane: number,
  taps: number,
  outPlane: number,
  visit: Visit,
): void {
  for (let oh = 0; oh < g.outHeight; oh++) {
    for (let ow = 0; ow < g.outWidth; ow++) {
      for (let kh = 0; kh < g.kernelHeight; kh++) {
        for (let kw = 0; kw < g.kernelWidth; kw++) {
          const ih = oh * g.strideHeight - g.padTop + kh * g.dilationHeight;
          const iw = ow * g.strideWidth - g.padLeft + kw * g.dilationWidth;
          if (ih < 0 || ih >= g.inHeight || iw < 0 || iw >= g.inWidth) continue;
          const pixel = (plane * g.inHeight + ih) * g.inWidth + iw;
          const tap = (taps * g.kernelHeight + kh) * g.kernelWidth + kw;
          const outPixel = (outPlane * g.outHeight + oh) * g.outWidth + ow;
          forEachProductOfPixel(g, pixel, tap, outPixel, visit);
        }
      }
    }
  }
}

/** Those of a pixel of x with a tap in a pixel of y. */
function forEachProductOfPixel(
  g: Geometry,
  pixel: number,
  tap: number,
  outPixel: number,
  visit: Visit,
): void {
  const inPerGroup = g.inChannels / g.groups;
  const outPerGroup = g.outChannels / g.groups;
  for (let group = 0; group < g.groups; group++) {
    for (let kc = 0; kc < inPerGroup; kc++) {
      visit(
        pixel * g.inChannels + group * inPerGroup + kc,
        (tap * inPerGroup + kc) * g.outChannels + group * outPerGroup,
        outPixel * g.outChannels + group * outPerGroup,
        outPerGroup,
      );
    }
  }
}
