// Matrix products whose left operand is not a matrix but a grid of pixels in memory: no im2col buffer.
//
// Output row p belongs to grid pixel (r, c) at a + r·stepRow + c·stepColumn; from there the taps lead to the
// values that it multiplies. A dense layer is the grid 1 x rows with one tap at 0.
import { TILE_COLUMNS, TILE_ROWS, tile4x8 } from './microkernel';
import { panelBytes } from './pack';

/**
 * Y[p][j] = init + Σ_s Σ_k A_p[tap_s + k] · B[s][k][j] for all pixels p of the grid and `columns` columns j.
 * `init`: 0, a bias row (initStride 0), or values whose rows are initStride bytes apart. `clip`: 0, or where the limits
 * are that Y is clipped to.
 */
export function indirectGemm(
  y: usize,
  yStride: usize,
  columns: i32,
  init: usize,
  initStride: usize,
  clip: usize,
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
        clip,
      );
      to += <usize>TILE_ROWS * yStride;
      from += <usize>TILE_ROWS * initStride;
    }
    packed += panel;
  }
}

/** Tiles of a weight gradient that share a panel of dy while both are in the cache. */
const TILES_TOGETHER: i32 = 16;

/**
 * DW[k][j] (+)= Σ_s Σ_p A[tap_k + rowTap_s + p] · DY[s][p][j] for the weight rows k of tiles [begin, end) (four rows
 * a tile, `depth` rows in all) and `columns` columns j. A is transposed: the pixels p of a grid row s lie side by
 * side. `taps` holds one byte offset per weight row, `rowTaps` one per grid row; DY is packed in panels.
 * The sum is formed on its own (in `tile`, 128 bytes, where it is not the first) and then added, which keeps the
 * rounding error of long sums small.
 */
export function transposedGemm(
  dw: usize,
  dwStride: usize,
  depth: i32,
  columns: i32,
  accumulate: bool,
  a: usize,
  taps: usize,
  rowTaps: usize,
  gridRows: i32,
  gridColumns: i32,
  packed: usize,
  tile: usize,
  begin: i32,
  end: i32,
): void {
  const panel = panelBytes(gridRows * gridColumns);
  for (let first = begin; first < end; first += TILES_TOGETHER) {
    const last = min(end, first + TILES_TOGETHER);
    let dy = packed;
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      const width = min(TILE_COLUMNS, columns - column);
      for (let k = first * TILE_ROWS; k < last * TILE_ROWS; k += TILE_ROWS) {
        const rows = min(TILE_ROWS, depth - k);
        const tap = taps + (<usize>k << 2);
        const a0 = a + <usize>load<i32>(tap);
        const a1 = rows > 1 ? a + <usize>load<i32>(tap, 4) : a0;
        const a2 = rows > 2 ? a + <usize>load<i32>(tap, 8) : a1;
        const a3 = rows > 3 ? a + <usize>load<i32>(tap, 12) : a2;
        const to = dw + <usize>k * dwStride + (<usize>column << 2);
        if (accumulate) {
          tile4x8(tile, TILE_BYTES, rows, TILE_COLUMNS, 0, 0, a0, a1, a2, a3, rowTaps, gridRows, gridColumns, dy, 0);
          addTile(to, dwStride, rows, width, tile);
        } else {
          tile4x8(to, dwStride, rows, width, 0, 0, a0, a1, a2, a3, rowTaps, gridRows, gridColumns, dy, 0);
        }
      }
      dy += panel;
    }
  }
}

/** Bytes of one row of a tile. */
const TILE_BYTES: usize = <usize>TILE_COLUMNS << 2;

function addTile(to: usize, stride: usize, rows: i32, columns: i32, tile: usize): void {
  for (let i = 0; i < rows; i++) {
    if (columns == TILE_COLUMNS) {
      v128.store(to, f32x4.add(v128.load(to), v128.load(tile)));
      v128.store(to, f32x4.add(v128.load(to, 16), v128.load(tile, 16)), 16);
    } else {
      for (let j = <usize>0; j < <usize>columns << 2; j += 4) {
        store<f32>(to + j, load<f32>(to + j) + load<f32>(tile + j));
      }
    }
    to += stride;
    tile += TILE_BYTES;
  }
}
