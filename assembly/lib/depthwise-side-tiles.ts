// The tiles of depthwise-tiles.ts for kernels of three and of five taps in a row, where pixels and taps lie side by
// side: a pixel is loaded once for all taps that meet it. The taps of a row are steps of 16 bytes in w.
//
// V8 schedules within a basic block: it hoists the loads, and spills where more values are alive than its fifteen
// vector registers hold. So a kernel row is computed in two halves with a branch between them that is never taken.
import { depthwiseTile, storeTile } from './depthwise-tiles';
import { clip4 } from './math';
import { madd } from './simd';

/** Four pixels side by side, three taps side by side; eight channels at once. */
export function depthwiseTile3(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  xStep: usize,
  rows: i32,
  xRow: usize,
  w: usize,
  wRow: usize,
  wBlock: usize,
  channels: i32,
  clip: usize,
): void {
  for (; channels >= 8; channels -= 8) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let s4 = s0;
    let s5 = s0;
    let s6 = s0;
    let s7 = s0;
    if (init != 0) {
      s0 = v128.load(init);
      s1 = v128.load(init + initStep);
      s2 = v128.load(init + 2 * initStep);
      s3 = v128.load(init + 3 * initStep);
      s4 = v128.load(init, 16);
      s5 = v128.load(init + initStep, 16);
      s6 = v128.load(init + 2 * initStep, 16);
      s7 = v128.load(init + 3 * initStep, 16);
      init += 32;
    }
    let px = x;
    let pw = w;
    for (let r = rows; r > 0; r--) {
      let p = px;
      let w0 = v128.load(pw);
      let w1 = v128.load(pw, 16);
      let w2 = v128.load(pw, 32);
      let v = v128.load(p);
      s0 = madd(v, w0, s0);
      p += xStep;
      v = v128.load(p);
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
      v = v128.load(p);
      s2 = madd(v, w2, s2);
      s3 = madd(v, w1, s3);
      p += xStep;
      v = v128.load(p);
      s3 = madd(v, w2, s3);
      if (r < 0) break;
      p = px;
      const pw1 = pw + wBlock;
      w0 = v128.load(pw1);
      w1 = v128.load(pw1, 16);
      w2 = v128.load(pw1, 32);
      v = v128.load(p, 16);
      s4 = madd(v, w0, s4);
      p += xStep;
      v = v128.load(p, 16);
      s4 = madd(v, w1, s4);
      s5 = madd(v, w0, s5);
      p += xStep;
      v = v128.load(p, 16);
      s4 = madd(v, w2, s4);
      s5 = madd(v, w1, s5);
      s6 = madd(v, w0, s6);
      p += xStep;
      v = v128.load(p, 16);
      s5 = madd(v, w2, s5);
      s6 = madd(v, w1, s6);
      s7 = madd(v, w0, s7);
      p += xStep;
      v = v128.load(p, 16);
      s6 = madd(v, w2, s6);
      s7 = madd(v, w1, s7);
      p += xStep;
      v = v128.load(p, 16);
      s7 = madd(v, w2, s7);
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
      s7 = clip4(s7, low, high);
    }
    v128.store(y, s0);
    v128.store(y, s4, 16);
    v128.store(y + yStep, s1);
    v128.store(y + yStep, s5, 16);
    v128.store(y + 2 * yStep, s2);
    v128.store(y + 2 * yStep, s6, 16);
    v128.store(y + 3 * yStep, s3);
    v128.store(y + 3 * yStep, s7, 16);
    y += 32;
    x += 32;
    w += 2 * wBlock;
  }
  if (channels > 0) {
    depthwiseTile(y, yStep, init, initStep, x, xStep, rows, xRow, 3, xStep, w, wRow, 16, wBlock, channels, clip);
  }
}

/** Four pixels side by side, five taps side by side. */
export function depthwiseTile5(
  y: usize,
  yStep: usize,
  init: usize,
  initStep: usize,
  x: usize,
  xStep: usize,
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
      const w0 = v128.load(pw);
      const w1 = v128.load(pw, 16);
      const w2 = v128.load(pw, 32);
      const w3 = v128.load(pw, 48);
      const w4 = v128.load(pw, 64);
      let p = px;
      let v = v128.load(p);
      s0 = madd(v, w0, s0);
      p += xStep;
      v = v128.load(p);
      s0 = madd(v, w1, s0);
      s1 = madd(v, w0, s1);
      p += xStep;
      v = v128.load(p);
      s0 = madd(v, w2, s0);
      s1 = madd(v, w1, s1);
      s2 = madd(v, w0, s2);
      p += xStep;
      v = v128.load(p);
      s0 = madd(v, w3, s0);
      s1 = madd(v, w2, s1);
      s2 = madd(v, w1, s2);
      s3 = madd(v, w0, s3);
      if (r < 0) break;
      p += xStep;
      v = v128.load(p);
      s0 = madd(v, w4, s0);
      s1 = madd(v, w3, s1);
      s2 = madd(v, w2, s2);
      s3 = madd(v, w1, s3);
      p += xStep;
      v = v128.load(p);
      s1 = madd(v, w4, s1);
      s2 = madd(v, w3, s2);
      s3 = madd(v, w2, s3);
      p += xStep;
      v = v128.load(p);
      s2 = madd(v, w4, s2);
      s3 = madd(v, w3, s3);
      p += xStep;
      v = v128.load(p);
      s3 = madd(v, w4, s3);
      px += xRow;
      pw += wRow;
    }
    storeTile(y, yStep, s0, s1, s2, s3, channels, clip);
    y += 16;
    x += 16;
    w += wBlock;
  }
}
