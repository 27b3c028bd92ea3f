// Reductions: one value of many.
//
//   y[o][i] = Σ_r x[o][r][i] / divisor        y[o][i] = Σ_r a[o][r][i] · b[o][r][i] / divisor
//   y[o][i] = max_r x[o][r][i]                y[o][i] = argmax_r x[o][r][i]
//   dx[o][r][i] = dy[o][i] / the number of x[o][·][i] that equal y[o][i], where x[o][r][i] does
//
// x, a, b [outer, reduced, inner], reduced > 0 but for sums; y [outer, inner], int32 for argmax; ranges count the elements
// of y. Sums are made of short ones (lib/fold.ts). A NaN is the largest value and the least. Which axes these three are,
// and in how many calls, is decided in src/ops/reduce.ts. Reference: tests/support/reference/reduce.ts.
import { argmaxOfColumns, argmaxRows } from './lib/argmax';
import { foldRows } from './lib/fold-rows';
import { foldWindow, Largest, Sum, SumOfProducts } from './lib/fold';
import { storeUpTo4 } from './lib/lanes';
import { maxGradientOfColumns, maxGradientOfRow } from './lib/max-gradient';

/** y for the elements [begin, end): overwritten, or added to. */
export function reduceSum(
  y: usize,
  x: usize,
  reduced: i32,
  inner: i32,
  divisor: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  reduce<Sum>(y, x, 0, reduced, inner, divisor, accumulate, begin, end);
}

/** y for the elements [begin, end): overwritten, or added to. */
export function reduceSumOfProducts(
  y: usize,
  a: usize,
  b: usize,
  reduced: i32,
  inner: i32,
  divisor: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  reduce<SumOfProducts>(y, a, b - a, reduced, inner, divisor, accumulate, begin, end);
}

/** The largest values, or, where `isMin`, the least, for the elements [begin, end) of y. */
export function reduceMax(
  y: usize,
  x: usize,
  reduced: i32,
  inner: i32,
  isMin: bool,
  begin: i32,
  end: i32,
): void {
  const sign = isMin ? 0x80000000 : 0;
  reduce<Largest>(y, x, sign, reduced, inner, isMin ? -1 : 1, false, begin, end);
}

/**
 * dx for the values that the elements [begin, end) of y were made of, where y are the largest values of x, or the least:
 * overwritten, or added to.
 */
export function reduceMaxGradInput(
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  reduced: i32,
  inner: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const step = <usize>inner << 2;
  while (begin < end) {
    const o = begin / inner;
    const i = begin - o * inner;
    const count = min(inner - i, end - begin);
    const from = (<usize>o * reduced * inner + i) << 2;
    const at = <usize>begin << 2;
    if (inner == 1) {
      maxGradientOfRow(dx + from, load<f32>(dy + at), x + from, load<f32>(y + at), reduced, accumulate);
    }
    else for (let c = 0; c < count; c += 4) {
      const offset = <usize>c << 2;
      const vDy = v128.load(dy + at + offset);
      const vY = v128.load(y + at + offset);
      const first = from + offset;
      maxGradientOfColumns(dx + first, vDy, x + first, vY, step, reduced, accumulate, count - c);
    }
    begin += count;
  }
}

/** The index of the largest value, or, where `isMin`, of the least, for the elements [begin, end) of y. */
export function reduceArgmax(
  y: usize,
  x: usize,
  reduced: i32,
  inner: i32,
  isMin: bool,
  begin: i32,
  end: i32,
): void {
  const vSign = i32x4.splat(isMin ? 0x80000000 : 0);
  y += <usize>begin << 2;
  if (inner == 1) return argmaxRows(y, x + ((<usize>begin * reduced) << 2), reduced, vSign, end - begin);
  const step = <usize>inner << 2;
  while (begin < end) {
    const o = begin / inner;
    const i = begin - o * inner;
    const count = min(inner - i, end - begin);
    let from = x + ((<usize>o * reduced * inner + i) << 2);
    for (let left = count; left > 0; left -= 4) {
      storeUpTo4(y, argmaxOfColumns(from, step, reduced, vSign), left);
      y += <usize>min(left, 4) << 2;
      from += 16;
    }
    begin += count;
  }
}

// @ts-ignore: decorator
@inline
function reduce<Fold>(
  y: usize,
  x: usize,
  other: usize,
  reduced: i32,
  inner: i32,
  divisor: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  y += <usize>begin << 2;
  if (inner == 1) {
    x += (<usize>begin * reduced) << 2;
    return foldRows<Fold>(y, x, other, reduced, divisor, accumulate, end - begin);
  }
  const step = <usize>inner << 2;
  while (begin < end) {
    const o = begin / inner;
    const i = begin - o * inner;
    const count = min(inner - i, end - begin);
    const from = x + ((<usize>o * reduced * inner + i) << 2);
    foldWindow<Fold>(y, from, other, 1, reduced, step, 0, divisor, accumulate, count);
    y += <usize>count << 2;
    begin += count;
  }
}
