// Sums over a window of pixels, channel by channel; the rows of a matrix are a window of one row.
//
// RUN pixels are summed on their own before they join a block, and RUN runs before they join the total: it keeps the
// rounding error of long sums small. The order depends on nothing but the numbers of rows and columns.
import { storeUpTo4 } from './lanes';

/** Pixels of a run, and runs of a block. */
export const RUN: i32 = 256;

/**
 * Stores the sums of `channels` channels, or adds them to what is there; `step` bytes lie between neighbours in a row,
 * `down` between rows. The last vector of a pixel is read whole, past its channels.
 */
export function sumWindow(
  to: usize,
  x: usize,
  rows: i32,
  columns: i32,
  step: usize,
  down: usize,
  accumulate: bool,
  channels: i32,
): void {
  for (; channels >= 16; channels -= 16) {
    sumWindow16(to, x, rows, columns, step, down, accumulate);
    x += 64;
    to += 64;
  }
  for (; channels > 0; channels -= 4) {
    let sum = sumWindow4(x, rows, columns, step, down);
    if (accumulate) sum = f32x4.add(v128.load(to), sum);
    storeUpTo4(to, sum, channels);
    x += 16;
    to += 16;
  }
}

/** Stores the sums that `sumWindow` gives, divided by `divisor`. */
export function meanOfWindow(
  to: usize,
  x: usize,
  rows: i32,
  columns: i32,
  step: usize,
  down: usize,
  divisor: f32,
  channels: i32,
): void {
  sumWindow(to, x, rows, columns, step, down, false, channels);
  const vDivisor = f32x4.splat(divisor);
  for (; channels > 0; channels -= 4) {
    storeUpTo4(to, f32x4.div(v128.load(to), vDivisor), channels);
    to += 16;
  }
}

function sumWindow4(x: usize, rows: i32, columns: i32, step: usize, down: usize): v128 {
  let total = f32x4.splat(0);
  let block = total;
  let sum = total;
  let runPixels = 0;
  let runs = 0;
  for (let row = 0; row < rows; row++) {
    let at = x;
    for (let left = columns; left > 0; ) {
      const count = min(left, RUN - runPixels);
      for (let n = count; n > 0; n--) {
        sum = f32x4.add(sum, v128.load(at));
        at += step;
      }
      left -= count;
      runPixels += count;
      if (runPixels < RUN) break;
      block = f32x4.add(block, sum);
      sum = f32x4.splat(0);
      runPixels = 0;
      if (++runs < RUN) continue;
      total = f32x4.add(total, block);
      block = f32x4.splat(0);
      runs = 0;
    }
    x += down;
  }
  return f32x4.add(total, f32x4.add(block, sum));
}

/** Sixteen channels at a time are a whole cache line of each pixel, and four sums that do not wait for one another. */
function sumWindow16(
  to: usize,
  x: usize,
  rows: i32,
  columns: i32,
  step: usize,
  down: usize,
  accumulate: bool,
): void {
  const zero = f32x4.splat(0);
  let total0 = zero;
  let total1 = zero;
  let total2 = zero;
  let total3 = zero;
  let block0 = zero;
  let block1 = zero;
  let block2 = zero;
  let block3 = zero;
  let sum0 = zero;
  let sum1 = zero;
  let sum2 = zero;
  let sum3 = zero;
  let runPixels = 0;
  let runs = 0;
  for (let row = 0; row < rows; row++) {
    let at = x;
    for (let left = columns; left > 0; ) {
      const count = min(left, RUN - runPixels);
      for (let n = count; n > 0; n--) {
        sum0 = f32x4.add(sum0, v128.load(at));
        sum1 = f32x4.add(sum1, v128.load(at, 16));
        sum2 = f32x4.add(sum2, v128.load(at, 32));
        sum3 = f32x4.add(sum3, v128.load(at, 48));
        at += step;
      }
      left -= count;
      runPixels += count;
      if (runPixels < RUN) break;
      block0 = f32x4.add(block0, sum0);
      block1 = f32x4.add(block1, sum1);
      block2 = f32x4.add(block2, sum2);
      block3 = f32x4.add(block3, sum3);
      sum0 = zero;
      sum1 = zero;
      sum2 = zero;
      sum3 = zero;
      runPixels = 0;
      if (++runs < RUN) continue;
      total0 = f32x4.add(total0, block0);
      total1 = f32x4.add(total1, block1);
      total2 = f32x4.add(total2, block2);
      total3 = f32x4.add(total3, block3);
      block0 = zero;
      block1 = zero;
      block2 = zero;
      block3 = zero;
      runs = 0;
    }
    x += down;
  }
  store(to, f32x4.add(total0, f32x4.add(block0, sum0)), accumulate);
  store(to + 16, f32x4.add(total1, f32x4.add(block1, sum1)), accumulate);
  store(to + 32, f32x4.add(total2, f32x4.add(block2, sum2)), accumulate);
  store(to + 48, f32x4.add(total3, f32x4.add(block3, sum3)), accumulate);
}

// @ts-ignore: decorator
@inline
function store(to: usize, sum: v128, accumulate: bool): void {
  v128.store(to, accumulate ? f32x4.add(v128.load(to), sum) : sum);
}
