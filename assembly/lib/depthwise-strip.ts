// A strip of seven pixels of a depthwise convolution, for kernels of three taps in a row that lie side by side, with
// stride 1 or 2: a pixel is loaded once for all taps that meet it, a weight once for all pixels. The first tap of the first
// pixel, and the last of the last, may lie beyond the picture. The sizes of pictures are often multiples of seven. Steps
// and layout are those of depthwise-tiles.ts.
//
// V8 schedules within a basic block: it hoists the loads, and spills where more values are alive than its fifteen
// vector registers hold. So a kernel row is computed in parts with branches between them that are never taken.
import { clip4 } from './math';
import { madd } from './simd';

/** Pixels of a strip. */
export const STRIP_PIXELS: i32 = 7;

/**
 * Computes a strip. `x` is the first tap of the first pixel, which is left out if `skipFirst`, as is the last tap of the
 * last pixel if `skipLast`; `xStep` is the distance of two taps, `channels` a multiple of four.
 */
export function depthwiseStrip(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  xStep: usize,
  stride: i32,
  skipFirst: bool,
  skipLast: bool,
  rows: i32,
  xRow: usize,
  w: usize,
  wRow: usize,
  wBlock: usize,
  channels: i32,
  clip: usize,
): void {
  for (; channels > 0; channels -= 4) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    if (init != 0) {
      s0 = v128.load(init);
      s1 = v128.load(init + initStep);
      s2 = v128.load(init + 2 * initStep);
      s3 = v128.load(init + 3 * initStep);
      s4 = v128.load(init + 4 * initStep);
      s5 = v128.load(init + 5 * initStep);
      s6 = v128.load(init + 6 * initStep);
      init += 16;
    }
    let px = x;
    let pw = w;
    for (let r = rows; r > 0; r--) {
      const w0 = v128.load(pw);
      const w1 = v128.load(pw, 16);
      const w2 = v128.load(pw, 32);
      let p = px + xStep;
      if (!skipFirst) s0 = madd(v128.load(px), w0, s0);
      if (stride == 1) {
        let v = v128.load(p);
        s0 = madd(v, w1, s0);
        s1 = madd(v, w0, s1);
        p += xStep;
        v = v128.load(p);
        s0 = madd(v, w2, s0);
        s1 = madd(v, w1, s1);
        s2 = madd(v, w0, s2);
        p += xStep;
        v = v128.load(p);
        s1 = madd(v, w2, s1);
        s2 = madd(v, w1, s2);
        s3 = madd(v, w0, s3);
        p += xStep;
        if (r < 0) break;
        v = v128.load(p);
        s2 = madd(v, w2, s2);
        s3 = madd(v, w1, s3);
        s4 = madd(v, w0, s4);
        p += xStep;
        v = v128.load(p);
        s3 = madd(v, w2, s3);
        s4 = madd(v, w1, s4);
        s5 = madd(v, w0, s5);
        p += xStep;
        if (r < 0) break;
        v = v128.load(p);
        s4 = madd(v, w2, s4);
        s5 = madd(v, w1, s5);
        s6 = madd(v, w0, s6);
        p += xStep;
        v = v128.load(p);
        s5 = madd(v, w2, s5);
        s6 = madd(v, w1, s6);
        p += xStep;
      } else {
        s0 = madd(v128.load(p), w1, s0);
        p += xStep;
        let v = v128.load(p);
        s0 = madd(v, w2, s0);
        s1 = madd(v, w0, s1);
        p += xStep;
        s1 = madd(v128.load(p), w1, s1);
        p += xStep;
        v = v128.load(p);
        s1 = madd(v, w2, s1);
        s2 = madd(v, w0, s2);
        p += xStep;
        if (r < 0) break;
        s2 = madd(v128.load(p), w1, s2);
        p += xStep;
        v = v128.load(p);
        s2 = madd(v, w2, s2);
        s3 = madd(v, w0, s3);
        p += xStep;
        s3 = madd(v128.load(p), w1, s3);
        p += xStep;
        v = v128.load(p);
        s3 = madd(v, w2, s3);
        s4 = madd(v, w0, s4);
        p += xStep;
        if (r < 0) break;
        s4 = madd(v128.load(p), w1, s4);
        p += xStep;
        v = v128.load(p);
        s4 = madd(v, w2, s4);
        s5 = madd(v, w0, s5);
        p += xStep;
        s5 = madd(v128.load(p), w1, s5);
        p += xStep;
        v = v128.load(p);
        s5 = madd(v, w2, s5);
        s6 = madd(v, w0, s6);
        p += xStep;
        s6 = madd(v128.load(p), w1, s6);
        p += xStep;
      }
      if (!skipLast) s6 = madd(v128.load(p), w2, s6);
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
      s4 = clip4(s4, low, high);
      s5 = clip4(s5, low, high);
      s6 = clip4(s6, low, high);
    }
    v128.store(y, s0);
    v128.store(y + yStep, s1);
    v128.store(y + 2 * yStep, s2);
    v128.store(y + 3 * yStep, s3);
    v128.store(y + 4 * yStep, s4);
    v128.store(y + 5 * yStep, s5);
    v128.store(y + 6 * yStep, s6);
    y += 16;
    x += 16;
    w += wBlock;
  }
}
