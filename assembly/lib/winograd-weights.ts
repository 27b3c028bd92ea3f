// The transform of Winograd's weights: U = G' w G'ᵀ, n² values for each kernel (assembly/conv2d-winograd.ts).
//
// The rows of G' are [1, p, … p^(r-1)] for its points p, [1, 0, … 0] for 0 and [0, … 0, 1] for ∞; a point and its negative
// share their sums. The kernels of some input and output channels are gathered tap by tap, which makes runs of vectors;
// each row of G' w is then transformed into a row of U as soon as it is computed, in registers.
import { TILE_COLUMNS } from './microkernel';
import { panelBytes, transpose } from './pack';
import { copyFloats, zeroFloats } from './simd';
import { TAP_BYTES, transformF23, transformF43 } from './winograd-weights-3x3';
import { transformF45 } from './winograd-weights-5x5';

/** Input channels that are gathered at once, for at most as many output channels. */
const ROWS: i32 = 16;
export const COLUMNS: i32 = 16;

/**
 * Transforms the weights w [r,r,rows,columns], or, `rotated`, [r,r,columns,rows] from the last tap to the first: the rows
 * [firstRow, lastRow) of the columns [begin, end) to panels [n²][columns / 8][rows][8], whose planes are `plane` bytes
 * apart; columns that do not exist are 0.
 */
export function transformWeights(
  to: usize,
  plane: usize,
  inputTile: i32,
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
  const taps = inputTile == 8 ? 25 : 9;
  for (; begin < end; begin += COLUMNS) {
    const width = min(COLUMNS, end - begin);
    for (let row = firstRow; row < lastRow; row += ROWS) {
      const count = min(ROWS, lastRow - row);
      const bytes = panelBytes(count);
      let from = scratch;
      for (let column = begin; column < begin + width; column += TILE_COLUMNS) {
        if (rotated) gatherRotated(from, taps, w, rows, columns, row, count, column);
        else gather(from, taps, w, rows, columns, row, count, column);
        from += bytes;
      }
      let u = to + panelBytes(row - firstRow);
      for (let gathered = scratch; gathered < from; gathered += bytes) {
        if (inputTile == 6) transformF43(u, plane, gathered, bytes);
        else if (inputTile == 8) transformF45(u, plane, gathered, bytes);
        else transformF23(u, plane, gathered, bytes);
        u += panel;
      }
    }
    to += <usize>(COLUMNS / TILE_COLUMNS) * panel;
  }
}

/** `count` rows of eight columns of each tap of w [r,r,rows,columns], zeros beyond the last column. */
function gather(to: usize, taps: i32, w: usize, rows: i32, columns: i32, row: i32, count: i32, column: i32): void {
  const width = min(TILE_COLUMNS, columns - column);
  const step = <usize>columns << 2;
  for (let tap = 0; tap < taps; tap++) {
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

/** The same for w [r,r,columns,rows], from the last tap to the first. */
function gatherRotated(to: usize, taps: i32, w: usize, rows: i32, columns: i32, row: i32, count: i32, column: i32): void {
  const width = min(TILE_COLUMNS, columns - column);
  for (let tap = taps - 1; tap >= 0; tap--) {
    const from = w + ((<usize>(tap * columns + column) * rows + row) << 2);
    if (width < TILE_COLUMNS) zeroFloats(to, count * TILE_COLUMNS);
    transpose(to, TILE_COLUMNS << 2, from, <usize>rows << 2, width, count);
    to += TAP_BYTES;
  }
}
