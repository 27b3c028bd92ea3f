// Many values to one: sums, sums of products, largest and least values of a window of pixels, channel by channel; the
// rows of a matrix are a window of one row.
//
// RUN pixels are folded on their own before they join a block, and RUN runs before they join the total: it keeps the
// rounding error of long sums small. The order depends on nothing but the numbers of rows and columns.
//
// `Fold` is a class with inlined methods on four lanes; the type alone selects them at compile time. `other` is what it
// needs beside x: of sums of products how many bytes the second factor, of the same strides, lies after the first.
import { storeUpTo4 } from './lanes';
import { madd } from './simd';

/** Pixels of a run, and runs of a block. */
export const RUN: i32 = 256;

/** Σ x */
@unmanaged
export class Sum {
  // @ts-ignore: decorator
  @inline empty(): v128 {
    return f32x4.splat(0);
  }
  // @ts-ignore: decorator
  @inline term(x: usize, _other: usize): v128 {
    return v128.load(x);
  }
  // @ts-ignore: decorator
  @inline add(sum: v128, x: usize, _other: usize): v128 {
    return f32x4.add(sum, v128.load(x));
  }
  // @ts-ignore: decorator
  @inline join(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** Σ a·b */
@unmanaged
export class SumOfProducts {
  // @ts-ignore: decorator
  @inline empty(): v128 {
    return f32x4.splat(0);
  }
  // @ts-ignore: decorator
  @inline term(a: usize, other: usize): v128 {
    return f32x4.mul(v128.load(a), v128.load(a + other));
  }
  // @ts-ignore: decorator
  @inline add(sum: v128, a: usize, other: usize): v128 {
    return madd(v128.load(a), v128.load(a + other), sum);
  }
  // @ts-ignore: decorator
  @inline join(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}

/** max x, NaN if one x is; of −x where `sign` is the sign bit: divided by −1 it is min x. */
@unmanaged
export class Largest {
  // @ts-ignore: decorator
  @inline empty(): v128 {
    return f32x4.splat(-Infinity);
  }
  // @ts-ignore: decorator
  @inline term(x: usize, sign: usize): v128 {
    return v128.xor(v128.load(x), i32x4.splat(<i32>sign));
  }
  // @ts-ignore: decorator
  @inline add(largest: v128, x: usize, sign: usize): v128 {
    return larger(largest, v128.xor(v128.load(x), i32x4.splat(<i32>sign)));
  }
  // @ts-ignore: decorator
  @inline join(a: v128, b: v128): v128 {
    return larger(a, b);
  }
}

/** The larger of two values, NaN if one is: `pmax` keeps its first operand unless the second is larger. */
// @ts-ignore: decorator
@inline
export function larger(a: v128, b: v128): v128 {
  return v128.or(f32x4.pmax(a, b), f32x4.ne(b, b));
}

/**
 * Stores what is left of `channels` channels, divided by `divisor`, or adds it to what is there; `step` bytes lie
 * between neighbours in a row, `down` between rows. The last vector of a pixel is read whole, past its channels.
 */
export function foldWindow<Fold>(
  to: usize,
  x: usize,
  other: usize,
  rows: i32,
  columns: i32,
  step: usize,
  down: usize,
  divisor: f32,
  accumulate: bool,
  channels: i32,
): void {
  for (; channels >= 16; channels -= 16) {
    foldWindow16<Fold>(to, x, other, rows, columns, step, down, divisor, accumulate);
    x += 64;
    to += 64;
  }
  for (; channels > 0; channels -= 4) {
    const sum = foldWindow4<Fold>(x, other, rows, columns, step, down);
    storeUpTo4(to, finish(to, sum, divisor, accumulate), channels);
    x += 16;
    to += 16;
  }
}

function foldWindow4<Fold>(x: usize, other: usize, rows: i32, columns: i32, step: usize, down: usize): v128 {
  const fold = changetype<Fold>(0);
  let total = fold.empty();
  let block = total;
  let sum = total;
  let runPixels = 0;
  let runs = 0;
  for (let row = 0; row < rows; row++) {
    let at = x;
    for (let left = columns; left > 0; ) {
      const count = min(left, RUN - runPixels);
      for (let n = count; n > 0; n--) {
        sum = fold.add(sum, at, other);
        at += step;
      }
      left -= count;
      runPixels += count;
      if (runPixels < RUN) break;
      block = fold.join(block, sum);
      sum = fold.empty();
      runPixels = 0;
      if (++runs < RUN) continue;
      total = fold.join(total, block);
      block = fold.empty();
      runs = 0;
    }
    x += down;
  }
  return fold.join(total, fold.join(block, sum));
}

/** Sixteen channels at a time are a whole cache line of each pixel, and four sums that do not wait for one another. */
function foldWindow16<Fold>(
  to: usize,
  x: usize,
  other: usize,
  rows: i32,
  columns: i32,
  step: usize,
  down: usize,
  divisor: f32,
  accumulate: bool,
): void {
  const fold = changetype<Fold>(0);
  const empty = fold.empty();
  let total0 = empty;
  let total1 = empty;
  let total2 = empty;
  let total3 = empty;
  let block0 = empty;
  let block1 = empty;
  let block2 = empty;
  let block3 = empty;
  let sum0 = empty;
  let sum1 = empty;
  let sum2 = empty;
  let sum3 = empty;
  let runPixels = 0;
  let runs = 0;
  for (let row = 0; row < rows; row++) {
    let at = x;
    for (let left = columns; left > 0; ) {
      const count = min(left, RUN - runPixels);
      for (let n = count; n > 0; n--) {
        sum0 = fold.add(sum0, at, other);
        sum1 = fold.add(sum1, at + 16, other);
        sum2 = fold.add(sum2, at + 32, other);
        sum3 = fold.add(sum3, at + 48, other);
        at += step;
      }
      left -= count;
      runPixels += count;
      if (runPixels < RUN) break;
      block0 = fold.join(block0, sum0);
      block1 = fold.join(block1, sum1);
      block2 = fold.join(block2, sum2);
      block3 = fold.join(block3, sum3);
      sum0 = empty;
      sum1 = empty;
      sum2 = empty;
      sum3 = empty;
      runPixels = 0;
      if (++runs < RUN) continue;
      total0 = fold.join(total0, block0);
      total1 = fold.join(total1, block1);
      total2 = fold.join(total2, block2);
      total3 = fold.join(total3, block3);
      block0 = empty;
      block1 = empty;
      block2 = empty;
      block3 = empty;
      runs = 0;
    }
    x += down;
  }
  v128.store(to, finish(to, fold.join(total0, fold.join(block0, sum0)), divisor, accumulate));
  to += 16;
  v128.store(to, finish(to, fold.join(total1, fold.join(block1, sum1)), divisor, accumulate));
  to += 16;
  v128.store(to, finish(to, fold.join(total2, fold.join(block2, sum2)), divisor, accumulate));
  to += 16;
  v128.store(to, finish(to, fold.join(total3, fold.join(block3, sum3)), divisor, accumulate));
}

/** What to store at `to`. Which of two zeros was the larger depends on the way here: the sign of a zero is dropped. */
// @ts-ignore: decorator
@inline
export function finish(to: usize, value: v128, divisor: f32, accumulate: bool): v128 {
  value = f32x4.add(value, f32x4.splat(0));
  if (divisor != 1) value = f32x4.div(value, f32x4.splat(divisor));
  return accumulate ? f32x4.add(v128.load(to), value) : value;
}
