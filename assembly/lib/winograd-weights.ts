// The transform of Winograd's weights: U = G' w G'ᵀ, (m + 2)² values for each 3x3 kernel (assembly/conv2d-winograd.ts).
//
// The rows of G' are [1, p, p²] for its points p, [1, 0, 0] for 0 and [0, 0, 1] for ∞; a point and its negative share
// their sums. The kernels of some input and output channels are gathered tap by tap, which makes runs of vectors; each
// row of G' w is then transformed into a row of U as soon as it is computed, in registers.
import { TILE_COLUMNS } from './microkernel';
import { panelBytes, transpose } from './pack';
import { copyFloats, madd, zeroFloats } from './simd';
import { A, B } from './winograd';

/** Input channels that are gathered at once, for at most as many output channels, and bytes of a tap of them. */
const ROWS: i32 = 16;
const COLUMNS: i32 = 16;
const TAP_BYTES: usize = 1024;

/**
 * Transforms the weights w [3,3,rows,columns], or, `rotated`, [3,3,columns,rows] from the last tap to the first: the rows
 * [firstRow, lastRow) of the columns [begin, end) to panels [(m + 2)²][columns / 8][rows][8], whose planes are `plane`
 * bytes apart; columns that do not exist are 0.
 */
export function transformWeights(
  to: usize,
  plane: usize,
  m: i32,
  w: usize,
  rotated: bool,
  rows: i32,
  columns: i32,
  firstRow: i32,
  lastRow: i32,
  begin: i32,
  end: i32,
  scratch: usize,
): void {
  const panel = panelBytes(lastRow - firstRow);
  for (; begin < end; begin += COLUMNS) {
    const width = min(COLUMNS, end - begin);
    for (let row = firstRow; row < lastRow; row += ROWS) {
      const count = min(ROWS, lastRow - row);
      const bytes = panelBytes(count);
      let from = scratch;
      for (let column = begin; column < begin + width; column += TILE_COLUMNS) {
        if (rotated) gatherRotated(from, w, rows, columns, row, count, column);
        else gather(from, w, rows, columns, row, count, column);
        from += bytes;
      }
      let u = to + panelBytes(row - firstRow);
      for (let gathered = scratch; gathered < from; gathered += bytes) {
        if (m == 4) transform4(u, plane, gathered, bytes);
        else transform2(u, plane, gathered, bytes);
        u += panel;
      }
    }
    to += <usize>(COLUMNS / TILE_COLUMNS) * panel;
  }
}

/** `count` rows of eight columns of each tap of w [3,3,rows,columns], zeros beyond the last column. */
function gather(to: usize, w: usize, rows: i32, columns: i32, row: i32, count: i32, column: i32): void {
  const width = min(TILE_COLUMNS, columns - column);
  const step = <usize>columns << 2;
  for (let tap = 0; tap < 9; tap++) {
    let from = w + ((<usize>(tap * rows + row) * columns + column) << 2);
    const end = to + panelBytes(count);
    for (let at = to; at < end; at += TILE_COLUMNS << 2) {
      if (width == TILE_COLUMNS) {
        v128.store(at, v128.load(from));
        v128.store(at, v128.load(from, 16), 16);
      } else {
        zeroFloats(at, TILE_COLUMNS);
        copyFloats(at, from, width);
      }
      from += step;
    }
    to += TAP_BYTES;
  }
}

/** The same for w [3,3,columns,rows], from the last tap to the first. */
function gatherRotated(to: usize, w: usize, rows: i32, columns: i32, row: i32, count: i32, column: i32): void {
  const width = min(TILE_COLUMNS, columns - column);
  for (let tap = 8; tap >= 0; tap--) {
    const from = w + ((<usize>(tap * columns + column) * rows + row) << 2);
    if (width < TILE_COLUMNS) zeroFloats(to, count * TILE_COLUMNS);
    transpose(to, TILE_COLUMNS << 2, from, <usize>rows << 2, width, count);
    to += TAP_BYTES;
  }
}

/** F(2,3): the points 0, 1, -1 and ∞. */
function transform2(u: usize, plane: usize, from: usize, bytes: usize): void {
  edgeRow(2, u, plane, from, bytes);
  pairOfRows(2, u + 4 * plane, plane, from, bytes, 1);
  edgeRow(2, u + 12 * plane, plane, from + 6 * TAP_BYTES, bytes);
}

/** F(4,3): the points 0, a, -a, b, -b and ∞. */
function transform4(u: usize, plane: usize, from: usize, bytes: usize): void {
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
