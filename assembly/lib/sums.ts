// Sums down the rows of a matrix, column by column.
//
// RUN rows are summed on their own before they join the total: it keeps the rounding error of long sums small. The
// order depends on nothing but the number of rows.

/** Rows of a run. */
const RUN: i32 = 256;

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

/** Stores what `sumColumns4` gives for each four of sixteen columns, or adds it to what is there. */
export function sumColumns16(to: usize, x: usize, rows: i32, step: usize, accumulate: bool): void {
  let total0 = f32x4.splat(0);
  let total1 = total0;
  let total2 = total0;
  let total3 = total0;
  for (let r = 0; r < rows; r += RUN) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (let n = min(RUN, rows - r); n > 0; n--) {
      sum0 = f32x4.add(sum0, v128.load(x));
      sum1 = f32x4.add(sum1, v128.load(x, 16));
      sum2 = f32x4.add(sum2, v128.load(x, 32));
      sum3 = f32x4.add(sum3, v128.load(x, 48));
      x += step;
    }
    total0 = f32x4.add(total0, sum0);
    total1 = f32x4.add(total1, sum1);
    total2 = f32x4.add(total2, sum2);
    total3 = f32x4.add(total3, sum3);
  }
  if (accumulate) {
    total0 = f32x4.add(v128.load(to), total0);
    total1 = f32x4.add(v128.load(to, 16), total1);
    total2 = f32x4.add(v128.load(to, 32), total2);
    total3 = f32x4.add(v128.load(to, 48), total3);
  }
  v128.store(to, total0);
  v128.store(to, total1, 16);
  v128.store(to, total2, 32);
  v128.store(to, total3, 48);
}
