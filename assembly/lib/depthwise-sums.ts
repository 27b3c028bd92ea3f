// The sums of the weight gradient of depthwise convolution, row by row of dy: neighbouring pixels share their loads.
import { DepthwiseGeometry, pixelBytes, rowBytes, tapBytes } from './depthwise-geometry';
import { depthwiseOuterPixel, depthwiseOuterTile, depthwiseOuterTile3 } from './depthwise-outer-tiles';
import { TILE_PIXELS } from './depthwise-tiles';
import { storeUpTo4 } from './lanes';
import { endInside, firstInside, tapsBefore, tapsBelow } from './taps';

/** Adds what one row of dy contributes to the sums of `channels` channels; `row` counts the rows of all pictures. */
export function sumRow(sums: usize, x: usize, dy: usize, channels: i32, row: i32, g: DepthwiseGeometry): void {
  const pixel = pixelBytes(g);
  const stride = g.strideWidth;
  const top = (row % g.outHeight) * g.strideHeight - g.padTop;
  const above = tapsBefore(top, g.dilationHeight, g.kernelHeight);
  const rows = tapsBelow(g.inHeight, top, g.dilationHeight, g.kernelHeight) - above;
  const reach = (g.kernelWidth - 1) * g.dilationWidth;
  const inside = firstInside(-g.padLeft, stride, g.outWidth);
  const outside = endInside(g.inWidth, -g.padLeft, reach, stride, g.outWidth);
  x += rowBytes((row / g.outHeight) * g.inHeight + top + above * g.dilationHeight, g.inWidth, g);
  dy += rowBytes(row, g.outWidth, g);
  sums += tapBytes(above * g.kernelWidth);
  for (let ow = 0; ow < g.outWidth; ) {
    const at = ow * stride - g.padLeft;
    let pixels = TILE_PIXELS;
    if (ow >= inside && ow + TILE_PIXELS <= outside) {
      sumTile(sums, x + <usize>at * pixel, rows, dy, channels, g);
    } else {
      sumPixel(sums, x, at, rows, dy, channels, g);
      pixels = 1;
    }
    ow += pixels;
    dy += <usize>pixels * pixel;
  }
}

/** What pixels of dy contribute whose taps are all inside the picture; x is the first that the first of them meets. */
function sumTile(sums: usize, x: usize, rows: i32, dy: usize, channels: i32, g: DepthwiseGeometry): void {
  const pixel = pixelBytes(g);
  const taps = g.kernelWidth;
  const xStep = <usize>g.strideWidth * pixel;
  const xRow = rowBytes(g.dilationHeight, g.inWidth, g);
  const kernelRow = tapBytes(taps);
  const kernel = kernelRow * g.kernelHeight;
  if (taps == 3 && g.strideWidth == 1 && g.dilationWidth == 1) {
    depthwiseOuterTile3(sums, kernelRow, kernel, x, xStep, rows, xRow, dy, pixel, channels);
  } else {
    const xTap = <usize>g.dilationWidth * pixel;
    depthwiseOuterTile(sums, kernelRow, kernel, x, xStep, rows, xRow, taps, xTap, dy, pixel, channels);
  }
}

/** What one pixel of dy contributes, whose first tap is at column `at` of the row x. */
function sumPixel(sums: usize, x: usize, at: i32, rows: i32, dy: usize, channels: i32, g: DepthwiseGeometry): void {
  const taps = g.kernelWidth;
  const step = g.dilationWidth;
  const before = tapsBefore(at, step, taps);
  const within = tapsBelow(g.inWidth, at, step, taps) - before;
  depthwiseOuterPixel(
    sums + tapBytes(before), tapBytes(taps), tapBytes(g.kernelHeight * taps),
    x + <usize>(at + before * step) * pixelBytes(g), rows, rowBytes(g.dilationHeight, g.inWidth, g),
    within, <usize>step * pixelBytes(g),
    dy, channels,
  );
}

/** dw from the sums of `channels` channels. */
export function writeSums(dw: usize, sums: usize, channels: i32, add: bool, g: DepthwiseGeometry): void {
  const taps = g.kernelHeight * g.kernelWidth;
  for (; channels > 0; channels -= 4) {
    let to = dw;
    for (let tap = 0; tap < taps; tap++) {
      const sum = v128.load(sums);
      storeUpTo4(to, add ? f32x4.add(v128.load(to), sum) : sum, channels);
      to += pixelBytes(g);
      sums += 16;
    }
    dw += 16;
  }
}
