// The two inner loops of every convolution and dense layer: sixteen sums in locals, eight loads for
// sixteen multiply-adds. Measured in V8: 2x4, 3x3 and 3x4 tiles, unrolled loops and Float64Array panels
// are within 10 % of this one, Math.fround halves the speed. `| 0` spares V8 its overflow checks. The
// sums leave through an array because V8 may keep them in memory throughout the loop when they are
// scattered right after it (2.4 times slower).

/** Rows and columns of a tile. */
export const TILE = 4;

/**
 * sums[i][j] = Σ over runs, then over e < runLength, of a[rowᵢ + run + e] · panel[start …][j]: four rows
 * that are made of contiguous runs, against a panel of four columns side by side.
 */
export function dotTile(
  a: Float32Array,
  row0: number,
  row1: number,
  row2: number,
  row3: number,
  runs: Int32Array,
  runLength: number,
  panel: Float32Array,
  start: number,
  sums: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let p = start | 0;
  for (let r = 0; r < runs.length; r++) {
    const run = runs[r]!;
    let i0 = (row0 + run) | 0;
    let i1 = (row1 + run) | 0;
    let i2 = (row2 + run) | 0;
    let i3 = (row3 + run) | 0;
    const end = (i0 + runLength) | 0;
    while (i0 < end) {
      const b0 = panel[p]!;
      const b1 = panel[(p + 1) | 0]!;
      const b2 = panel[(p + 2) | 0]!;
      const b3 = panel[(p + 3) | 0]!;
      const a0 = a[i0]!;
      s00 += a0 * b0;
      s01 += a0 * b1;
      s02 += a0 * b2;
      s03 += a0 * b3;
      const a1 = a[i1]!;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s12 += a1 * b2;
      s13 += a1 * b3;
      const a2 = a[i2]!;
      s20 += a2 * b0;
      s21 += a2 * b1;
      s22 += a2 * b2;
      s23 += a2 * b3;
      const a3 = a[i3]!;
      s30 += a3 * b0;
      s31 += a3 * b1;
      s32 += a3 * b2;
      s33 += a3 * b3;
      i0 = (i0 + 1) | 0;
      i1 = (i1 + 1) | 0;
      i2 = (i2 + 1) | 0;
      i3 = (i3 + 1) | 0;
      p = (p + 4) | 0;
    }
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}

/**
 * sums[i][j] = Σ over p in [begin, end) of a[offsets[p] + rowᵢ] · b[p · stride + columnⱼ]: the outer
 * products of four elements of a with four elements of b, summed.
 */
export function outerTile(
  a: Float32Array,
  offsets: Int32Array,
  row0: number,
  row1: number,
  row2: number,
  row3: number,
  b: Float32Array,
  stride: number,
  column0: number,
  column1: number,
  column2: number,
  column3: number,
  begin: number,
  end: number,
  sums: Float64Array,
): void {
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  let q = (begin * stride) | 0;
  for (let p = begin | 0; p < end; p = (p + 1) | 0) {
    const offset = offsets[p]!;
    const b0 = b[(q + column0) | 0]!;
    const b1 = b[(q + column1) | 0]!;
    const b2 = b[(q + column2) | 0]!;
    const b3 = b[(q + column3) | 0]!;
    const a0 = a[(offset + row0) | 0]!;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    const a1 = a[(offset + row1) | 0]!;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    const a2 = a[(offset + row2) | 0]!;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    const a3 = a[(offset + row3) | 0]!;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
    q = (q + stride) | 0;
  }
  sums[0] = s00;
  sums[1] = s01;
  sums[2] = s02;
  sums[3] = s03;
  sums[4] = s10;
  sums[5] = s11;
  sums[6] = s12;
  sums[7] = s13;
  sums[8] = s20;
  sums[9] = s21;
  sums[10] = s22;
  sums[11] = s23;
  sums[12] = s30;
  sums[13] = s31;
  sums[14] = s32;
  sums[15] = s33;
}
