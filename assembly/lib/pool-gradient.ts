// The loop of the pooling gradients: each window of a row shares its dy out among the pixels that it covers. The first
// window that reaches a pixel overwrites, later ones add, and what no window reaches becomes 0: nothing is zeroed to be
// added to, and rows of dx can be shared out among threads. A row whose windows have gaps is zeroed, and all add.
//
// `Pool` is a class without objects, as in lib/pool-forward.ts, with methods on four channels.
import { storeUpTo4 } from './lanes';
import { Axis, depthOf, endOfTaps, firstTap, heightOf, PoolGeometry, widthOf, WITH_PAD } from './pooling';
import { zeroFloats } from './simd';

/** Each pixel of the window gets dy / divisor. */
@unmanaged
class MeanShares {
  /** Whether it divides. */
  @inline
  hasDivisor(): bool {
    return true;
  }

  /** What the window has to share, from the address of its dy. */
  @inline
  gradient(dy: usize, divisor: v128): v128 {
    return f32x4.div(v128.load(dy), divisor);
  }

  /** Its mark, if it has one. */
  @inline
  loadMark(marks: usize): v128 {
    return f32x4.splat(0);
  }

  /** The share of a pixel. */
  @inline
  share(dy: v128, mark: v128, pixel: i32): v128 {
    return dy;
  }
}

/** The pixel that the mark names gets dy. */
@unmanaged
class MaxShares {
  @inline
  hasDivisor(): bool {
    return false;
  }

  @inline
  gradient(dy: usize, divisor: v128): v128 {
    return v128.load(dy);
  }

  @inline
  loadMark(marks: usize): v128 {
    return v128.load(marks);
  }

  @inline
  share(dy: v128, mark: v128, pixel: i32): v128 {
    return v128.and(dy, i32x4.eq(mark, i32x4.splat(pixel)));
  }
}

/** dx for the input rows [begin, end) of batch · inDepth · inHeight: of a mean where there are no `marks`. */
export function poolGradInput(
  dx: usize,
  dy: usize,
  marks: usize,
  g: PoolGeometry,
  divisor: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const width = widthOf(g);
  const size = width.size;
  const count = width.kernel == 0 ? 1 : width.outputs;
  const pixelBytes = <usize>g.channels << 2;
  const bytes = <usize>count * pixelBytes;
  const rowBytes = <usize>g.outWidth * pixelBytes;
  for (let row = begin; row < end; row++) {
    const to = dx + <usize>row * <usize>size * pixelBytes;
    const plane = row / g.inHeight;
    const id = plane % g.inDepth;
    const ih = row % g.inHeight;
    const odEnd = depthOf(g).endOfWindows(id);
    const ohEnd = heightOf(g).endOfWindows(ih);
    const volume = (plane / g.inDepth) * g.outDepth;
    let written = accumulate ? size : 0;
    if (g.dilationWidth > 1 && !accumulate) {
      zeroFloats(to, size * g.channels);
      written = size;
    }
    for (let od = depthOf(g).firstWindow(id); od < odEnd; od++) {
      if (isBetweenTaps(depthOf(g), od, id)) continue;
      const countedPlanes = <f32>depthOf(g).countedOf(od, divisor);
      for (let oh = heightOf(g).firstWindow(ih); oh < ohEnd; oh++) {
        if (isBetweenTaps(heightOf(g), oh, ih)) continue;
        let from = <usize>((volume + od) * g.outHeight + oh) * rowBytes;
        const countedRows = countedPlanes * <f32>heightOf(g).countedOf(oh, divisor);
        const first = (id * g.inHeight + ih) * size;
        for (let ow = 0; ow < width.outputs; ow += count) {
          written =
            marks == 0
              ? shareRow<MeanShares>(to, dy + from, 0, first, written, ow, count, countedRows, divisor, g)
              : shareRow<MaxShares>(to, dy + from, marks + from, first, written, ow, count, 1, 1, g);
          from += bytes;
        }
        zeroPixels(to, written, size, pixelBytes);
        written = size;
      }
    }
    zeroPixels(to, written, size, pixelBytes);
  }
}

/** The pixels [begin, end) of a row. */
function zeroPixels(row: usize, begin: i32, end: i32, pixelBytes: usize): void {
  zeroFloats(row + <usize>begin * pixelBytes, <i32>((<usize>(end - begin) * pixelBytes) >> 2));
}

/** Whether no tap of a window that covers the position `i` sees it. */
function isBetweenTaps(axis: Axis, o: i32, i: i32): bool {
  return (i - axis.start(o)) % axis.dilation != 0;
}

/**
 * The share of `count` windows of one size, from `ow` on, of an output row in a row of dx, whose first pixel is `row` and
 * in which `written` have a value already. @returns the pixels that have one then
 */
function shareRow<Pool>(
  dx: usize,
  dy: usize,
  marks: usize,
  row: i32,
  written: i32,
  ow: i32,
  count: i32,
  countedRows: f32,
  divisor: i32,
  g: PoolGeometry,
): i32 {
  const width = widthOf(g);
  const channels = g.channels;
  const pixelBytes = <usize>channels << 2;
  const stride = width.stride;
  const size = width.size;
  const step = width.dilation;
  const counted = divisor == WITH_PAD ? size + width.padAfter : size;
  const stepBytes = <usize>step * pixelBytes;
  let by = <f32>divisor;
  let left = width.start(ow);
  const kernel = width.kernelOf(ow, left);
  const extent = (kernel - 1) * step + 1;
  for (; count > 0; count--) {
    const kwBegin = firstTap(left, step);
    const first = min(size, left + kwBegin * step);
    const end = min(size, left + extent);
    if (first > written) {
      zeroPixels(dx, written, first, pixelBytes);
      written = first;
    }
    if (changetype<Pool>(0).hasDivisor() && divisor <= 0) {
      const taps = endOfTaps(left, kernel, step, counted);
      by = countedRows * <f32>max(1, divisor == WITH_PAD ? taps : taps - kwBegin);
    }
    const added = row + min(end, written);
    let to = dx + <usize>first * pixelBytes;
    let c = channels;
    for (; c >= 16; c -= 16) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, step, stepBytes, by, 4, 16);
      to += 64;
      dy += 64;
      marks += 64;
    }
    for (; c >= 8; c -= 8) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, step, stepBytes, by, 2, 8);
      to += 32;
      dy += 32;
      marks += 32;
    }
    for (; c > 0; c -= 4) {
      shareWindow<Pool>(to, dy, marks, row + first, added, row + end, step, stepBytes, by, 1, c);
      to += 16;
      dy += 16;
      marks += 16;
    }
    dy += c << 2;
    marks += c << 2;
    written = max(written, end);
    left += stride;
  }
  return written;
}

/**
 * Four, two or one of the vectors of every `step`-th pixel of [pixel, end): the window adds to those before `added`. One
 * vector may hold fewer than four `channels`.
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
  step: i32,
  stepBytes: usize,
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
  for (; pixel < added; pixel += step) {
    storeUpTo4(dx, f32x4.add(v128.load(dx), pool.share(dy0, mark0, pixel)), channels);
    if (vectors >= 2) v128.store(dx, f32x4.add(v128.load(dx, 16), pool.share(dy1, mark1, pixel)), 16);
    if (vectors == 4) {
      v128.store(dx, f32x4.add(v128.load(dx, 32), pool.share(dy2, mark2, pixel)), 32);
      v128.store(dx, f32x4.add(v128.load(dx, 48), pool.share(dy3, mark3, pixel)), 48);
    }
    dx += stepBytes;
  }
  for (; pixel < end; pixel += step) {
    storeUpTo4(dx, pool.share(dy0, mark0, pixel), channels);
    if (vectors >= 2) v128.store(dx, pool.share(dy1, mark1, pixel), 16);
    if (vectors == 4) {
      v128.store(dx, pool.share(dy2, mark2, pixel), 32);
      v128.store(dx, pool.share(dy3, mark3, pixel), 48);
    }
    dx += stepBytes;
  }
}
