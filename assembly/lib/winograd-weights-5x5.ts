// The transform of the weights of F(4x4,5x5), whose gathered taps are TAP_BYTES apart (winograd-weights.ts).
import { madd } from './simd';
import { A, C } from './winograd-f45';
import { TAP_BYTES } from './winograd-weights-3x3';

const ROW_BYTES: usize = 5 * TAP_BYTES;

/** The points 0, a, -a, 1, -1, c, -c and ∞. */
export function transformF45(u: usize, plane: usize, from: usize, bytes: usize): void {
  edgeRow(u, plane, from, bytes);
  pairOfRows(u + 8 * plane, plane, from, bytes, A);
  pairOfRows(u + 24 * plane, plane, from, bytes, 1);
  pairOfRows(u + 40 * plane, plane, from, bytes, C);
  edgeRow(u + 56 * plane, plane, from + 4 * ROW_BYTES, bytes);
}

/** The row of U for the points 0 or ∞: of the first or the last row of w. */
function edgeRow(u: usize, plane: usize, from: usize, bytes: usize): void {
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const w = from + offset;
    const w0 = v128.load(w);
    const w1 = v128.load(w, TAP_BYTES);
    const w2 = v128.load(w, 2 * TAP_BYTES);
    const w3 = v128.load(w, 3 * TAP_BYTES);
    storeRow(u + offset, plane, w0, w1, w2, w3, v128.load(w, 4 * TAP_BYTES));
  }
}

/** The rows of U for the points p and -p. */
function pairOfRows(u: usize, plane: usize, from: usize, bytes: usize, p: f32): void {
  const next = <usize>8 * plane;
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const w = from + offset;
    const even0 = even(w, p);
    const even1 = even(w + TAP_BYTES, p);
    const even2 = even(w + 2 * TAP_BYTES, p);
    const even3 = even(w + 3 * TAP_BYTES, p);
    const even4 = even(w + 4 * TAP_BYTES, p);
    const odd0 = odd(w, p);
    const odd1 = odd(w + TAP_BYTES, p);
    const odd2 = odd(w + 2 * TAP_BYTES, p);
    const odd3 = odd(w + 3 * TAP_BYTES, p);
    const odd4 = odd(w + 4 * TAP_BYTES, p);
    const to = u + offset;
    storeRow(
      to, plane, f32x4.add(even0, odd0), f32x4.add(even1, odd1), f32x4.add(even2, odd2), f32x4.add(even3, odd3),
      f32x4.add(even4, odd4),
    );
    storeRow(
      to + next, plane, f32x4.sub(even0, odd0), f32x4.sub(even1, odd1), f32x4.sub(even2, odd2), f32x4.sub(even3, odd3),
      f32x4.sub(even4, odd4),
    );
  }
}

/** The even powers of p, of a column of w. */
// @ts-ignore: decorator
@inline
function even(w: usize, p: f32): v128 {
  const high = madd(f32x4.splat(p * p), v128.load(w, 4 * ROW_BYTES), v128.load(w, 2 * ROW_BYTES));
  return madd(f32x4.splat(p * p), high, v128.load(w));
}

/** The odd powers of p, of a column of w. */
// @ts-ignore: decorator
@inline
function odd(w: usize, p: f32): v128 {
  return f32x4.mul(f32x4.splat(p), madd(f32x4.splat(p * p), v128.load(w, 3 * ROW_BYTES), v128.load(w, ROW_BYTES)));
}

/** The eight values of a row of U, in planes of their own, from five of G' w. */
function storeRow(u: usize, plane: usize, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128): void {
  v128.store(u, w0);
  storePair(u + plane, plane, w0, w1, w2, w3, w4, A);
  storePair(u + 3 * plane, plane, w0, w1, w2, w3, w4, 1);
  storePair(u + 5 * plane, plane, w0, w1, w2, w3, w4, C);
  v128.store(u + 7 * plane, w4);
}

/** The values for the points p and -p. */
// @ts-ignore: decorator
@inline
function storePair(u: usize, plane: usize, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, p: f32): void {
  const square = f32x4.splat(p * p);
  const even = madd(square, madd(square, w4, w2), w0);
  const odd = f32x4.mul(f32x4.splat(p), madd(square, w3, w1));
  v128.store(u, f32x4.add(even, odd));
  v128.store(u + plane, f32x4.sub(even, odd));
}
