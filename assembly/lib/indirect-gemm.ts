// Matrix products whose left operand is not a matrix but a grid of pixels in memory: no im2col buffer.
//
// Output row p belongs to grid pixel (r, c) at a + r·stepRow + c·stepColumn; from there the taps lead to the
// values that it multiplies. A dense layer is the grid 1 x rows with one tap at 0.
import { TILE_COLUMNS, TILE_ROWS, tile4x8 } from './microkernel';
import { outerTile4x8 } from './outer-microkernel';
import { panelBytes } from './pack';

/**
 * Y[p][j] = init + Σ_s Σ_k A_p[tap_s + k] · B[s][k][j] for all pixels p of the grid and `columns` columns j.
 * `init`: 0, a bias row (initStride 0), or values whose rows are initStride bytes apart.
 */
export function indirectGemm(
  y: usize,
  yStride: usize,
  columns: i32,
  init: usize,
  initStride: usize,
  a: usize,
  gridRows: i32,
  gridColumns: i32,
  stepRow: usize,
  stepColumn: usize,
  taps: usize,
  segments: i32,
  length: i32,
  packed: usize,
): void {
  const pixels = gridRows * gridColumns;
  const panel = panelBytes(segments * length);
  const wrap = stepRow - <usize>gridColumns * stepColumn;
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    const width = columns - column;
    let to = y + (<usize>column << 2);
    let from = init == 0 ? <usize>0 : init + (<usize>column << 2);
    let pixel = a;
    let left = gridColumns;
    for (let p = 0; p < pixels; p += TILE_ROWS) {
      const rows = pixels - p;
      const a0 = pixel;
      pixel += stepColumn;
      if (--left == 0) {
        pixel += wrap;
        left = gridColumns;
      }
      const a1 = rows > 1 ? pixel : a0;
      pixel += stepColumn;
      if (--left == 0) {
        pixel += wrap;
        left = gridColumns;
      }
      const a2 = rows > 2 ? pixel : a1;
      pixel += stepColumn;
      if (--left == 0) {
        pixel += wrap;
        left = gridColumns;
      }
      const a3 = rows > 3 ? pixel : a2;
      pixel += stepColumn;
      if (--left == 0) {
        pixel += wrap;
        left = gridColumns;
      }
      tile4x8(
        to, yStride, rows, width, from, initStride, a0, a1, a2, a3, taps, segments, length, packed,
      );
      to += <usize>TILE_ROWS * yStride;
      from += <usize>TILE_ROWS * initStride;
    }
    packed += panel;
  }
}

/**
 * DW[k][j] (+)= Σ_p A_p[tap_k] · DY[p][j] for the weight rows k of tiles [begin, end) (four rows a tile, `depth`
 * rows in all) and `columns` columns j. `taps` holds one byte offset per weight row.
 */
export function indirectOuterGemm(
  dw: usize,
  dwStride: usize,
  depth: i32,
  columns: i32,
  accumulate: bool,
  a: usize,
  gridRows: i32,
  gridColumns: i32,
  stepRow: usize,
  stepColumn: usize,
  taps: usize,
  dy: usize,
  dyStride: usize,
  begin: i32,
  end: i32,
): void {
  for (let tile = begin; tile < end; tile++) {
    const k = tile * TILE_ROWS;
    const rows = depth - k;
    const tap = taps + (<usize>k << 2);
    const a0 = a + <usize>load<i32>(tap);
    const a1 = rows > 1 ? a + <usize>load<i32>(tap, 4) : a0;
    const a2 = rows > 2 ? a + <usize>load<i32>(tap, 8) : a0;
    const a3 = rows > 3 ? a + <usize>load<i32>(tap, 12) : a0;
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      const offset = <usize>column << 2;
      outerTile4x8(
        dw + <usize>k * dwStride + offset, dwStride, rows, columns - column, accumulate,
        a0, a1, a2, a3, gridRows, gridColumns, stepRow, stepColumn, dy + offset, dyStride,
      );
    }
  }
}
