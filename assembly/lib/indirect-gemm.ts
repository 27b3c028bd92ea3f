// Matrix products whose left operand is not a matrix but a grid of pixels in memory: no im2col buffer.
//
// Output row p belongs to grid pixel (r, c) at a + r·stepRow + c·stepColumn; from there the taps lead to the
// values that it multiplies. A dense layer is the grid 1 x rows with one tap at 0.
import { TILE_COLUMNS, TILE_ROWS, tile4x8 } from './microkernel';
import { NARROW_COLUMNS, tile4x2 } from './narrow-microkernel';
import { packedBytes, panelBytes } from './pack';
import { tile1x24 } from './row-microkernel';

/** Bytes of panels that are used together, for one tile after another: a part of the second-level cache. */
const BYTES_TOGETHER: usize = 131072;

/** How many of the next `columns` columns are worked on at once: those of some panels, or of the narrow one. */
function columnsTogether(columns: i32, depth: i32): i32 {
  if (columns <= NARROW_COLUMNS) return columns;
  const rest = columns % TILE_COLUMNS;
  const wide = rest <= NARROW_COLUMNS ? columns - rest : columns;
  const panels = <i32>(BYTES_TOGETHER / panelBytes(max(1, depth)));
  return min(wide, max(1, panels) * TILE_COLUMNS);
}

/**
 * Y[p][j] = residual[p][j] + bias[j] + Σ_s Σ_k A_p[tap_s + k] · B[s][k][j] for all pixels p of the grid and `columns`
 * columns j. `bias`: a row, or 0. `residual`: what is added, laid out like Y, or Y itself, or 0. `clip`: 0, or where the
 * limits are that Y is clipped to.
 */
export function indirectGemm(
  y: usize,
  yStride: usize,
  columns: i32,
  bias: usize,
  residual: usize,
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
  const depth = segments * length;
  while (columns > 0) {
    const width = columnsTogether(columns, depth);
    multiplyPanels(
      y, yStride, width, bias, residual, clip,
      a, gridRows, gridColumns, stepRow, stepColumn, taps, segments, length, packed,
    );
    packed += packedBytes(depth, width);
    y += <usize>width << 2;
    if (bias != 0) bias += <usize>width << 2;
    if (residual != 0) residual += <usize>width << 2;
    columns -= width;
  }
}

/** `indirectGemm` with the panels that are used together. */
function multiplyPanels(
  y: usize,
  yStride: usize,
  columns: i32,
  bias: usize,
  residual: usize,
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
  const wrap = stepRow - <usize>gridColumns * stepColumn;
  let left = gridColumns;
  for (let rows = gridRows * gridColumns; rows > 0; rows -= TILE_ROWS) {
    const a0 = a;
    a += stepColumn;
    if (--left == 0) {
      a += wrap;
      left = gridColumns;
    }
    const a1 = rows > 1 ? a : a0;
    a += stepColumn;
    if (--left == 0) {
      a += wrap;
      left = gridColumns;
    }
    const a2 = rows > 2 ? a : a1;
    a += stepColumn;
    if (--left == 0) {
      a += wrap;
      left = gridColumns;
    }
    const a3 = rows > 3 ? a : a2;
    a += stepColumn;
    if (--left == 0) {
      a += wrap;
      left = gridColumns;
    }
    if (columns <= NARROW_COLUMNS) {
      tile4x2(y, yStride, rows, columns, bias, residual, a0, a1, a2, a3, taps, segments, length, packed, clip);
    } else if (rows == 1) {
      tile1x24(y, columns, bias, residual, a0, taps, segments, length, packed, clip);
    } else {
      tile4x8(y, yStride, rows, columns, bias, residual, a0, a1, a2, a3, taps, segments, length, packed, clip);
    }
    y += <usize>TILE_ROWS * yStride;
    if (residual != 0) residual += <usize>TILE_ROWS * yStride;
  }
}

/**
 * DW[k][j] (+)= Σ_s Σ_p A[tap_k + rowTap_s + p] · DY[s][p][j] for the weight rows k of tiles [begin, end) (four rows
 * a tile, `depth` rows in all) and `columns` columns j. A is transposed: the pixels p of a grid row s lie side by
 * side. `taps` holds one byte offset per weight row, `rowTaps` one per grid row; DY is packed in panels.
 * The sum is formed on its own and then added, which keeps the rounding error of long sums small.
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
  begin: i32,
  end: i32,
): void {
  const pixels = gridRows * gridColumns;
  while (columns > 0) {
    const width = columnsTogether(columns, pixels);
    for (let k = begin * TILE_ROWS; k < end * TILE_ROWS; k += TILE_ROWS) {
      const rows = min(TILE_ROWS, depth - k);
      const tap = taps + (<usize>k << 2);
      const a0 = a + <usize>load<i32>(tap);
      const a1 = rows > 1 ? a + <usize>load<i32>(tap, 4) : a0;
      const a2 = rows > 2 ? a + <usize>load<i32>(tap, 8) : a1;
      const a3 = rows > 3 ? a + <usize>load<i32>(tap, 12) : a2;
      const to = dw + <usize>k * dwStride;
      const more = accumulate ? to : 0;
      if (width <= NARROW_COLUMNS) {
        tile4x2(to, dwStride, rows, width, 0, more, a0, a1, a2, a3, rowTaps, gridRows, gridColumns, packed, 0);
      } else {
        tile4x8(to, dwStride, rows, width, 0, more, a0, a1, a2, a3, rowTaps, gridRows, gridColumns, packed, 0);
      }
    }
    packed += packedBytes(pixels, width);
    dw += <usize>width << 2;
    columns -= width;
  }
}
