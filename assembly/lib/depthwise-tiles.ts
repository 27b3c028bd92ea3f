// The microkernels of depthwise convolution: some pixels of an output row, channel by channel.
//
//   y_j[c] = init_j[c] + Σ_r Σ_t x[j·xStep + r·xRow + t·xTap][c] · w[c][r·wRow + t·wTap]
//
// Steps are bytes. w is packed: for each four channels their taps, four lanes each, side by side; `wBlock` is the
// distance from four channels to the next. A tile of four pixels loads a weight once for all of them. `clip` is 0, or
// where the limits are that y is clipped to.
import { storeUpTo4 } from './lanes';
import { clip4 } from './math';
import { madd } from './simd';

/** Pixels of a tile. */
export const TILE_PIXELS: i32 = 4;

/** One pixel, any number of rows and taps; sixteen channels at once. `init` is 0, or the address of the values to start from. */
export function depthwisePixel(
  y: usize,
  init: usize,
  x: usize,
  rows: i32,
  xRow: usize,
  taps: i32,
  xTap: usize,
  w: usize,
  wRow: usize,
  wTap: usize,
  wBlock: usize,
  channels: i32,
  clip: usize,
): void {
  if (taps <= 0) rows = 0;
  for (; channels >= 16; channels -= 16) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (init != 0) {
      s0 = v128.load(init);
      s1 = v128.load(init, 16);
      s2 = v128.load(init, 32);
      s3 = v128.load(init, 48);
      init += 64;
    }
    let px = x;
    let pw = w;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q = pw;
      let t = taps;
      do {
        s0 = madd(v128.load(p), v128.load(q), s0);
        s1 = madd(v128.load(p, 16), v128.load(q + wBlock), s1);
        s2 = madd(v128.load(p, 32), v128.load(q + 2 * wBlock), s2);
        s3 = madd(v128.load(p, 48), v128.load(q + 3 * wBlock), s3);
        p += xTap;
        q += wTap;
      } while (--t > 0);
      px += xRow;
      pw += wRow;
    }
    if (clip != 0) {
      const low = v128.load32_splat(clip);
      const high = v128.load32_splat(clip, 4);
      s0 = clip4(s0, low, high);
      s1 = clip4(s1, low, high);
      s2 = clip4(s2, low, high);
      s3 = clip4(s3, low, high);
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    y += 64;
    x += 64;
    w += 4 * wBlock;
  }
  for (; channels > 0; channels -= 4) {
    let sum = f32x4.splat(0);
    if (init != 0) {
      sum = v128.load(init);
      init += 16;
    }
    let px = x;
    let pw = w;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q = pw;
      let t = taps;
      do {
        sum = madd(v128.load(p), v128.load(q), sum);
        p += xTap;
        q += wTap;
      } while (--t > 0);
      px += xRow;
      pw += wRow;
    }
    if (clip != 0) sum = clip4(sum, v128.load32_splat(clip), v128.load32_splat(clip, 4));
    storeUpTo4(y, sum, channels);
    y += 16;
    x += 16;
    w += wBlock;
  }
}

/** Four pixels, any distance of pixels and taps. The starting values of the pixels are `initStep` bytes apart. */
export function depthwiseTile(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  xStep: usize,
  rows: i32,
  xRow: usize,
  taps: i32,
  xTap: usize,
  w: usize,
  wRow: usize,
  wTap: usize,
  wBlock: usize,
  channels: i32,
  clip: usize,
): void {
  for (; channels > 0; channels -= 4) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (init != 0) {
      s0 = v128.load(init);
      s1 = v128.load(init + initStep);
      s2 = v128.load(init + 2 * initStep);
      s3 = v128.load(init + 3 * initStep);
      init += 16;
    }
    let px = x;
    let pw = w;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let q = pw;
      let t = taps;
      do {
        const v = v128.load(q);
        s0 = madd(v128.load(p), v, s0);
        s1 = madd(v128.load(p + xStep), v, s1);
        s2 = madd(v128.load(p + 2 * xStep), v, s2);
        s3 = madd(v128.load(p + 3 * xStep), v, s3);
        p += xTap;
        q += wTap;
      } while (--t > 0);
      px += xRow;
      pw += wRow;
    }
    storeTile(y, yStep, s0, s1, s2, s3, channels, clip);
    y += 16;
    x += 16;
    w += wBlock;
  }
}

/** The first `count` channels (four at most) of four pixels, clipped unless `clip` is 0. */
// @ts-ignore: decorator
@inline
export function storeTile(
  y: usize,
  step: usize,
  s0: v128,
  s1: v128,
  s2: v128,
  s3: v128,
  count: i32,
  clip: usize,
): void {
  if (clip != 0) {
    const low = v128.load32_splat(clip);
    const high = v128.load32_splat(clip, 4);
    s0 = clip4(s0, low, high);
    s1 = clip4(s1, low, high);
    s2 = clip4(s2, low, high);
    s3 = clip4(s3, low, high);
  }
  if (count >= 4) {
    v128.store(y, s0);
    v128.store(y + step, s1);
    v128.store(y + 2 * step, s2);
    v128.store(y + 3 * step, s3);
  } else {
    storeUpTo4(y, s0, count);
    storeUpTo4(y + step, s1, count);
    storeUpTo4(y + 2 * step, s2, count);
    storeUpTo4(y + 3 * step, s3, count);
  }
}
