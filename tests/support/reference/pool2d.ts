// max:      y[n, oh, ow, c] = max over the window of x[n, ih, iw, c]
// average:  y[n, oh, ow, c] = (Σ over the window of x[n, ih, iw, c]) / divisor
//
//   ih = oh · strideHeight − padTop  + kh · dilationHeight     (pixels outside the image do not count)
//   iw = ow · strideWidth  − padLeft + kw · dilationWidth
//
// Max: the first maximum in row-major order wins, the first NaN beats every number. argmax is
// ih · W + iw; a window without a pixel has y = −∞ and argmax = −1. dx[argmax] = Σ dy.
//
// Average: the divisor is torch's. With countIncludePad it is the size of the window, clipped to the
// padded image (rows up to H + padBottom, columns up to W + padRight); without, it is the number of
// pixels. A window without a pixel has y = 0. dx = Σ dy / divisor.
//
// x [N, H, W, C], y and argmax [N, OH, OW, C].

import type { Pool2dGeometry } from '../../../src/ops/pool/geometry.js';

export function maxPool2dForward(
  x: ArrayLike<number>,
  g: Pool2dGeometry,
): { y: Float64Array; argmax: Int32Array } {
  const y = new Float64Array(outputSize(g)).fill(-Infinity);
  const argmax = new Int32Array(outputSize(g)).fill(-1);
  forEachWindow(g, (k, window) => {
    for (const { i, pixel } of window) {
      const isFirst = argmax[k] === -1;
      const isFirstNaN = Number.isNaN(x[i]) && !Number.isNaN(y[k]);
      if (isFirst || isFirstNaN || x[i]! > y[k]!) {
        y[k] = x[i]!;
        argmax[k] = pixel;
      }
    }
  });
  return { y, argmax };
}

export function maxPool2dGradInput(
  dy: ArrayLike<number>,
  argmax: ArrayLike<number>,
  g: Pool2dGeometry,
): Float64Array {
  const dx = new Float64Array(inputSize(g));
  forEachWindow(g, (k, window) => {
    for (const { i, pixel } of window) {
      if (pixel === argmax[k]) dx[i]! += dy[k]!;
    }
  });
  return dx;
}

export function avgPool2dForward(
  x: ArrayLike<number>,
  g: Pool2dGeometry,
  countIncludePad: boolean,
): Float64Array {
  const y = new Float64Array(outputSize(g));
  forEachWindow(g, (k, window, paddedSize) => {
    const divisor = countIncludePad ? paddedSize : window.length;
    for (const { i } of window) y[k]! += x[i]! / divisor;
  });
  return y;
}

export function avgPool2dGradInput(
  dy: ArrayLike<number>,
  g: Pool2dGeometry,
  countIncludePad: boolean,
): Float64Array {
  const dx = new Float64Array(inputSize(g));
  forEachWindow(g, (k, window, paddedSize) => {
    const divisor = countIncludePad ? paddedSize : window.length;
    for (const { i } of window) dx[i]! += dy[k]! / divisor;
  });
  return dx;
}

function inputSize(g: Pool2dGeometry): number {
  return g.batch * g.inHeight * g.inWidth * g.channels;
}

function outputSize(g: Pool2dGeometry): number {
  return g.batch * g.outHeight * g.outWidth * g.channels;
}

/** One pixel of a window: `i` is its flat index in x, `pixel` is `ih · W + iw`. */
interface WindowPixel {
  i: number;
  pixel: number;
}

/**
 * Visits every element `k` of y with the pixels of its window in row-major order, and the size of the
 * window inside the padded image.
 */
function forEachWindow(
  g: Pool2dGeometry,
  visit: (k: number, window: WindowPixel[], paddedSize: number) => void,
): void {
  for (let n = 0; n < g.batch; n++) {
    for (let oh = 0; oh < g.outHeight; oh++) {
      for (let ow = 0; ow < g.outWidth; ow++) {
        for (let c = 0; c < g.channels; c++) {
          const window: WindowPixel[] = [];
          let paddedSize = 0;
          for (let kh = 0; kh < g.kernelHeight; kh++) {
            for (let kw = 0; kw < g.kernelWidth; kw++) {
              const ih = oh * g.strideHeight - g.padTop + kh * g.dilationHeight;
              const iw = ow * g.strideWidth - g.padLeft + kw * g.dilationWidth;
              if (ih >= g.inHeight + g.padBottom || iw >= g.inWidth + g.padRight) continue;
              paddedSize++;
              if (ih < 0 || ih >= g.inHeight || iw < 0 || iw >= g.inWidth) continue;
              const pixel = ih * g.inWidth + iw;
              window.push({ i: (n * g.inHeight * g.inWidth + pixel) * g.channels + c, pixel });
            }
          }
          visit(((n * g.outHeight + oh) * g.outWidth + ow) * g.channels + c, window, paddedSize);
        }
      }
    }
  }
}
