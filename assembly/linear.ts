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
import { packPanels, packPanelTransposed, panelBytes, transpose } from './lib/pack';

/** Packs w for `linearForward`. */
export function linearPackWeight(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  packPanels(packed, w, inFeatures, outFeatures, outFeatures);
}

/** Packs the transpose of w for `linearGradInput`. */
export function linearPackWeightTransposed(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  for (let i = 0; i < inFeatures; i += TILE_COLUMNS) {
    const from = w + (<usize>(i * outFeatures) << 2);
    packPanelTransposed(packed, outFeatures, 0, from, inFeatures - i, outFeatures, outFeatures);
    packed += panelBytes(outFeatures, inFeatures - i);
  }
}

/** y for the rows [begin, end). b is 0 where there is no bias, activation where there is none. */
export function linearForward(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  activation: usize,
  scratch: usize,
  inFeatures: i32,
  outFeatures: i32,
  begin: i32,
  end: i32,
): void {
  multiplyRows(y, x, packed, b, 0, clipOf(activation), scratch, inFeatures, outFeatures, begin, end);
  activateStored(y + ((<usize>begin * outFeatures) << 2), (end - begin) * outFeatures, activation);
}

/** dx = dy · wᵀ for the rows [begin, end). */
export function linearGradInput(
  dx: usize,
  dy: usize,
  packed: usize,
  scratch: usize,
  inFeatures: i32,
  outFeatures: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  multiplyRows(dx, dy, packed, 0, accumulate ? dx : 0, 0, scratch, outFeatures, inFeatures, begin, end);
}

/**
 * dw = xᵀ · dy for the tiles [begin, end) of four input features each. The sum over the rows is made of sums over
 * `piece` rows. Scratch: the tables of taps, `piece` columns of xᵀ, `piece` packed rows of dy.
 */
export function linearGradWeight(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  rows: i32,
  inFeatures: i32,
  outFeatures: i32,
  piece: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const step = <usize>inFeatures << 2;
  const stride = <usize>outFeatures << 2;
  const plane = <usize>piece << 2;
  const taps = scratch + 4;
  const transposed = taps + step;
  const packed = transposed + <usize>inFeatures * plane;
  const first = <usize>(begin * TILE_ROWS);
  store<i32>(scratch, 0);
  for (let i = <usize>0; i < <usize>inFeatures; i++) store<i32>(taps + (i << 2), <i32>(i * plane));
  let row = 0;
  do {
    const count = min(piece, rows - row);
    const from = x + <usize>row * step + (first << 2);
    transpose(transposed + first * plane, plane, from, step, count, min(end * TILE_ROWS, inFeatures) - <i32>first);
    packPanels(packed, dy + <usize>row * stride, count, outFeatures, outFeatures);
    transposedGemm(
      dw, stride, inFeatures, outFeatures, accumulate || row > 0,
      transposed, taps, scratch, min(count, 1), count, packed, begin, end,
    );
    row += piece;
  } while (row < rows);
}

function multiplyRows(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  residual: usize,
  clip: usize,
  scratch: usize,
  depth: i32,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  store<i32>(scratch, 0);
  const stride = <usize>columns << 2;
  const step = <usize>depth << 2;
  const first = <usize>begin * stride;
  indirectGemm(
    y + first, stride, columns, b, residual == 0 ? 0 : residual + first, clip,
    x + <usize>begin * step, 1, end - begin, 0, step, scratch, min(depth, 1), depth, packed,
  );
}
