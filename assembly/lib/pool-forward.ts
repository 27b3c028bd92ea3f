// The loop of max and average pooling over the windows.
//
// `Pool` is a class of which no object exists: the type alone selects its inlined methods at compile time. They work on
// four channels of a window, which has a result and a mark for each, and takes in its pixels in row-major order:
//
//   noResult(), noMark(pixel)            what they are before the first pixel (pixel −1: there is none)
//   result(result, x)                    the result with the pixel x
//   mark(mark, result, x, pixel)         the mark with the pixel x, from the result without it
//   store(y, marks, result, mark, divisor, channels)
//
// Windows outside, channels inside: memory is read in order. Sixteen channels at a time fill the registers, eight are
// there for small networks; the last vector is read whole, past the channels, and stored in part.
import { counted, endOfTaps, firstTap, Pool2dGeometry } from './pooling';

/** y, and the marks, for the output rows [begin, end) of batch · outHeight. */
// @ts-ignore: decorator
@inline
export function poolForward<Pool>(
  y: usize,
  marks: usize,
  x: usize,
  g: Pool2dGeometry,
  countIncludePad: bool,
  begin: i32,
  end: i32,
): void {
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * pixelBytes;
  const imageBytes = <usize>(g.inHeight * g.inWidth) * pixelBytes;
  for (let row = begin; row < end; row++) {
    const to = <usize>row * rowBytes;
    const image = x + <usize>(row / g.outHeight) * imageBytes;
    poolRow<Pool>(y + to, marks + to, image, row % g.outHeight, countIncludePad, g);
  }
}

/** The output row `oh` of an image. */
function poolRow<Pool>(
  y: usize,
  marks: usize,
  image: usize,
  oh: i32,
  countIncludePad: bool,
  g: Pool2dGeometry,
): void {
  const channels = g.channels;
  const pixelBytes = <usize>channels << 2;
  const kernel = g.kernelWidth;
  const stride = g.strideWidth;
  const dilation = g.dilationWidth;
  const size = g.inWidth;
  const padRight = g.padRight;
  const down = g.dilationHeight * size;
  const top = oh * g.strideHeight - g.padTop;
  const khBegin = firstTap(top, g.dilationHeight);
  const rows = endOfTaps(top, g.kernelHeight, g.dilationHeight, g.inHeight) - khBegin;
  const firstRow = (top + khBegin * g.dilationHeight) * size;
  const countedRows = counted(top, g.kernelHeight, g.inHeight, g.padBottom, countIncludePad);
  let left = -g.padLeft;
  for (let ow = g.outWidth; ow > 0; ow--) {
    const kwBegin = firstTap(left, dilation);
    const columns = endOfTaps(left, kernel, dilation, size) - kwBegin;
    const first = firstRow + left + kwBegin * dilation;
    const pixel = rows > 0 && columns > 0 ? first : -1;
    const divisor = <f32>countedRows * <f32>counted(left, kernel, size, padRight, countIncludePad);
    let x = image + <usize>first * pixelBytes;
    let c = channels;
    for (; c >= 16; c -= 16) {
      poolWindow<Pool>(y, marks, x, pixel, rows, columns, dilation, down, pixelBytes, divisor, 4, 16);
      x += 64;
      y += 64;
      marks += 64;
    }
    for (; c >= 8; c -= 8) {
      poolWindow<Pool>(y, marks, x, pixel, rows, columns, dilation, down, pixelBytes, divisor, 2, 8);
      x += 32;
      y += 32;
      marks += 32;
    }
    for (; c > 0; c -= 4) {
      poolWindow<Pool>(y, marks, x, pixel, rows, columns, dilation, down, pixelBytes, divisor, 1, c);
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
 * may hold fewer than four `channels`.
 */
// @ts-ignore: decorator
@inline
function poolWindow<Pool>(
  y: usize,
  marks: usize,
  x: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  right: i32,
  down: i32,
  pixelBytes: usize,
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
  for (let kh = rows; kh > 0; kh--) {
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
      tap += <usize>right * pixelBytes;
      tapPixel += right;
    }
    x += <usize>down * pixelBytes;
    pixel += down;
  }
  const vDivisor = f32x4.splat(divisor);
  pool.store(y, marks, result0, mark0, vDivisor, channels);
  if (vectors >= 2) pool.store(y + 16, marks + 16, result1, mark1, vDivisor, 4);
  if (vectors == 4) {
    pool.store(y + 32, marks + 32, result2, mark2, vDivisor, 4);
    pool.store(y + 48, marks + 48, result3, mark3, vDivisor, 4);
  }
}
