// The microkernel for at most four columns, of which the 4x8 microkernel would leave lanes idle. B is packed as
// [column][segment][k], and the lanes are four k, whose sums are added at the end. A tile is four rows of two columns:
// as many accumulators, loads and multiply-adds per step as in the 4x8 microkernel.
import { loadLanes } from './lanes';
import { clip4 } from './math';
import { madd } from './simd';

/** Most columns of a narrow panel. */
export const NARROW_COLUMNS: i32 = 4;

/** What `tile4x8` computes, for a narrow panel. */
export function tile4x2(
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
        n -= 8;
        p0 += 32;
        p1 += 32;
        p2 += 32;
        p3 += 32;
        pb0 += 32;
        pb1 += 32;
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

    storeColumn(y, y1, y2, y3, sumsOf(c00, c10, c20, c30), bias, residual, clip);
    if (columns > 1) {
      const b1: usize = bias == 0 ? 0 : bias + 4;
      const r1: usize = residual == 0 ? 0 : residual + 4;
      storeColumn(y + 4, y1, y2, y3, sumsOf(c01, c11, c21, c31), b1, r1, clip);
    }
    columns -= 2;
    if (columns <= 0) return;
    b += depth;
    y += 8;
    if (bias != 0) bias += 8;
    if (residual != 0) residual += 8;
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

/** Stores a column of a tile, whose rows are 0, y1, y2 and y3 bytes from y, and from `residual`. */
function storeColumn(
  y: usize,
  y1: usize,
  y2: usize,
  y3: usize,
  sums: v128,
  bias: usize,
  residual: usize,
  clip: usize,
): void {
  if (bias != 0) sums = f32x4.add(v128.load32_splat(bias), sums);
  if (residual != 0) {
    let more = v128.load32_zero(residual);
    more = v128.load32_lane(residual + y1, more, 1);
    more = v128.load32_lane(residual + y2, more, 2);
    sums = f32x4.add(v128.load32_lane(residual + y3, more, 3), sums);
  }
  if (clip != 0) sums = clip4(sums, v128.load32_splat(clip), v128.load32_splat(clip, 4));
  v128.store32_lane(y, sums, 0);
  v128.store32_lane(y + y1, sums, 1);
  v128.store32_lane(y + y2, sums, 2);
  v128.store32_lane(y + y3, sums, 3);
}
