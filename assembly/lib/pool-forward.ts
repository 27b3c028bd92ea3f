// The loop of max and average pooling over the windows.
//
// `Pool` is a class of which no object exists: the type alone selects its inlined methods at compile time. They work on
// four channels of a window, which has a result and a mark for each, and takes in its pixels in row-major order:
//
//   noResult(), noMark(pixel)            what they are before the first pixel (pixel −1: there is none)
//   result(result, x)                    the result with the pixel x
//   mark(mark, result, x, pixel)         the mark with the pixel x, from the result without it
//   store(y, marks, result, mark, divisor, channels)
//   hasDivisor()                         whether it divides
//
// Windows outside, channels inside: memory is read in order. Sixteen channels at a time fill the registers, eight are
// there for small networks; the last vector is read whole, past the channels, and stored in part.
import { depthOf, endOfTaps, firstTap, heightOf, PoolGeometry, widthOf, WITH_PAD } from './pooling';

/** y, and the marks, for the output rows [begin, end) of batch · outDepth · outHeight. */
// @ts-ignore: decorator
@inline
export function poolForward<Pool>(
  y: usize,
  marks: usize,
  x: usize,
  g: PoolGeometry,
  divisor: i32,
  begin: i32,
  end: i32,
): void {
  const width = widthOf(g);
  const count = width.kernel == 0 ? 1 : width.outputs;
  const bytes = <usize>(count * g.channels) << 2;
  const volumeFloats = g.inDepth * g.inHeight * g.inWidth * g.channels;
  const offset = (<usize>begin * g.outWidth * g.channels) << 2;
  y += offset;
  marks += offset;
  for (let row = begin; row < end; row++) {
    const plane = row / g.outHeight;
    const volume = x + (<usize>((plane / g.outDepth) * volumeFloats) << 2);
    for (let ow = 0; ow < width.outputs; ow += count) {
      poolRow<Pool>(y, marks, volume, plane % g.outDepth, row % g.outHeight, ow, count, divisor, g);
      y += bytes;
      marks += bytes;
    }
  }
}

/** `count` windows of one size, from `ow` on, of the output row `oh` of the plane `od` of a volume. */
function poolRow<Pool>(
  y: usize,
  marks: usize,
  volume: usize,
  od: i32,
  oh: i32,
  ow: i32,
  count: i32,
  divisor: i32,
  g: PoolGeometry,
): void {
  const width = widthOf(g);
  const channels = g.channels;
  const pixelBytes = <usize>channels << 2;
  const stride = width.stride;
  const right = width.dilation;
  const size = width.size;
  const counted = divisor == WITH_PAD ? size + width.padAfter : size;
  const rightBytes = <usize>right * pixelBytes;
  const planes = depthOf(g).tapsOf(od);
  const rows = heightOf(g).tapsOf(oh);
  const down = g.dilationHeight * size;
  const jump = g.dilationDepth * g.inHeight * size - rows * down;
  const downBytes = <usize>down * pixelBytes;
  const jumpBytes = <usize>jump * pixelBytes;
  const firstRow = (depthOf(g).firstOf(od) * g.inHeight + heightOf(g).firstOf(oh)) * size;
  const all = rows > 0 ? max(0, planes) * rows : 0;
  const countedRows = <f32>depthOf(g).countedOf(od, divisor) * <f32>heightOf(g).countedOf(oh, divisor);
  let by = <f32>divisor;
  let left = width.start(ow);
  const kernel = width.kernelOf(ow, left);
  for (; count > 0; count--) {
    const kwBegin = firstTap(left, right);
    const columns = endOfTaps(left, kernel, right, size) - kwBegin;
    const first = firstRow + left + kwBegin * right;
    const pixel = all > 0 && columns > 0 ? first : -1;
    if (changetype<Pool>(0).hasDivisor() && divisor <= 0) {
      const taps = divisor == WITH_PAD ? endOfTaps(left, kernel, right, counted) : columns;
      by = countedRows * <f32>max(1, taps);
    }
    let x = volume + <usize>first * pixelBytes;
    let c = channels;
    for (; c >= 16; c -= 16) {
      poolWindow<Pool>(y, marks, x, pixel, all, rows, columns, jump, down, right, jumpBytes, downBytes, rightBytes, by, 4, 16);
      x += 64;
      y += 64;
      marks += 64;
    }
    for (; c >= 8; c -= 8) {
      poolWindow<Pool>(y, marks, x, pixel, all, rows, columns, jump, down, right, jumpBytes, downBytes, rightBytes, by, 2, 8);
      x += 32;
      y += 32;
      marks += 32;
    }
    for (; c > 0; c -= 4) {
      poolWindow<Pool>(y, marks, x, pixel, all, rows, columns, jump, down, right, jumpBytes, downBytes, rightBytes, by, 1, c);
      x += 16;
      y += 16;
      marks += 16;
    }
    y += c << 2;
    marks += c << 2;
    left += stride;
  }
}

/**
 * Four, two or one of the vectors of the window whose first pixel lies at `x` and has the number `pixel`. One vector
 * may hold fewer than four `channels`. Without a pixel its number is −1.
 */
// @ts-ignore: decorator
@inline
function poolWindow<Pool>(
  y: usize,
  marks: usize,
  x: usize,
  pixel: i32,
  all: i32,
  rows: i32,
  columns: i32,
  jump: i32,
  down: i32,
  right: i32,
  jumpBytes: usize,
  downBytes: usize,
  rightBytes: usize,
  divisor: f32,
  vectors: i32,
  channels: i32,
): void {
  const pool = changetype<Pool>(0);
  let result0 = pool.noResult();
  let result1 = result0;
  let result2 = result0;
  let result3 = result0;
  let mark0 = pool.noMark(pixel);
  let mark1 = mark0;
  let mark2 = mark0;
  let mark3 = mark0;
  let kh = rows;
  for (let left = all; left > 0; left--) {
    let tap = x;
    let tapPixel = pixel;
    for (let kw = columns; kw > 0; kw--) {
      const x0 = v128.load(tap);
      mark0 = pool.mark(mark0, result0, x0, tapPixel);
      result0 = pool.result(result0, x0);
      if (vectors >= 2) {
        const x1 = v128.load(tap, 16);
        mark1 = pool.mark(mark1, result1, x1, tapPixel);
        result1 = pool.result(result1, x1);
      }
      if (vectors == 4) {
        const x2 = v128.load(tap, 32);
        mark2 = pool.mark(mark2, result2, x2, tapPixel);
        result2 = pool.result(result2, x2);
        const x3 = v128.load(tap, 48);
        mark3 = pool.mark(mark3, result3, x3, tapPixel);
        result3 = pool.result(result3, x3);
      }
      tap += rightBytes;
      tapPixel += right;
    }
    x += downBytes;
    pixel += down;
    if (--kh == 0) {
      kh = rows;
      x += jumpBytes;
      pixel += jump;
    }
  }
  const vDivisor = f32x4.splat(divisor);
  pool.store(y, marks, result0, mark0, vDivisor, channels);
  if (vectors >= 2) pool.store(y + 16, marks + 16, result1, mark1, vDivisor, 4);
  if (vectors == 4) {
    pool.store(y + 32, marks + 32, result2, mark2, vDivisor, 4);
    pool.store(y + 48, marks + 48, result3, mark3, vDivisor, 4);
  }
}
