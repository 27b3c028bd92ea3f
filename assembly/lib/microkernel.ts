// The microkernels: the loops in which convolution and dense layers spend their time.
//
//   C[i][j] = b[j] + Σ_s Σ_k A_i[tap_s + k] · B[s][k][j]        i < 4
//
// A_i are four row pointers (four pixels); tap_s is the byte offset of segment s from the pixel (a kernel tap,
// or a whole kernel row where its taps lie side by side); B is packed in panels of output channels (pack.ts).
// Eight accumulators, two vectors of B and those of A fill the fifteen vector registers that V8 gives to wasm.
// Every k-step ends with a branch out of the loop: V8 schedules within a basic block, and without the branch it
// would hoist all loads to the top and spill the accumulators. Nine steps share the rest of the loop's
// instructions (the 23 of a step keep the processor's front end busy): a kernel row of three RGB pixels.
import { loadLanes } from './lanes';
import { clip4 } from './math';
import { madd, storeLanes } from './simd';

/** Rows of a tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of a tile: output channels in one packed panel. */
export const TILE_COLUMNS: i32 = 8;
/** Most columns of a narrow panel. */
export const NARROW_COLUMNS: i32 = 4;

/**
 * Computes four rows of the product with the panels that hold `columns` columns, a tile for each panel. Rows beyond
 * `rows` repeat the last valid one, so that the loop has one form; columns beyond `columns` are computed and not
 * stored. The sums start from `bias`, a row of values, or from zero where it is 0, and are added to y if `accumulate`.
 * `clip` is 0, or where the limits are that the results are clipped to.
 */
export function tile4x8(
  y: usize,
  yStride: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  accumulate: bool,
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
        if (n <= 4) break;

        b0 = v128.load(pb, 128);
        b1 = v128.load(pb, 144);
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
        if (n <= 5) break;

        b0 = v128.load(pb, 160);
        b1 = v128.load(pb, 176);
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
        if (n <= 6) break;

        b0 = v128.load(pb, 192);
        b1 = v128.load(pb, 208);
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
        if (n <= 7) break;

        b0 = v128.load(pb, 224);
        b1 = v128.load(pb, 240);
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
        if (n <= 8) break;

        b0 = v128.load(pb, 256);
        b1 = v128.load(pb, 272);
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
        n -= 9;
        if (n <= 0) break;
        p0 += 36;
        p1 += 36;
        p2 += 36;
        p3 += 36;
        pb += 288;
      }
      b += panelStep;
    }

    if (accumulate) {
      c00 = f32x4.add(v128.load(y), c00);
      c01 = f32x4.add(v128.load(y, 16), c01);
      c10 = f32x4.add(v128.load(y + y1), c10);
      c11 = f32x4.add(v128.load(y + y1, 16), c11);
      c20 = f32x4.add(v128.load(y + y2), c20);
      c21 = f32x4.add(v128.load(y + y2, 16), c21);
      c30 = f32x4.add(v128.load(y + y3), c30);
      c31 = f32x4.add(v128.load(y + y3, 16), c31);
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

/**
 * The same for a narrow panel of at most four columns, [column][segment][k], two columns at a time. Here the lanes are
 * four k, whose sums are added at the end: no lane is idle because there are few columns.
 */
export function tile4x2(
  y: usize,
  yStride: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  accumulate: bool,
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
  const depth = <usize>(segments * length) << 2;
  while (true) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    const second = columns > 1 ? depth : 0;

    for (let segment = taps; segment < tapsEnd; segment += 4) {
      const tap = <usize>load<i32>(segment);
      let p0 = a0 + tap;
      let p1 = a1 + tap;
      let p2 = a2 + tap;
      let p3 = a3 + tap;
      let pb0 = b;
      let pb1 = b + second;
      let n = length;
      while (n > 3) {
        let b0 = v128.load(pb0);
        let b1 = v128.load(pb1);
        let v = v128.load(p0);
        c00 = madd(v, b0, c00);
        c01 = madd(v, b1, c01);
        v = v128.load(p1);
        c10 = madd(v, b0, c10);
        c11 = madd(v, b1, c11);
        v = v128.load(p2);
        c20 = madd(v, b0, c20);
        c21 = madd(v, b1, c21);
        v = v128.load(p3);
        c30 = madd(v, b0, c30);
        c31 = madd(v, b1, c31);
        if (n <= 7) break;

        b0 = v128.load(pb0, 16);
        b1 = v128.load(pb1, 16);
        v = v128.load(p0, 16);
        c00 = madd(v, b0, c00);
        c01 = madd(v, b1, c01);
        v = v128.load(p1, 16);
        c10 = madd(v, b0, c10);
        c11 = madd(v, b1, c11);
        v = v128.load(p2, 16);
        c20 = madd(v, b0, c20);
        c21 = madd(v, b1, c21);
        v = v128.load(p3, 16);
        c30 = madd(v, b0, c30);
        c31 = madd(v, b1, c31);
        if (n <= 11) break;

        b0 = v128.load(pb0, 32);
        b1 = v128.load(pb1, 32);
        v = v128.load(p0, 32);
        c00 = madd(v, b0, c00);
        c01 = madd(v, b1, c01);
        v = v128.load(p1, 32);
        c10 = madd(v, b0, c10);
        c11 = madd(v, b1, c11);
        v = v128.load(p2, 32);
        c20 = madd(v, b0, c20);
        c21 = madd(v, b1, c21);
        v = v128.load(p3, 32);
        c30 = madd(v, b0, c30);
        c31 = madd(v, b1, c31);
        if (n <= 15) break;

        b0 = v128.load(pb0, 48);
        b1 = v128.load(pb1, 48);
        v = v128.load(p0, 48);
        c00 = madd(v, b0, c00);
        c01 = madd(v, b1, c01);
        v = v128.load(p1, 48);
        c10 = madd(v, b0, c10);
        c11 = madd(v, b1, c11);
        v = v128.load(p2, 48);
        c20 = madd(v, b0, c20);
        c21 = madd(v, b1, c21);
        v = v128.load(p3, 48);
        c30 = madd(v, b0, c30);
        c31 = madd(v, b1, c31);
        n -= 16;
        p0 += 64;
        p1 += 64;
        p2 += 64;
        p3 += 64;
        pb0 += 64;
        pb1 += 64;
      }
      const rest = length & 3;
      if (rest > 0) {
        const end = <usize>(length - rest) << 2;
        const b0 = loadLanes(b + end, rest);
        const b1 = loadLanes(b + second + end, rest);
        let v = loadLanes(a0 + tap + end, rest);
        c00 = madd(v, b0, c00);
        c01 = madd(v, b1, c01);
        v = loadLanes(a1 + tap + end, rest);
        c10 = madd(v, b0, c10);
        c11 = madd(v, b1, c11);
        v = loadLanes(a2 + tap + end, rest);
        c20 = madd(v, b0, c20);
        c21 = madd(v, b1, c21);
        v = loadLanes(a3 + tap + end, rest);
        c30 = madd(v, b0, c30);
        c31 = madd(v, b1, c31);
      }
      b += <usize>length << 2;
    }

    storeColumn(y, y1, y2, y3, sumsOf(c00, c10, c20, c30), bias, accumulate, clip);
    if (columns > 1) {
      storeColumn(y + 4, y1, y2, y3, sumsOf(c01, c11, c21, c31), bias == 0 ? 0 : bias + 4, accumulate, clip);
    }
    columns -= 2;
    if (columns <= 0) return;
    b += depth;
    y += 8;
    if (bias != 0) bias += 8;
  }
}

/** The sum of the lanes of each vector. */
// @ts-ignore: decorator
@inline
function sumsOf(v0: v128, v1: v128, v2: v128, v3: v128): v128 {
  const v01 = f32x4.add(v128.shuffle<f32>(v0, v1, 0, 4, 1, 5), v128.shuffle<f32>(v0, v1, 2, 6, 3, 7));
  const v23 = f32x4.add(v128.shuffle<f32>(v2, v3, 0, 4, 1, 5), v128.shuffle<f32>(v2, v3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(v01, v23, 0, 1, 4, 5), v128.shuffle<f32>(v01, v23, 2, 3, 6, 7));
}

/** Stores a column of a tile, whose rows are 0, y1, y2 and y3 bytes from y. */
function storeColumn(
  y: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  sums: v128,
  bias: usize,
  accumulate: bool,
  clip: usize,
): void {
  if (bias != 0) sums = f32x4.add(v128.load32_splat(bias), sums);
  if (accumulate) {
    let old = v128.load32_zero(y);
    old = v128.load32_lane(y + y1, old, 1);
    old = v128.load32_lane(y + y2, old, 2);
    sums = f32x4.add(v128.load32_lane(y + y3, old, 3), sums);
  }
  if (clip != 0) sums = clip4(sums, v128.load32_splat(clip), v128.load32_splat(clip, 4));
  v128.store32_lane(y, sums, 0);
  v128.store32_lane(y + y1, sums, 1);
  v128.store32_lane(y + y2, sums, 2);
  v128.store32_lane(y + y3, sums, 3);
}
