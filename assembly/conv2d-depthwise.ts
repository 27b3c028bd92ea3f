// Depthwise 2-D convolution, a filter of its own for every channel, and its gradients.
//
//   y[n][oh][ow][c] = b[c] + Σ_kh Σ_kw x[n][oh·s + kh·d - p][ow·s + kw·d - p][c] · w[kh][kw][0][c]
//
// x [N,H,W,C], w [KH,KW,1,C], y [N,OH,OW,C]. Shapes are checked in src/ops/conv/op.ts; the sizes derived in
// src/ops/conv/depthwise.ts travel with the geometry. Reference: tests/support/reference/conv2d.ts.
//
// Channels are independent, so vectors run along them, and neighbouring pixels share weights: the output is made in
// tiles of four pixels of a row, channel by channel; for three taps in a row and multiples of seven pixels and of four
// channels, as in most networks for ImageNet, in strips of seven pixels. Taps outside the picture are left out. Windows
// that reach over the edge and are in no strip, and those that fill no tile, are computed one by one. Where pixels would
// crowd a few sets of the cache, some of their channels are copied first (lib/depthwise-band.ts).
//
// The input gradient is a convolution too: dx = dy, its pixels `upsample` apart with zeros between, convolved with
// the kernel rotated by half a turn. No zero is multiplied: the outputs of equal remainder by `upsample` have the
// same taps on pixels of dy. From one of these taps to the next it is `tapStep` taps, and `pixelStep` pixels.
import { activateStored, addClipped, clipOf } from './lib/epilogue';
import { copyBand, isCopied } from './lib/depthwise-band';
import { DepthwiseGeometry, pixelBytes, rowBytes, tapBytes, xRowBytes } from './lib/depthwise-geometry';
import { depthwiseTile3, depthwiseTile5 } from './lib/depthwise-side-tiles';
import { depthwiseStrip, STRIP_PIXELS } from './lib/depthwise-strip';
import { sumRow, writeSums } from './lib/depthwise-sums';
import { depthwisePixel, depthwiseTile, TILE_PIXELS } from './lib/depthwise-tiles';
import { firstLanes } from './lib/lanes';
import { zeroFloats } from './lib/simd';
import { endInside, firstInside, firstTapOnPixel, tapsBefore, tapsBelow } from './lib/taps';

/** Packs w for the tiles: for each four channels their taps, four lanes each, from the last on for an input gradient. */
export function conv2dPackWeightDepthwise(packed: usize, w: usize, geometry: usize): void {
  const g = changetype<DepthwiseGeometry>(geometry);
  const taps = g.kernelHeight * g.kernelWidth;
  const stride = pixelBytes(g);
  for (let c = 0; c < g.inChannels; c += 4) {
    for (let tap = 0; tap < taps; tap++) {
      const from = w + <usize>(g.rotated ? taps - 1 - tap : tap) * stride + (<usize>c << 2);
      v128.store(packed, firstLanes(v128.load(from), f32x4.splat(0), g.inChannels - c));
      packed += 16;
    }
  }
}

/**
 * y for the tasks [begin, end): for each image the rows of its first band of channels, then those of the next; or dx, with
 * the geometry of the convolution that computes it from dy. Each of b, activation and residual, which is added before
 * the activation, is 0 where there is none. Where the residual is y itself, the sums start from it, and there is no b.
 */
export function conv2dForwardDepthwise(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  activation: usize,
  residual: usize,
  scratch: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<DepthwiseGeometry>(geometry);
  const clip = clipOf(activation);
  const accumulate = residual == y;
  const isAdded = residual != 0 && !accumulate;
  const kernel = tapBytes(g.kernelHeight * g.kernelWidth);
  const bands = (g.inChannels + g.bandChannels - 1) / g.bandChannels;
  while (begin < end) {
    const image = begin / (g.outHeight * bands);
    const channel = ((begin / g.outHeight) % bands) * g.bandChannels;
    const channels = min(g.bandChannels, g.inChannels - channel);
    const row = begin % g.outHeight;
    const rows = min(min(g.bandRows, end - begin), g.outHeight - row);
    const first = image * g.outHeight + row;
    const offset = <usize>channel << 2;
    const from = x + offset;
    const copy = isCopied(g) ? copyBand(scratch, from, image, first, first + rows, g) : from;
    const bias = b + (b == 0 ? 0 : offset);
    const w = packed + <usize>(channel >> 2) * kernel;
    for (let i = first; i < first + rows; i++) {
      convolveRow(y + offset, copy, channels, w, bias, isAdded ? 0 : clip, accumulate, i, g);
    }
    const at = rowBytes(first, g.outWidth, g) + offset;
    finish(y + at, isAdded ? residual + at : 0, rows * g.outWidth, channels, activation, g);
    begin += rows;
  }
}

/** Adds the residual, unless it is 0, to some channels of the pixels, and applies the activation. */
function finish(y: usize, residual: usize, pixels: i32, channels: i32, activation: usize, g: DepthwiseGeometry): void {
  const clip = clipOf(activation);
  if (residual == 0 && activation == clip) return;
  const whole = channels == g.inChannels;
  const count = whole ? pixels * channels : channels;
  for (let left = whole ? 1 : pixels; left > 0; left--) {
    if (residual != 0) addClipped(y, residual, y, count, clip);
    activateStored(y, count, activation);
    y += pixelBytes(g);
    if (residual != 0) residual += pixelBytes(g);
  }
}

/** dw for the vectors [begin, end) of four channels each. scratch holds the sums of `blockChannels`. */
export function conv2dGradWeightDepthwise(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<DepthwiseGeometry>(geometry);
  const rows = g.batch * g.outHeight;
  const channelEnd = min(end << 2, g.inChannels);
  for (let channel = begin << 2; channel < channelEnd; channel += g.blockChannels) {
    const channels = min(g.blockChannels, channelEnd - channel);
    const offset = <usize>channel << 2;
    let row = 0;
    do {
      const add = accumulate || row > 0;
      const rowEnd = min(rows, row + g.blockRows);
      zeroFloats(scratch, ((channels + 3) & -4) * g.kernelHeight * g.kernelWidth);
      for (; row < rowEnd; row++) sumRow(scratch, x + offset, dy + offset, channels, row, g);
      writeSums(dw + offset, scratch, channels, add, g);
    } while (row < rows);
  }
}

/** One row of y, the first `channels` channels; `row` counts the rows of all pictures. */
function convolveRow(
  y: usize,
  x: usize,
  channels: i32,
  packed: usize,
  b: usize,
  clip: usize,
  accumulate: bool,
  row: i32,
  g: DepthwiseGeometry,
): void {
  let top = (row % g.outHeight) * g.strideHeight - g.padTop;
  let first = firstTapOnPixel(top, g.dilationHeight, g.upsampleHeight, g.kernelHeight);
  let rows = 0;
  if (first >= 0) {
    top = (top + first * g.dilationHeight) / g.upsampleHeight;
    rows = (g.kernelHeight - 1 - first) / g.tapStepHeight + 1;
    const above = tapsBefore(top, g.pixelStepHeight, rows);
    rows = tapsBelow(g.inHeight, top, g.pixelStepHeight, rows) - above;
    top += above * g.pixelStepHeight;
    first += above * g.tapStepHeight;
  }
  const from = x + xRowBytes((row / g.outHeight) * g.inHeight + top, g);
  const to = y + rowBytes(row, g.outWidth, g);
  const w = packed + tapBytes(first * g.kernelWidth);
  const phases = min(g.upsampleWidth, g.outWidth);
  for (let phase = 0; phase < phases; phase++) {
    convolvePhase(to, from, channels, rows, w, b, clip, accumulate, phase, g);
  }
}

/** The pixels phase, phase + upsampleWidth, … of one row of y. x and w: the first of `rows` rows that they meet. */
function convolvePhase(
  y: usize,
  x: usize,
  channels: i32,
  rows: i32,
  w: usize,
  b: usize,
  clip: usize,
  accumulate: bool,
  phase: i32,
  g: DepthwiseGeometry,
): void {
  let left = phase - g.padLeft;
  let taps = 0;
  const first = firstTapOnPixel(left, g.dilationWidth, g.upsampleWidth, g.kernelWidth);
  if (first < 0) rows = 0;
  else {
    left = (left + first * g.dilationWidth) / g.upsampleWidth;
    taps = (g.kernelWidth - 1 - first) / g.tapStepWidth + 1;
  }
  const pixel = pixelBytes(g);
  const stride = g.strideWidth;
  const yStep = <usize>g.upsampleWidth * pixel;
  const initStep = accumulate ? yStep : 0;
  const count = (g.outWidth - 1 - phase) / g.upsampleWidth + 1;
  const inside = firstInside(left, stride, count);
  const outside = endInside(g.inWidth, left, (taps - 1) * g.pixelStepWidth, stride, count);
  y += <usize>phase * pixel;
  w += tapBytes(first);
  let init = accumulate ? y : b;
  const sideBySide = taps == 3 && stride <= 2 && g.pixelStepWidth == 1 && g.tapStepWidth == 1;
  const inStrips = sideBySide && count % STRIP_PIXELS == 0 && g.inChannels % 4 == 0;
  for (let j = 0; j < count; ) {
    const at = left + j * stride;
    const end = at + (STRIP_PIXELS - 1) * stride + 2;
    let pixels = TILE_PIXELS;
    if (inStrips && at >= -1 && end <= g.inWidth) {
      convolveStrip(y, yStep, init, initStep, x, at, end, channels, rows, w, clip, g);
      pixels = STRIP_PIXELS;
    } else if (j >= inside && j + TILE_PIXELS <= outside) {
      convolveTile(y, yStep, init, initStep, x + <usize>at * g.xPixel, channels, rows, taps, w, clip, g);
    } else {
      convolvePixel(y, init, x, at, channels, rows, taps, w, clip, g);
      pixels = 1;
    }
    j += pixels;
    y += <usize>pixels * yStep;
    init += <usize>pixels * initStep;
  }
}

/** Seven pixels, whose taps are the columns [begin, end] of the row x; the first and the last may be beyond the picture. */
function convolveStrip(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  begin: i32,
  end: i32,
  channels: i32,
  rows: i32,
  w: usize,
  clip: usize,
  g: DepthwiseGeometry,
): void {
  depthwiseStrip(
    y, yStep, init, initStep,
    x + <usize>begin * g.xPixel, g.xPixel, g.strideWidth, begin < 0, end == g.inWidth,
    rows, xRowBytes(g.pixelStepHeight, g),
    w, tapBytes(g.tapStepHeight * g.kernelWidth), tapBytes(g.kernelHeight * g.kernelWidth),
    channels, clip,
  );
}

/** Pixels whose taps are all inside the picture; x is the first that the first pixel meets. */
function convolveTile(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  channels: i32,
  rows: i32,
  taps: i32,
  w: usize,
  clip: usize,
  g: DepthwiseGeometry,
): void {
  const xStep = <usize>g.strideWidth * g.xPixel;
  const xTap = <usize>g.pixelStepWidth * g.xPixel;
  const xRow = xRowBytes(g.pixelStepHeight, g);
  const wRow = tapBytes(g.tapStepHeight * g.kernelWidth);
  const wTap = tapBytes(g.tapStepWidth);
  const wBlock = tapBytes(g.kernelHeight * g.kernelWidth);
  const sideBySide = g.strideWidth == 1 && g.pixelStepWidth == 1 && g.tapStepWidth == 1;
  if (sideBySide && taps == 3) {
    depthwiseTile3(y, yStep, init, initStep, x, xStep, rows, xRow, w, wRow, wBlock, channels, clip);
  } else if (sideBySide && taps == 5) {
    depthwiseTile5(y, yStep, init, initStep, x, xStep, rows, xRow, w, wRow, wBlock, channels, clip);
  } else {
    depthwiseTile(y, yStep, init, initStep, x, xStep, rows, xRow, taps, xTap, w, wRow, wTap, wBlock, channels, clip);
  }
}

/** One pixel, whose first tap is at column `at` of the row x. */
function convolvePixel(
  y: usize,
  init: usize,
  x: usize,
  at: i32,
  channels: i32,
  rows: i32,
  taps: i32,
  w: usize,
  clip: usize,
  g: DepthwiseGeometry,
): void {
  const step = g.pixelStepWidth;
  const before = tapsBefore(at, step, taps);
  const within = tapsBelow(g.inWidth, at, step, taps) - before;
  const wTap = tapBytes(g.tapStepWidth);
  depthwisePixel(
    y, init,
    x + <usize>(at + before * step) * g.xPixel, rows, xRowBytes(g.pixelStepHeight, g),
    within, <usize>step * g.xPixel,
    w + <usize>before * wTap, tapBytes(g.tapStepHeight * g.kernelWidth), wTap, tapBytes(g.kernelHeight * g.kernelWidth),
    channels, clip,
  );
}
