// The 4x8 microkernel: the loop in which convolution and dense layers spend their time.
//
//   C[i][j] = b[j] + Σ_s Σ_k A_i[tap_s + k] · B[s][k][j]        i < 4
//
// A_i are four row pointers (four pixels); tap_s is the byte offset of segment s from the pixel (a kernel tap,
// or a whole kernel row where its taps lie side by side); B is packed in panels of eight output channels (pack.ts).
// Eight accumulators, two vectors of B and the splats of A fill the fifteen vector registers that V8 gives to wasm.
// Every k-step ends with a branch out of the loop: V8 schedules within a basic block, and without the branch it
// would hoist all loads to the top and spill the accumulators. Nine steps share the rest of the loop's
// instructions (the 23 of a step keep the processor's front end busy): a kernel row of three RGB pixels.
//
// Of Intel's processors from 2015 to 2019 many do not keep decoded what holds a branch across 32 bytes of code, nor
// what follows it in an iteration: a step then takes 6 cycles to decode where fused products need 4. Counts and
// offsets that start from `LONG` make the steps a little longer than 3 x 32 bytes, so that the branches of the first
// six lie within 32 (docs/decisions/0013, bench/branches.ts).
import { clip4 } from './math';
import { madd, storeLanes } from './simd';

/** Rows of a tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of a tile: output channels in one packed panel. */
export const TILE_COLUMNS: i32 = 8;

/** What a step counts for, and what the offsets of a panel start from: the least number that takes x86 four bytes. */
export const LONG = 128;

/**
 * Computes four rows of the product with the panels that hold `columns` columns, a tile for each panel. Rows beyond
 * `rows` repeat the last valid one, so that the loop has one form; columns beyond `columns` are computed and not
 * stored. The sums start from `bias`, a row of values, or from zero where it is 0, and are added to `residual`, which is
 * laid out like y and may be y itself, unless it is 0. `clip` is 0, or where the limits are that the results are clipped to.
 */
export function tile4x8(
  y: usize,
  yStride: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  residual: usize,
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
  const y1 = rows > 1 ? yStride : 0;
  const y2 = rows > 2 ? yStride << 1 : y1;
  const y3 = rows > 3 ? yStride * 3 : y2;
  const tapsEnd = taps + (<usize>segments << 2);
  const panelStep = <usize>length << 5;
  while (true) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    if (bias != 0) {
      c00 = v128.load(bias);
      c01 = v128.load(bias, 16);
      bias += 32;
    }
    let c10 = c00;
    let c11 = c01;
    let c20 = c00;
    let c21 = c01;
    let c30 = c00;
    let c31 = c01;

    for (let segment = taps; segment < tapsEnd; segment += 4) {
      const tap = <usize>load<i32>(segment);
      let p0 = a0 + tap;
      let p1 = a1 + tap;
      let p2 = a2 + tap;
      let p3 = a3 + tap;
      let pb = b - LONG;
      let n = <i64>length * LONG;
      while (true) {
        let b0 = v128.load(pb, LONG);
        let b1 = v128.load(pb, LONG + 16);
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
        if (n <= LONG) break;

        b0 = v128.load(pb, LONG + 32);
        b1 = v128.load(pb, LONG + 48);
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
        if (n <= 2 * LONG) break;

        b0 = v128.load(pb, LONG + 64);
        b1 = v128.load(pb, LONG + 80);
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
        if (n <= 3 * LONG) break;

        b0 = v128.load(pb, LONG + 96);
        b1 = v128.load(pb, LONG + 112);
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
        if (n <= 4 * LONG) break;

        b0 = v128.load(pb, LONG + 128);
        b1 = v128.load(pb, LONG + 144);
        s = v128.load32_splat(p0, 16);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(p1, 16);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(p2, 16);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(p3, 16);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        if (n <= 5 * LONG) break;

        b0 = v128.load(pb, LONG + 160);
        b1 = v128.load(pb, LONG + 176);
        s = v128.load32_splat(p0, 20);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(p1, 20);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(p2, 20);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(p3, 20);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        if (n <= 6 * LONG) break;

        b0 = v128.load(pb, LONG + 192);
        b1 = v128.load(pb, LONG + 208);
        s = v128.load32_splat(p0, 24);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(p1, 24);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(p2, 24);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(p3, 24);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        if (n <= 7 * LONG) break;

        b0 = v128.load(pb, LONG + 224);
        b1 = v128.load(pb, LONG + 240);
        s = v128.load32_splat(p0, 28);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(p1, 28);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(p2, 28);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(p3, 28);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        if (n <= 8 * LONG) break;

        b0 = v128.load(pb, LONG + 256);
        b1 = v128.load(pb, LONG + 272);
        s = v128.load32_splat(p0, 32);
        c00 = madd(s, b0, c00);
        c01 = madd(s, b1, c01);
        s = v128.load32_splat(p1, 32);
        c10 = madd(s, b0, c10);
        c11 = madd(s, b1, c11);
        s = v128.load32_splat(p2, 32);
        c20 = madd(s, b0, c20);
        c21 = madd(s, b1, c21);
        s = v128.load32_splat(p3, 32);
        c30 = madd(s, b0, c30);
        c31 = madd(s, b1, c31);
        if (n <= 9 * LONG) break;
        n -= 9 * LONG;
        p0 += 36;
        p1 += 36;
        p2 += 36;
        p3 += 36;
        pb += 288;
      }
      b += panelStep;
    }

    if (residual != 0) {
      c00 = f32x4.add(v128.load(residual), c00);
      c01 = f32x4.add(v128.load(residual, 16), c01);
      c10 = f32x4.add(v128.load(residual + y1), c10);
      c11 = f32x4.add(v128.load(residual + y1, 16), c11);
      c20 = f32x4.add(v128.load(residual + y2), c20);
      c21 = f32x4.add(v128.load(residual + y2, 16), c21);
      c30 = f32x4.add(v128.load(residual + y3), c30);
      c31 = f32x4.add(v128.load(residual + y3, 16), c31);
      residual += 32;
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
    if (columns < TILE_COLUMNS) {
      storeLanes(y, c00, c01, columns);
      storeLanes(y + y1, c10, c11, columns);
      storeLanes(y + y2, c20, c21, columns);
      storeLanes(y + y3, c30, c31, columns);
      return;
    }
    v128.store(y, c00);
    v128.store(y, c01, 16);
    v128.store(y + y1, c10);
    v128.store(y + y1, c11, 16);
    v128.store(y + y2, c20);
    v128.store(y + y2, c21, 16);
    v128.store(y + y3, c30);
    v128.store(y + y3, c31, 16);
    columns -= TILE_COLUMNS;
    if (columns <= 0) return;
    y += 32;
  }
}
