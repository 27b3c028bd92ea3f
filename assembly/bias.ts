// Bias over the last axis, and its gradient.
//
//   y[r][c] = x[r][c] + b[c]        db[c] = Σ_r dy[r][c]
//
// x, y [rows, channels], b [channels]. Shapes are checked in src/ops/bias.ts. Reference:
// tests/support/reference/bias.ts.
import { storeUpTo4 } from './lib/lanes';

/** Rows that are summed on their own before they join the total: it keeps the rounding error of long sums small. */
const RUN: i32 = 256;

/** y for the rows [begin, end). */
export function biasForward(y: usize, x: usize, b: usize, channels: i32, begin: i32, end: i32): void {
  const offset = <usize>(begin * channels) << 2;
  x += offset;
  y += offset;
  for (let r = begin; r < end; r++) {
    let c = 0;
    for (; c <= channels - 4; c += 4) {
      v128.store(y, f32x4.add(v128.load(x), v128.load(b + (<usize>c << 2))));
      x += 16;
      y += 16;
    }
    for (; c < channels; c++) {
      store<f32>(y, load<f32>(x) + load<f32>(b + (<usize>c << 2)));
      x += 4;
      y += 4;
    }
  }
}

/** db for the channels [begin, end). The last vector of a row is read whole, past its channels. */
export function biasGradBias(
  db: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  let c = begin;
  for (; c <= end - 16; c += 16) {
    const at = <usize>c << 2;
    sumColumns(db + at, dy + at, rows, channels, accumulate, 4, 16);
  }
  for (; c < end; c += 4) {
    const at = <usize>c << 2;
    sumColumns(db + at, dy + at, rows, channels, accumulate, 1, end - c);
  }
}

/** Four vectors of db, or one that may hold fewer than four of the `columns`. */
// @ts-ignore: decorator
@inline
function sumColumns(
  db: usize,
  dy: usize,
  rows: i32,
  channels: i32,
  accumulate: bool,
  vectors: i32,
  columns: i32,
): void {
  const step = <usize>channels << 2;
  const zero = f32x4.splat(0);
  let total0 = zero;
  let total1 = zero;
  let total2 = zero;
  let total3 = zero;
  for (let r = 0; r < rows; r += RUN) {
    let sum0 = zero;
    let sum1 = zero;
    let sum2 = zero;
    let sum3 = zero;
    for (let n = min(RUN, rows - r); n > 0; n--) {
      sum0 = f32x4.add(sum0, v128.load(dy));
      if (vectors == 4) {
        sum1 = f32x4.add(sum1, v128.load(dy, 16));
        sum2 = f32x4.add(sum2, v128.load(dy, 32));
        sum3 = f32x4.add(sum3, v128.load(dy, 48));
      }
      dy += step;
    }
    total0 = f32x4.add(total0, sum0);
    total1 = f32x4.add(total1, sum1);
    total2 = f32x4.add(total2, sum2);
    total3 = f32x4.add(total3, sum3);
  }
  storeUpTo4(db, accumulate ? f32x4.add(v128.load(db), total0) : total0, columns);
  if (vectors == 4) {
    v128.store(db, accumulate ? f32x4.add(v128.load(db, 16), total1) : total1, 16);
    v128.store(db, accumulate ? f32x4.add(v128.load(db, 32), total2) : total2, 32);
    v128.store(db, accumulate ? f32x4.add(v128.load(db, 48), total3) : total3, 48);
  }
}
