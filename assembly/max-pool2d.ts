// 2-D max pooling and its gradient.
//
//   y[n][oh][ow][c] = max over kh, kw of x[n][oh·s + kh·d − p][ow·s + kw·d − p][c]
//   dx[n][ih][iw][c] = Σ dy over the windows whose argmax is ih·W + iw
//
// x [N,H,W,C], y and argmax [N,OH,OW,C], argmax int32. Pixels outside the image do not count: a window without a pixel
// has y = −∞ and argmax = −1. The first maximum in row-major order wins, the first NaN beats every number. Shapes are
// checked in src/ops/pool2d-geometry.ts. Reference: tests/support/reference/pool2d.ts.
//
// The gradient gathers: every input pixel asks the windows that reach it. Nothing is zeroed or written twice, and rows
// can be shared out among threads. Vectors hold four channels; the last one is read whole and stored in part.
import { storeUpTo4 } from './lib/lanes';
import { endOfTaps, endOfWindows, extentOf, firstTap, firstWindow, Pool2dGeometry } from './lib/pooling';

/** y and argmax for the output rows [begin, end) of batch · outHeight. */
export function maxPool2dForward(
  y: usize,
  argmax: usize,
  x: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  const imageBytes = <usize>(g.inHeight * g.inWidth) * pixelBytes;
  let to = <usize>begin * g.outWidth * pixelBytes;
  for (let row = begin; row < end; row++) {
    const image = x + <usize>(row / g.outHeight) * imageBytes;
    const top = (row % g.outHeight) * g.strideHeight - g.padTop;
    const khBegin = firstTap(top, g.dilationHeight);
    const rows = endOfTaps(top, g.kernelHeight, g.dilationHeight, g.inHeight) - khBegin;
    const firstRow = (top + khBegin * g.dilationHeight) * g.inWidth;
    for (let ow = 0; ow < g.outWidth; ow++) {
      const left = ow * g.strideWidth - g.padLeft;
      const kwBegin = firstTap(left, g.dilationWidth);
      const columns = endOfTaps(left, g.kernelWidth, g.dilationWidth, g.inWidth) - kwBegin;
      const pixel = firstRow + left + kwBegin * g.dilationWidth;
      maxOfWindow(y + to, argmax + to, image + <usize>pixel * pixelBytes, pixel, rows, columns, g);
      to += pixelBytes;
    }
  }
}

/** One pixel of y: `x` is the address of the window's first pixel in the image, `pixel` its number. */
function maxOfWindow(
  y: usize,
  argmax: usize,
  x: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  g: Pool2dGeometry,
): void {
  let left = g.channels;
  if (rows <= 0 || columns <= 0) pixel = -1;
  for (; left >= 16; left -= 16) {
    maxOf16(y, argmax, x, pixel, rows, columns, g);
    x += 64;
    y += 64;
    argmax += 64;
  }
  for (; left > 0; left -= 4) {
    maxOf4(y, argmax, x, pixel, rows, columns, left, g);
    x += 16;
    y += 16;
    argmax += 16;
  }
}

/** Sixteen channels of `maxOfWindow`. */
// @ts-ignore: decorator
@inline
function maxOf16(
  y: usize,
  argmax: usize,
  x: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  g: Pool2dGeometry,
): void {
  const right = g.dilationWidth;
  const down = g.dilationHeight * g.inWidth;
  const rightBytes = <usize>(right * g.channels) << 2;
  const downBytes = <usize>(down * g.channels) << 2;
  let vMax0 = f32x4.splat(-Infinity);
  let vMax1 = vMax0;
  let vMax2 = vMax0;
  let vMax3 = vMax0;
  let vAt0 = i32x4.splat(pixel);
  let vAt1 = vAt0;
  let vAt2 = vAt0;
  let vAt3 = vAt0;
  for (let kh = rows; kh > 0; kh--) {
    let tap = x;
    let tapPixel = pixel;
    for (let kw = columns; kw > 0; kw--) {
      const vTap = i32x4.splat(tapPixel);
      const v0 = v128.load(tap);
      const wins0 = beats(v0, vMax0);
      vMax0 = v128.bitselect(v0, vMax0, wins0);
      vAt0 = i32x4.max_s(vAt0, v128.and(wins0, vTap));
      const v1 = v128.load(tap, 16);
      const wins1 = beats(v1, vMax1);
      vMax1 = v128.bitselect(v1, vMax1, wins1);
      vAt1 = i32x4.max_s(vAt1, v128.and(wins1, vTap));
      const v2 = v128.load(tap, 32);
      const wins2 = beats(v2, vMax2);
      vMax2 = v128.bitselect(v2, vMax2, wins2);
      vAt2 = i32x4.max_s(vAt2, v128.and(wins2, vTap));
      const v3 = v128.load(tap, 48);
      const wins3 = beats(v3, vMax3);
      vMax3 = v128.bitselect(v3, vMax3, wins3);
      vAt3 = i32x4.max_s(vAt3, v128.and(wins3, vTap));
      tap += rightBytes;
      tapPixel += right;
    }
    x += downBytes;
    pixel += down;
  }
  v128.store(y, vMax0);
  v128.store(y, vMax1, 16);
  v128.store(y, vMax2, 32);
  v128.store(y, vMax3, 48);
  v128.store(argmax, vAt0);
  v128.store(argmax, vAt1, 16);
  v128.store(argmax, vAt2, 32);
  v128.store(argmax, vAt3, 48);
}

/** Up to four channels of `maxOfWindow`. */
// @ts-ignore: decorator
@inline
function maxOf4(
  y: usize,
  argmax: usize,
  x: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  g: Pool2dGeometry,
): void {
  const right = g.dilationWidth;
  const down = g.dilationHeight * g.inWidth;
  const rightBytes = <usize>(right * g.channels) << 2;
  const downBytes = <usize>(down * g.channels) << 2;
  let vMax = f32x4.splat(-Infinity);
  let vAt = i32x4.splat(pixel);
  for (let kh = rows; kh > 0; kh--) {
    let tap = x;
    let tapPixel = pixel;
    for (let kw = columns; kw > 0; kw--) {
      const v = v128.load(tap);
      const wins = beats(v, vMax);
      vMax = v128.bitselect(v, vMax, wins);
      vAt = i32x4.max_s(vAt, v128.and(wins, i32x4.splat(tapPixel)));
      tap += rightBytes;
      tapPixel += right;
    }
    x += downBytes;
    pixel += down;
  }
  storeUpTo4(y, vMax, channels);
  storeUpTo4(argmax, vAt, channels);
}

/** Where v > max, or v is NaN and max is not. */
// @ts-ignore: decorator
@inline
function beats(v: v128, vMax: v128): v128 {
  return v128.andnot(f32x4.eq(vMax, vMax), f32x4.le(v, vMax));
}

/** dx for the input rows [begin, end) of batch · inHeight. */
export function maxPool2dGradInput(
  dx: usize,
  dy: usize,
  argmax: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  const extentHeight = extentOf(g.kernelHeight, g.dilationHeight);
  const extentWidth = extentOf(g.kernelWidth, g.dilationWidth);
  let to = dx + <usize>begin * g.inWidth * pixelBytes;
  for (let row = begin; row < end; row++) {
    const ih = row % g.inHeight;
    const ohBegin = firstWindow(ih + g.padTop, extentHeight, g.strideHeight);
    const rows = endOfWindows(ih + g.padTop, g.strideHeight, g.outHeight) - ohBegin;
    const firstRow = ((row / g.inHeight) * g.outHeight + ohBegin) * g.outWidth;
    for (let iw = 0; iw < g.inWidth; iw++) {
      const owBegin = firstWindow(iw + g.padLeft, extentWidth, g.strideWidth);
      const columns = endOfWindows(iw + g.padLeft, g.strideWidth, g.outWidth) - owBegin;
      const from = <usize>(firstRow + owBegin) * pixelBytes;
      const pixel = ih * g.inWidth + iw;
      gatherPixel(to, dy + from, argmax + from, pixel, rows, columns, accumulate, g);
      to += pixelBytes;
    }
  }
}

/** One pixel of dx, from the rows × columns windows that reach it. */
function gatherPixel(
  dx: usize,
  dy: usize,
  argmax: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  accumulate: bool,
  g: Pool2dGeometry,
): void {
  let left = g.channels;
  for (; left >= 16; left -= 16) {
    gather16(dx, dy, argmax, pixel, rows, columns, accumulate, g);
    dx += 64;
    dy += 64;
    argmax += 64;
  }
  for (; left > 0; left -= 4) {
    gather4(dx, dy, argmax, pixel, rows, columns, accumulate, left, g);
    dx += 16;
    dy += 16;
    argmax += 16;
  }
}

/** Sixteen channels of `gatherPixel`. */
// @ts-ignore: decorator
@inline
function gather16(
  dx: usize,
  dy: usize,
  argmax: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  accumulate: bool,
  g: Pool2dGeometry,
): void {
  const columnBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * columnBytes;
  const vPixel = i32x4.splat(pixel);
  let vSum0 = f32x4.splat(0);
  let vSum1 = vSum0;
  let vSum2 = vSum0;
  let vSum3 = vSum0;
  if (accumulate) {
    vSum0 = v128.load(dx);
    vSum1 = v128.load(dx, 16);
    vSum2 = v128.load(dx, 32);
    vSum3 = v128.load(dx, 48);
  }
  let row: usize = 0;
  for (let oh = rows; oh > 0; oh--) {
    let from = row;
    for (let ow = columns; ow > 0; ow--) {
      const at = argmax + from;
      const by = dy + from;
      vSum0 = f32x4.add(vSum0, v128.and(v128.load(by), i32x4.eq(v128.load(at), vPixel)));
      vSum1 = f32x4.add(vSum1, v128.and(v128.load(by, 16), i32x4.eq(v128.load(at, 16), vPixel)));
      vSum2 = f32x4.add(vSum2, v128.and(v128.load(by, 32), i32x4.eq(v128.load(at, 32), vPixel)));
      vSum3 = f32x4.add(vSum3, v128.and(v128.load(by, 48), i32x4.eq(v128.load(at, 48), vPixel)));
      from += columnBytes;
    }
    row += rowBytes;
  }
  v128.store(dx, vSum0);
  v128.store(dx, vSum1, 16);
  v128.store(dx, vSum2, 32);
  v128.store(dx, vSum3, 48);
}

/** Up to four channels of `gatherPixel`. */
// @ts-ignore: decorator
@inline
function gather4(
  dx: usize,
  dy: usize,
  argmax: usize,
  pixel: i32,
  rows: i32,
  columns: i32,
  accumulate: bool,
  channels: i32,
  g: Pool2dGeometry,
): void {
  const columnBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.outWidth * columnBytes;
  const vPixel = i32x4.splat(pixel);
  let vSum = accumulate ? v128.load(dx) : f32x4.splat(0);
  let row: usize = 0;
  for (let oh = rows; oh > 0; oh--) {
    let from = row;
    for (let ow = columns; ow > 0; ow--) {
      vSum = f32x4.add(vSum, v128.and(v128.load(dy + from), i32x4.eq(v128.load(argmax + from), vPixel)));
      from += columnBytes;
    }
    row += rowBytes;
  }
  storeUpTo4(dx, vSum, channels);
}
