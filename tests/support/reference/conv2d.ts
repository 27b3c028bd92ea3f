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
// dx[i], and x[i] · dy[k] part of dw[j]. So all three walk over the same triples (i, j, k).

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
  forEachProduct(g, (i, j, k) => {
    y[k]! += x[i]! * w[j]!;
  });
  return y;
}

export function conv2dGradInput(
  dy: ArrayLike<number>,
  w: ArrayLike<number>,
  g: Geometry,
): Float64Array {
  const dx = new Float64Array(g.batch * (g.inDepth ?? 1) * g.inHeight * g.inWidth * g.inChannels);
  forEachProduct(g, (i, j, k) => {
    dx[i]! += dy[k]! * w[j]!;
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
  forEachProduct(g, (i, j, k) => {
    dw[j]! += x[i]! * dy[k]!;
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

/** Visits the flat indices `(i, j, k)` of every product `x[i] · w[j]` that goes into `y[k]`. */
function forEachProduct(g: Geometry, visit: (i: number, j: number, k: number) => void): void {
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
  visit: (i: number, j: number, k: number) => void,
): void {
  const inPerGroup = g.inChannels / g.groups;
  const outPerGroup = g.outChannels / g.groups;
  for (let oh = 0; oh < g.outHeight; oh++) {
    for (let ow = 0; ow < g.outWidth; ow++) {
      for (let oc = 0; oc < g.outChannels; oc++) {
        for (let kh = 0; kh < g.kernelHeight; kh++) {
          for (let kw = 0; kw < g.kernelWidth; kw++) {
            for (let kc = 0; kc < inPerGroup; kc++) {
              const ih = oh * g.strideHeight - g.padTop + kh * g.dilationHeight;
              const iw = ow * g.strideWidth - g.padLeft + kw * g.dilationWidth;
              const ic = Math.floor(oc / outPerGroup) * inPerGroup + kc;
              if (ih < 0 || ih >= g.inHeight || iw < 0 || iw >= g.inWidth) continue;
              const tap = (taps * g.kernelHeight + kh) * g.kernelWidth + kw;
              visit(
                ((plane * g.inHeight + ih) * g.inWidth + iw) * g.inChannels + ic,
                (tap * inPerGroup + kc) * g.outChannels + oc,
                ((outPlane * g.outHeight + oh) * g.outWidth + ow) * g.outChannels + oc,
              );
            }
          }
        }
      }
    }
  }
}
