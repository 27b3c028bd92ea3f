// max:      y[n, od, oh, ow, c] = max over the window of x[n, id, ih, iw, c]
// average:  y[n, od, oh, ow, c] = (Σ over the window of x[n, id, ih, iw, c]) / divisor
//
//   ih = oh · strideHeight − padTop + kh · dilationHeight, and so along the other axes; pixels outside the image do not
//   count. A kernel of 0 stands for the window from ⌊oh · H / OH⌋ to ⌈(oh + 1) · H / OH⌉.
//
// Max: the first maximum in row-major order wins, the first NaN beats every number. argmax is (id · H + ih) · W + iw; a
// window without a pixel has y = −∞ and argmax = −1. dx[argmax] = Σ dy.
//
// Average: the divisor is torch's. With countIncludePad it is the size of the window, clipped to the padded image (rows
// up to H + padBottom, columns up to W + padRight); without, it is the number of pixels. A window without a pixel has
// y = 0. dx = Σ dy / divisor.
//
// x [N, D, H, W, C], y and argmax [N, OD, OH, OW, C]; without depths D = 1.

import type { Pool2dGeometry, PoolGeometry } from '../../../src/ops/pool/geometry.js';

type Geometry = Pool2dGeometry & Partial<PoolGeometry>;

export function maxPool2dForward(
  x: ArrayLike<number>,
  g: Geometry,
): { y: Float64Array; argmax: Int32Array } {
  const y = new Float64Array(outputSize(g)).fill(-Infinity);
  const argmax = new Int32Array(outputSize(g)).fill(-1);
  forEachWindow(g, (k, window, indexOf) => {
    for (const pixel of window) {
      const i = indexOf(pixel);
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
  g: Geometry,
): Float64Array {
  const dx = new Float64Array(inputSize(g));
  forEachWindow(g, (k, window, indexOf) => {
    for (const pixel of window) {
      if (pixel === argmax[k]) dx[indexOf(pixel)]! += dy[k]!;
    }
  });
  return dx;
}

export function avgPool2dForward(
  x: ArrayLike<number>,
  g: Geometry,
  countIncludePad: boolean,
  override?: number,
): Float64Array {
  const y = new Float64Array(outputSize(g));
  forEachWindow(g, (k, window, indexOf, paddedSize) => {
    const divisor = override ?? (countIncludePad ? paddedSize : window.length);
    for (const pixel of window) y[k]! += x[indexOf(pixel)]! / divisor;
  });
  return y;
}

export function avgPool2dGradInput(
  dy: ArrayLike<number>,
  g: Geometry,
  countIncludePad: boolean,
  override?: number,
): Float64Array {
  const dx = new Float64Array(inputSize(g));
  forEachWindow(g, (k, window, indexOf, paddedSize) => {
    const divisor = override ?? (countIncludePad ? paddedSize : window.length);
    for (const pixel of window) dx[indexOf(pixel)]! += dy[k]! / divisor;
  });
  return dx;
}

function inputSize(g: Geometry): number {
  return g.batch * (g.inDepth ?? 1) * g.inHeight * g.inWidth * g.channels;
}

function outputSize(g: Geometry): number {
  return g.batch * (g.outDepth ?? 1) * g.outHeight * g.outWidth * g.channels;
}

/**
 * Visits every element `k` of y with the pixels `(id · H + ih) · W + iw` of its window in row-major order, their indices
 * in x, and the size of the window inside the padded image.
 */
function forEachWindow(
  g: Geometry,
  visit: (
    k: number,
    window: readonly number[],
    indexOf: (pixel: number) => number,
    paddedSize: number,
  ) => void,
): void {
  const { inDepth = 1, outDepth = 1, kernelDepth = 1, strideDepth = 1 } = g;
  const { dilationDepth = 1, padFront = 0, padBack = 0 } = g;
  const pixels = inDepth * g.inHeight * g.inWidth;
  const windows = [
    windowsOf(inDepth, outDepth, kernelDepth, strideDepth, dilationDepth, padFront, padBack),
    windowsOf(
      g.inHeight,
      g.outHeight,
      g.kernelHeight,
      g.strideHeight,
      g.dilationHeight,
      g.padTop,
      g.padBottom,
    ),
    windowsOf(
      g.inWidth,
      g.outWidth,
      g.kernelWidth,
      g.strideWidth,
      g.dilationWidth,
      g.padLeft,
      g.padRight,
    ),
  ] as const;
  let k = 0;
  for (let n = 0; n < g.batch; n++) {
    for (const planes of windows[0]) {
      for (const rows of windows[1]) {
        for (const columns of windows[2]) {
          const window: number[] = [];
          for (const id of planes.filter((at) => at >= 0 && at < inDepth)) {
            for (const ih of rows.filter((at) => at >= 0 && at < g.inHeight)) {
              for (const iw of columns.filter((at) => at >= 0 && at < g.inWidth)) {
                window.push((id * g.inHeight + ih) * g.inWidth + iw);
              }
            }
          }
          const paddedSize = planes.length * rows.length * columns.length;
          for (let c = 0; c < g.channels; c++) {
            const indexOf = (pixel: number) => (n * pixels + pixel) * g.channels + c;
            visit(k++, window, indexOf, paddedSize);
          }
        }
      }
    }
  }
}

/** For every window of an axis its positions, but those beyond the padding. */
function windowsOf(
  size: number,
  outputs: number,
  kernel: number,
  stride: number,
  dilation: number,
  padBefore: number,
  padAfter: number,
): number[][] {
  return Array.from({ length: outputs }, (_, o) => {
    const first = kernel === 0 ? Math.floor((o * size) / outputs) : o * stride - padBefore;
    const taps = kernel === 0 ? Math.ceil(((o + 1) * size) / outputs) - first : kernel;
    const positions = Array.from({ length: taps }, (__, tap) => first + tap * dilation);
    return positions.filter((position) => position < size + padAfter);
  });
}
