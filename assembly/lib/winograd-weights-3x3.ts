// The transform of the weights of F(2x2,3x3) and F(4x4,3x3), whose gathered taps are TAP_BYTES apart (winograd-weights.ts).
import { madd } from './simd';
import { A, B } from './winograd-f43';

/** Bytes of a tap of 16 input by 16 output channels. */
export const TAP_BYTES: usize = 1024;

/** F(2,3): the points 0, 1, -1 and ∞. */
export function transformF23(u: usize, plane: usize, from: usize, bytes: usize): void {
  edgeRow(2, u, plane, from, bytes);
  pairOfRows(2, u + 4 * plane, plane, from, bytes, 1);
  edgeRow(2, u + 12 * plane, plane, from + 6 * TAP_BYTES, bytes);
}

/** F(4,3): the points 0, a, -a, b, -b and ∞. */
export function transformF43(u: usize, plane: usize, from: usize, bytes: usize): void {
  edgeRow(4, u, plane, from, bytes);
  pairOfRows(4, u + 6 * plane, plane, from, bytes, A);
  pairOfRows(4, u + 18 * plane, plane, from, bytes, B);
  edgeRow(4, u + 30 * plane, plane, from + 6 * TAP_BYTES, bytes);
}

/** The row of U for the points 0 or ∞: of the first or the last row of w. */
// @ts-ignore: decorator
@inline
function edgeRow(m: i32, u: usize, plane: usize, from: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const w = from + offset;
    storeRow(m, u + offset, plane, v128.load(w), v128.load(w, TAP_BYTES), v128.load(w, 2 * TAP_BYTES));
  }
}

/** The rows of U for the points p and -p. */
// @ts-ignore: decorator
@inline
function pairOfRows(m: i32, u: usize, plane: usize, from: usize, bytes: usize, p: f32): void {
  const point = f32x4.splat(p);
  const square = f32x4.splat(p * p);
  const next = <usize>(m + 2) * plane;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const w = from + offset;
    const even0 = madd(square, v128.load(w, 6 * TAP_BYTES), v128.load(w));
    const even1 = madd(square, v128.load(w, 7 * TAP_BYTES), v128.load(w, TAP_BYTES));
    const even2 = madd(square, v128.load(w, 8 * TAP_BYTES), v128.load(w, 2 * TAP_BYTES));
    const odd0 = f32x4.mul(point, v128.load(w, 3 * TAP_BYTES));
    const odd1 = f32x4.mul(point, v128.load(w, 4 * TAP_BYTES));
    const odd2 = f32x4.mul(point, v128.load(w, 5 * TAP_BYTES));
    const to = u + offset;
    storeRow(m, to, plane, f32x4.add(even0, odd0), f32x4.add(even1, odd1), f32x4.add(even2, odd2));
    storeRow(m, to + next, plane, f32x4.sub(even0, odd0), f32x4.sub(even1, odd1), f32x4.sub(even2, odd2));
  }
}

/** The m + 2 values of a row of U, in planes of their own, from three of G' w. */
// @ts-ignore: decorator
@inline
function storeRow(m: i32, u: usize, plane: usize, w0: v128, w1: v128, w2: v128): void {
  v128.store(u, w0);
  u += plane;
  if (m == 4) {
    storePair(u, plane, w0, w1, w2, A);
    u += 2 * plane;
    storePair(u, plane, w0, w1, w2, B);
  } else {
    storePair(u, plane, w0, w1, w2, 1);
  }
  v128.store(u + 2 * plane, w2);
}

/** The values for the points p and -p. */
// @ts-ignore: decorator
@inline
function storePair(u: usize, plane: usize, w0: v128, w1: v128, w2: v128, p: f32): void {
  const even = madd(f32x4.splat(p * p), w2, w0);
  const odd = f32x4.mul(f32x4.splat(p), w1);
  v128.store(u, f32x4.add(even, odd));
  v128.store(u + plane, f32x4.sub(even, odd));
}
