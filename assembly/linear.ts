// Dense layer and its gradients.
//
//   y[r][o] = b[o] + Σ_i x[r][i] · w[i][o]
//
// x [rows, inFeatures], w [inFeatures, outFeatures], y [rows, outFeatures]. Shapes are checked in
// src/ops/linear.ts. Reference: tests/support/reference/linear.ts. The products are those of a 1x1 convolution
// over a grid of 1 x rows pixels; `scratch` holds the table of its taps.
import { activateStored, clipOf } from './lib/epilogue';
import { indirectGemm, transposedGemm } from './lib/indirect-gemm';
import { TILE_COLUMNS, TILE_ROWS } from './lib/microkernel';
import { packedBytes, packPanels, packPanelTransposed, panelBytes, transpose } from './lib/pack';
import { wholeBlocks } from './lib/tasks';

/** Packs w for `linearForward`. */
export function linearPackWeight(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  packPanels(packed, w, inFeatures, outFeatures, outFeatures);
}

/** Packs the transpose of w for `linearForward` to compute dx with. */
export function linearPackWeightTransposed(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  for (let i = 0; i < inFeatures; i += TILE_COLUMNS) {
    const from = w + (<usize>(i * outFeatures) << 2);
    packPanelTransposed(packed, outFeatures, 0, from, inFeatures - i, outFeatures, outFeatures);
    packed += panelBytes(outFeatures, inFeatures - i);
  }
}

/**
 * y for the tasks [begin, end): ranges of `partColumns` columns of blocks of `blockRows` rows; neighbours are computed
 * together. Or dx, from dy and the packed transpose of w. Each of b, activation and residual, which is added before the
 * activation, is 0 where there is none; the residual may be y itself.
 */
export function linearForward(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  activation: usize,
  residual: usize,
  scratch: usize,
  rows: i32,
  depth: i32,
  columns: i32,
  blockRows: i32,
  partColumns: i32,
  begin: i32,
  end: i32,
): void {
  const parts = max(1, (columns + partColumns - 1) / partColumns);
  const clip = clipOf(activation);
  store<i32>(scratch, 0);
  while (begin < end) {
    const part = begin % parts;
    const blocks = wholeBlocks(begin, end, parts);
    const count = blocks > 0 ? parts : min(parts - part, end - begin);
    const firstRow = (begin / parts) * blockRows;
    const height = min(max(1, blocks) * blockRows, rows - firstRow);
    const column = part * partColumns;
    const width = min(count * partColumns, columns - column);
    const offset = <usize>(firstRow * columns + column) << 2;
    indirectGemm(
      y + offset, <usize>columns << 2, width, b == 0 ? 0 : b + (<usize>column << 2),
      residual == 0 ? 0 : residual + offset, clip,
      x + (<usize>(firstRow * depth) << 2), 1, height, 0, <usize>depth << 2,
      scratch, min(depth, 1), depth, packed + packedBytes(depth, column),
    );
    if (clip != activation) activateRows(y + offset, height, width, columns, activation);
    begin += max(1, blocks) * count;
  }
}

/** Applies the activation to the first `width` of `columns` values of some rows. */
function activateRows(y: usize, rows: i32, width: i32, columns: i32, activation: usize): void {
  if (width == columns) return activateStored(y, rows * columns, activation);
  for (; rows > 0; rows--) {
    activateStored(y, width, activation);
    y += <usize>columns << 2;
  }
}

/**
 * dw = xᵀ · dy for the tasks [begin, end): ranges of `partRows` rows of dw, input features, of blocks of `blockColumns`
 * columns; neighbours are computed together. The sum over the rows is made of sums over `piece` rows. Scratch: the tables of
 * taps, `piece` columns of xᵀ, `piece` packed rows of dy.
 */
export function linearGradWeight(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  rows: i32,
  inFeatures: i32,
  outFeatures: i32,
  blockColumns: i32,
  partRows: i32,
  piece: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const parts = max(1, (inFeatures + partRows - 1) / partRows);
  const taps = scratch + 4;
  store<i32>(scratch, 0);
  for (let i = 0; i < inFeatures; i++) store<i32>(taps + (<usize>i << 2), (i * piece) << 2);
  while (begin < end) {
    const part = begin % parts;
    const blocks = wholeBlocks(begin, end, parts);
    const count = blocks > 0 ? parts : min(parts - part, end - begin);
    const column = (begin / parts) * blockColumns;
    const width = min(max(1, blocks) * blockColumns, outFeatures - column);
    const first = part * partRows;
    const last = min(first + count * partRows, inFeatures);
    addPieces(dw, x, dy, scratch, rows, inFeatures, outFeatures, piece, accumulate, first, last, column, width);
    begin += max(1, blocks) * count;
  }
}

/** The rows [first, last) of dw, a multiple of four and another or the end, in `width` columns from `column` on. */
function addPieces(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  rows: i32,
  inFeatures: i32,
  outFeatures: i32,
  piece: i32,
  accumulate: bool,
  first: i32,
  last: i32,
  column: i32,
  width: i32,
): void {
  const step = <usize>inFeatures << 2;
  const stride = <usize>outFeatures << 2;
  const plane = <usize>piece << 2;
  const taps = scratch + 4;
  const transposed = taps + step;
  const packed = transposed + <usize>inFeatures * plane;
  const offset = <usize>column << 2;
  let row = 0;
  do {
    const count = min(piece, rows - row);
    const from = x + <usize>row * step + (<usize>first << 2);
    transpose(transposed + <usize>first * plane, plane, from, step, count, last - first);
    packPanels(packed, dy + <usize>row * stride + offset, count, width, outFeatures);
    transposedGemm(
      dw + offset, stride, inFeatures, width, accumulate || row > 0, transposed, taps, scratch,
      min(count, 1), count, packed, first / TILE_ROWS, (last + TILE_ROWS - 1) / TILE_ROWS,
    );
    row += piece;
  } while (row < rows);
}
