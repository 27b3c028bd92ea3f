// The 4x8 microkernel of weight gradients: a sum of outer products over a grid of pixels.
//
//   DW[i][j] (+)= Σ_r Σ_c A_i[r][c] · DY[r][c][j]        i < 4, j < 8
//
// A_i are four weight rows: pointers to the input value that meets weight i at the grid's first pixel. The next
// pixel of the row is `stepColumn` bytes on, the next row `stepRow`. DY is dense: its pixels follow one another.
// The sum of a call is formed on its own and then added, which keeps the rounding error of long sums small.
import { madd, storeLanes } from './simd';

/** Computes one tile of a weight gradient over `gridRows` x `gridColumns` pixels. */
export function outerTile4x8(
  dw: usize,
  dwStride: usize,
  rows: i32,
  columns: i32,
  accumulate: bool,
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  gridRows: i32,
  gridColumns: i32,
  stepRow: usize,
  stepColumn: usize,
  dy: usize,
  dyStride: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let r = 0; r < gridRows; r++) {
    let p0 = a0;
    let p1 = a1;
    let p2 = a2;
    let p3 = a3;
    let n = gridColumns;
    while (true) {
      const b0 = v128.load(dy);
      const b1 = v128.load(dy, 16);
      let s = v128.load32_splat(p0);
      c00 = madd(s, b0, c00);
      c01 = madd(s, b1, c01);
      s = v128.load32_splat(p1);
      c10 = madd(s, b0, c10);
      c11 = madd(s, b1, c11);
      s = v128.load32_splat(p2);
      c20 = madd(s, b0, c20);
      c21 = madd(s, b1, c21);
      s = v128.load32_splat(p3);
      c30 = madd(s, b0, c30);
      c31 = madd(s, b1, c31);
      dy += dyStride;
      p0 += stepColumn;
      p1 += stepColumn;
      p2 += stepColumn;
      p3 += stepColumn;
      if (--n == 0) break;
    }
    a0 += stepRow;
    a1 += stepRow;
    a2 += stepRow;
    a3 += stepRow;
  }
  storeRow(dw, c00, c01, columns, accumulate);
  if (rows > 1) storeRow(dw + dwStride, c10, c11, columns, accumulate);
  if (rows > 2) storeRow(dw + 2 * dwStride, c20, c21, columns, accumulate);
  if (rows > 3) storeRow(dw + 3 * dwStride, c30, c31, columns, accumulate);
}

function storeRow(to: usize, low: v128, high: v128, columns: i32, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(v128.load(to), low);
    high = f32x4.add(v128.load(to, 16), high);
  }
  if (columns >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
  } else {
    storeLanes(to, low, high, columns);
  }
}
