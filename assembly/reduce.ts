// Reductions: one value of many.
//
//   y[o][i] = Σ_r x[o][r][i] / divisor        y[o][i] = Σ_r a[o][r][i] · b[o][r][i] / divisor
//
// x, a, b [outer, reduced, inner], y [outer, inner]; ranges count the elements of y. Sums are made of short ones
// (lib/fold.ts). Which axes these three are, and in how many calls, is decided in src/ops/reduce.ts. Reference:
// tests/support/reference/reduce.ts.
import { foldRows } from './lib/fold-rows';
import { foldWindow, Sum, SumOfProducts } from './lib/fold';

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
