// 2-D average pooling and its gradient.
//
//   y[n][oh][ow][c] = (Σ_kh Σ_kw x[n][oh·s + kh − p][ow·s + kw − p][c]) / divisor(oh, ow)
//   dx[n][ih][iw][c] = Σ dy / divisor over the windows that hold the pixel
//
// x [N,H,W,C], y [N,OH,OW,C]; pixels outside the image are 0, there is no dilation. With countIncludePad the divisor is
// the size of the window, clipped to the padded image as in PyTorch; without, it is the number of its pixels. A window
// without a pixel has y = 0. Shapes are checked in src/ops/pool2d-geometry.ts. Reference:
// tests/support/reference/pool2d.ts.
//
// The gradient gathers: every input pixel sums over the windows that reach it, so that nothing is zeroed first and rows
// can be shared out among threads. Vectors hold four channels; the last one is read whole and stored in part.
import { storeUpTo4 } from './lib/lanes';
import { endOfTaps, endOfWindows, firstTap, firstWindow, Pool2dGeometry } from './lib/pooling';
import { zeroFloats } from './lib/simd';

/** y for the output rows [begin, end) of batch · outHeight. */
export function avgPool2dForward(
  y: usize,
  x: usize,
  geometry: usize,
  countIncludePad: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  const imageBytes = <usize>(g.inHeight * g.inWidth) * pixelBytes;
  let to = y + <usize>begin * g.outWidth * pixelBytes;
  for (let row = begin; row < end; row++) {
    const image = x + <usize>(row / g.outHeight) * imageBytes;
    const oh = row % g.outHeight;
    const top = oh * g.strideHeight - g.padTop;
    const ihBegin = max(0, top);
    const rows = endOfTaps(top, g.kernelHeight, 1, g.inHeight) - firstTap(top, 1);
    for (let ow = 0; ow < g.outWidth; ow++) {
      const left = ow * g.strideWidth - g.padLeft;
      const columns = endOfTaps(left, g.kernelWidth, 1, g.inWidth) - firstTap(left, 1);
      const from = image + <usize>(ihBegin * g.inWidth + max(0, left)) * pixelBytes;
      meanOfWindow(to, from, rows, columns, divisor(oh, ow, countIncludePad, g), g);
      to += pixelBytes;
    }
  }
}

/** One pixel of y: `x` is the address of the window's first pixel in the image. */
function meanOfWindow(y: usize, x: usize, rows: i32, columns: i32, divisor: f32, g: Pool2dGeometry): void {
  const pixelBytes = <usize>g.channels << 2;
  const rowBytes = <usize>g.inWidth * pixelBytes;
  const vDivisor = f32x4.splat(divisor);
  for (let left = g.channels; left > 0; left -= 4) {
    let vSum = f32x4.splat(0);
    let row = x;
    for (let kh = rows; kh > 0; kh--) {
      let tap = row;
      for (let kw = columns; kw > 0; kw--) {
        vSum = f32x4.add(vSum, v128.load(tap));
        tap += pixelBytes;
      }
      row += rowBytes;
    }
    storeUpTo4(y, f32x4.div(vSum, vDivisor), left);
    x += 16;
    y += 16;
  }
}

/** dx for the input rows [begin, end) of batch · inHeight. */
export function avgPool2dGradInput(
  dx: usize,
  dy: usize,
  geometry: usize,
  countIncludePad: bool,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  const pixelBytes = <usize>g.channels << 2;
  let to = dx + <usize>begin * g.inWidth * pixelBytes;
  for (let row = begin; row < end; row++) {
    const image = dy + <usize>((row / g.inHeight) * g.outHeight * g.outWidth) * pixelBytes;
    const h = (row % g.inHeight) + g.padTop;
    const ohBegin = firstWindow(h, g.kernelHeight, g.strideHeight);
    const ohEnd = endOfWindows(h, g.strideHeight, g.outHeight);
    for (let iw = 0; iw < g.inWidth; iw++) {
      gatherPixel(to, image, ohBegin, ohEnd, iw, countIncludePad, accumulate, g);
      to += pixelBytes;
    }
  }
}

/** One pixel of dx, in column iw, from the windows of the output rows [ohBegin, ohEnd) that reach it. */
function gatherPixel(
  dx: usize,
  image: usize,
  ohBegin: i32,
  ohEnd: i32,
  iw: i32,
  countIncludePad: bool,
  accumulate: bool,
  g: Pool2dGeometry,
): void {
  const owBegin = firstWindow(iw + g.padLeft, g.kernelWidth, g.strideWidth);
  const owEnd = endOfWindows(iw + g.padLeft, g.strideWidth, g.outWidth);
  for (let oh = ohBegin; oh < ohEnd; oh++) {
    for (let ow = owBegin; ow < owEnd; ow++) {
      const dy = image + ((<usize>(oh * g.outWidth + ow) * g.channels) << 2);
      addQuotient(dx, dy, divisor(oh, ow, countIncludePad, g), accumulate, g.channels);
      accumulate = true;
    }
  }
  if (!accumulate) zeroFloats(dx, g.channels);
}

/** dx = dy / divisor, or dx + that. */
function addQuotient(dx: usize, dy: usize, divisor: f32, accumulate: bool, channels: i32): void {
  const vDivisor = f32x4.splat(divisor);
  for (let left = channels; left > 0; left -= 4) {
    const v = f32x4.div(v128.load(dy), vDivisor);
    storeUpTo4(dx, accumulate ? f32x4.add(v128.load(dx), v) : v, left);
    dx += 16;
    dy += 16;
  }
}

/** What the sum over a window is divided by; 1 where nothing counts. */
// @ts-ignore: decorator
@inline
function divisor(oh: i32, ow: i32, countIncludePad: bool, g: Pool2dGeometry): f32 {
  const top = oh * g.strideHeight - g.padTop;
  const left = ow * g.strideWidth - g.padLeft;
  const rows = counted(top, g.kernelHeight, g.inHeight, g.padBottom, countIncludePad);
  const columns = counted(left, g.kernelWidth, g.inWidth, g.padRight, countIncludePad);
  return <f32>rows * <f32>columns;
}

/** Positions of one axis that a window counts, at least 1. */
// @ts-ignore: decorator
@inline
function counted(start: i32, kernel: i32, size: i32, padAfter: i32, countIncludePad: bool): i32 {
  if (countIncludePad) return max(1, endOfTaps(start, kernel, 1, size + padAfter));
  return max(1, endOfTaps(start, kernel, 1, size) - firstTap(start, 1));
}
