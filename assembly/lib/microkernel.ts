// The 4x8 microkernel: the loop in which convolution and dense layers spend their time.
//
//   C[i][j] = init[i][j] + Σ_s Σ_k A_i[tap_s + k] · B[s][k][j]        i < 4, j < 8
//
// A_i are four row pointers (four pixels); tap_s is the byte offset of segment s from the pixel (a kernel tap,
// or a whole kernel row where its taps lie side by side); B is a panel of eight output channels, packed
// [segment][k][8]. Eight accumulators, two vectors of B and the splats of A fill the fifteen vector registers
// that V8 gives to wasm. Every k-step ends with a branch out of the loop: V8 schedules within a basic block,
// and without the branch it would hoist all loads to the top and spill the accumulators.
import { clip4 } from './math';
import { madd, storeLanes } from './simd';

/** Rows of the tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of the tile: output channels in one packed panel. */
export const TILE_COLUMNS: i32 = 8;

/**
 * Computes one tile. Rows beyond `rows` repeat the last valid one, so that the loop has one form; columns beyond
 * `columns` are computed and not stored. `init` is 0 (start from zero) or points at the tile's starting values,
 * whose rows are `initStride` bytes apart (0: one bias row for all). `clip` is 0, or where the limits are that the
 * results are clipped to.
 */
export function tile4x8(
  y: usize,
  yStride: usize,
  rows: i32,
  columns: i32,
  init: usize,
  initStride: usize,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  taps: usize,
  segments: i32,
  length: i32,
  b: usize,
  clip: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const row1 = rows > 1 ? <usize>1 : 0;
  const row2 = rows > 2 ? <usize>2 : row1;
  const row3 = rows > 3 ? <usize>3 : row2;
  if (init != 0) {
    c00 = v128.load(init);
    c01 = v128.load(init, 16);
    c10 = v128.load(init + row1 * initStride);
    c11 = v128.load(init + row1 * initStride, 16);
    c20 = v128.load(init + row2 * initStride);
    c21 = v128.load(init + row2 * initStride, 16);
    c30 = v128.load(init + row3 * initStride);
    c31 = v128.load(init + row3 * initStride, 16);
  }

  const tapsEnd = taps + (<usize>segments << 2);
  const panelStep = <usize>length << 5;
  while (taps < tapsEnd) {
    const tap = <usize>load<i32>(taps);
    let p0 = a0 + tap;
    let p1 = a1 + tap;
    let p2 = a2 + tap;
    let p3 = a3 + tap;
    let pb = b;
    let n = length;
    while (true) {
      let b0 = v128.load(pb);
      let b1 = v128.load(pb, 16);
      let s = v128.load32_splat(p0);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(p1);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(p2);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(p3);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      if (n <= 1) break;

      b0 = v128.load(pb, 32);
      b1 = v128.load(pb, 48);
      s = v128.load32_splat(p0, 4);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(p1, 4);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(p2, 4);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(p3, 4);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      if (n <= 2) break;

      b0 = v128.load(pb, 64);
      b1 = v128.load(pb, 80);
      s = v128.load32_splat(p0, 8);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(p1, 8);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(p2, 8);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(p3, 8);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      if (n <= 3) break;

      b0 = v128.load(pb, 96);
      b1 = v128.load(pb, 112);
      s = v128.load32_splat(p0, 12);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(p1, 12);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(p2, 12);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(p3, 12);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      n -= 4;
      if (n <= 0) break;
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      pb += 128;
    }
    b += panelStep;
    taps += 4;
  }

  if (clip != 0) {
    const low = v128.load32_splat(clip);
    const high = v128.load32_splat(clip, 4);
    c00 = clip4(c00, low, high);
    c01 = clip4(c01, low, high);
    c10 = clip4(c10, low, high);
    c11 = clip4(c11, low, high);
    c20 = clip4(c20, low, high);
    c21 = clip4(c21, low, high);
    c30 = clip4(c30, low, high);
    c31 = clip4(c31, low, high);
  }
  if (columns >= TILE_COLUMNS) {
    v128.store(y, c00);
    v128.store(y, c01, 16);
    v128.store(y + row1 * yStride, c10);
    v128.store(y + row1 * yStride, c11, 16);
    v128.store(y + row2 * yStride, c20);
    v128.store(y + row2 * yStride, c21, 16);
    v128.store(y + row3 * yStride, c30);
    v128.store(y + row3 * yStride, c31, 16);
  } else {
    storeLanes(y, c00, c01, columns);
    storeLanes(y + row1 * yStride, c10, c11, columns);
    storeLanes(y + row2 * yStride, c20, c21, columns);
    storeLanes(y + row3 * yStride, c30, c31, columns);
  }
}
