// Dense layer and its gradients.
//
//   y[r][o] = b[o] + Σ_i x[r][i] · w[i][o]
//
// x [rows, inFeatures], w [inFeatures, outFeatures], y [rows, outFeatures]. Shapes are checked in
// src/ops/linear.ts. Reference: tests/support/reference/linear.ts. The products are those of a 1x1 convolution
// over a grid of 1 x rows pixels; `scratch` holds the table of its taps.
import { indirectGemm, indirectOuterGemm } from './lib/indirect-gemm';
import { packPanels, packPanelsRotated } from './lib/pack';

/** Packs w for `linearForward`. */
export function linearPackWeight(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  packPanels(packed, w, inFeatures, outFeatures, outFeatures);
}

/** Packs the transpose of w for `linearGradInput`. */
export function linearPackWeightTransposed(packed: usize, w: usize, inFeatures: i32, outFeatures: i32): void {
  packPanelsRotated(packed, w, 1, inFeatures, outFeatures, outFeatures);
}

/** y for the rows [begin, end). b is 0 where there is no bias. */
export function linearForward(
  y: usize,
  x: usize,
  packed: usize,
  b: usize,
  scratch: usize,
  inFeatures: i32,
  outFeatures: i32,
  begin: i32,
  end: i32,
): void {
  multiplyRows(y, x, packed, b, 0, scratch, inFeatures, outFeatures, begin, end);
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
  const stride = <usize>inFeatures << 2;
  const init = accumulate ? dx + <usize>begin * stride : 0;
  multiplyRows(dx, dy, packed, init, accumulate ? stride : 0, scratch, outFeatures, inFeatures, begin, end);
}

/** dw = xᵀ · dy for the tiles [begin, end) of four input features each. */
export function linearGradWeight(
  dw: usize,
  x: usize,
  dy: usize,
  scratch: usize,
  rows: i32,
  inFeatures: i32,
  outFeatures: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const stride = <usize>outFeatures << 2;
  for (let i = 0; i < inFeatures; i++) store<i32>(scratch + (<usize>i << 2), i << 2);
  indirectOuterGemm(
    dw, stride, inFeatures, outFeatures, accumulate,
    x, rows > 0 ? 1 : 0, rows, 0, <usize>inFeatures << 2, scratch, dy, stride, begin, end,
  );
}

function multiplyRows(
  y: usize,
  x: usize,
  packed: usize,
  init: usize,
  initStride: usize,
  scratch: usize,
  depth: i32,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  store<i32>(scratch, 0);
  const stride = <usize>columns << 2;
  const step = <usize>depth << 2;
  indirectGemm(
    y + <usize>begin * stride, stride, columns, init, initStride,
    x + <usize>begin * step, 1, end - begin, 0, step, scratch, 1, depth, packed,
  );
}
