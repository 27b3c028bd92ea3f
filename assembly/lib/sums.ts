// Sums down the rows of a matrix, column by column.
//
// RUN rows are summed on their own before they join the total: it keeps the rounding error of long sums small. The
// order depends on nothing but the number of rows.

/** Rows of a run. */
export const RUN: i32 = 256;

/** The sums of four columns of `rows` rows that lie `step` bytes apart. */
export function sumColumns4(x: usize, rows: i32, step: usize): v128 {
  let total = f32x4.splat(0);
  for (let r = 0; r < rows; r += RUN) {
    let sum = f32x4.splat(0);
    for (let n = min(RUN, rows - r); n > 0; n--) {
      sum = f32x4.add(sum, v128.load(x));
      x += step;
    }
    total = f32x4.add(total, sum);
  }
  return total;
}
