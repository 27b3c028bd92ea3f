// The loop of the pooling gradients: each window of a row shares its dy out among the pixels that it covers. The first
// window that reaches a pixel overwrites, later ones add, and what no window reaches becomes 0: nothing is zeroed to be
// added to, and rows of dx can be shared out among threads.
//
// `Pool` is a class without objects, as in lib/pool-forward.ts, with these methods on four channels:
//
//   gradient(dy, divisor)     what the window has to share, from the address of its dy
//   loadMark(marks)           its mark, if it has one
//   share(dy, mark, pixel)    the share of a pixel
import { storeUpTo4 } from './lanes';
import { counted, endOfWindows, extentOf, firstWindow, Pool2dGeometry } from './pooling';
import { zeroFloats } from './simd';

/** dx for the input rows [begin, end) of batch · inHeight. */
// @ts-ignore: decorator
@inline
export function poolGradInput<Pool>(
  dx: usize,
  dy: usize,
  marks: usize,
  g: Pool2dGeometry,
  countIncludePad: bool,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * pixelBytes;
  const extent = extentOf(g.kernelHeight, g.dilationHeight);
  for (let row = begin; row < end; row++) {
    const to = dx + <usize>row * <usize>g.inWidth * pixelBytes;
    const ih = row % g.inHeight;
    const ohBegin = firstWindow(ih + g.padTop, extent, g.strideHeight);
    const ohEnd = endOfWindows(ih + g.padTop, g.strideHeight, g.outHeight);
    const image = <usize>(row / g.inHeight) * <usize>g.outHeight * rowBytes;
    let written = accumulate ? g.inWidth : 0;
    for (let oh = ohBegin; oh < ohEnd; oh++) {
      const from = image + <usize>oh * rowBytes;
      shareRow<Pool>(to, dy + from, marks + from, ih, oh, written, countIncludePad, g);
      written = g.inWidth;
    }
    if (written == 0) zeroFloats(to, g.inWidth * g.channels);
  }
}

/** The share of the output row `oh` in row `ih` of dx, in which `written` pixels have a value already. */
function shareRow<Pool>(
  dx: usize,
  dy: usize,
  marks: usize,
  ih: i32,
  oh: i32,
  written: i32,
  countIncludePad: bool,
  g: Pool2dGeometry,
): void {
  const channels = g.channels;
  const pixelBytes = <usize>channels << 2;
  const kernel = g.kernelWidth;
  const stride = g.strideWidth;
  const size = g.inWidth;
  const padRight = g.padRight;
  const extent = extentOf(kernel, g.dilationWidth);
  const row = ih * size;
  const top = oh * g.strideHeight - g.padTop;
  const countedRows = counted(top, g.kernelHeight, g.inHeight, g.padBottom, countIncludePad);
  let left = -g.padLeft;
  for (let ow = g.outWidth; ow > 0; ow--) {
    const first = min(size, max(0, left));
    const end = min(size, left + extent);
    if (first > written) {
      zeroFloats(dx + <usize>written * pixelBytes, (first - written) * channels);
      written = first;
    }
    const added = row + min(end, written);
    const divisor = <f32>countedRows * <f32>counted(left, kernel, size, padRight, countIncludePad);
    let to = dx + <usize>first * pixelBytes;
    let c = channels;
    for (; c >= 16; c -= 16) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, pixelBytes, divisor, 4, 16);
      to += 64;
      dy += 64;
      marks += 64;
    }
    for (; c >= 8; c -= 8) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, pixelBytes, divisor, 2, 8);
      to += 32;
      dy += 32;
      marks += 32;
    }
    for (; c > 0; c -= 4) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, pixelBytes, divisor, 1, c);
      to += 16;
      dy += 16;
      marks += 16;
    }
    dy += c << 2;
    marks += c << 2;
    written = max(written, end);
    left += stride;
  }
  if (written < size) zeroFloats(dx + <usize>written * pixelBytes, (size - written) * channels);
}

/**
 * Four, two or one of the vectors of the pixels [pixel, end): the window adds to those before `added`. One vector may
 * hold fewer than four `channels`.
 */
// @ts-ignore: decorator
@inline
function shareWindow<Pool>(
  dx: usize,
  dy: usize,
  marks: usize,
  pixel: i32,
  added: i32,
  end: i32,
  pixelBytes: usize,
  divisor: f32,
  vectors: i32,
  channels: i32,
): void {
  const pool = changetype<Pool>(0);
  const vDivisor = f32x4.splat(divisor);
  const dy0 = pool.gradient(dy, vDivisor);
  const dy1 = vectors >= 2 ? pool.gradient(dy + 16, vDivisor) : dy0;
  const dy2 = vectors == 4 ? pool.gradient(dy + 32, vDivisor) : dy0;
  const dy3 = vectors == 4 ? pool.gradient(dy + 48, vDivisor) : dy0;
  const mark0 = pool.loadMark(marks);
  const mark1 = vectors >= 2 ? pool.loadMark(marks + 16) : mark0;
  const mark2 = vectors == 4 ? pool.loadMark(marks + 32) : mark0;
  const mark3 = vectors == 4 ? pool.loadMark(marks + 48) : mark0;
  for (; pixel < added; pixel++) {
    storeUpTo4(dx, f32x4.add(v128.load(dx), pool.share(dy0, mark0, pixel)), channels);
    if (vectors >= 2) v128.store(dx, f32x4.add(v128.load(dx, 16), pool.share(dy1, mark1, pixel)), 16);
    if (vectors == 4) {
      v128.store(dx, f32x4.add(v128.load(dx, 32), pool.share(dy2, mark2, pixel)), 32);
      v128.store(dx, f32x4.add(v128.load(dx, 48), pool.share(dy3, mark3, pixel)), 48);
    }
    dx += pixelBytes;
  }
  for (; pixel < end; pixel++) {
    storeUpTo4(dx, pool.share(dy0, mark0, pixel), channels);
    if (vectors >= 2) v128.store(dx, pool.share(dy1, mark1, pixel), 16);
    if (vectors == 4) {
      v128.store(dx, pool.share(dy2, mark2, pixel), 32);
      v128.store(dx, pool.share(dy3, mark3, pixel), 48);
    }
    dx += pixelBytes;
  }
}
