// Softmax over the last axis, and its gradient.
//
//   y[r][c] = exp(x[r][c] − max_r) / Σ_k exp(x[r][k] − max_r)
//   dx[r][c] = y[r][c] · (dy[r][c] − Σ_k dy[r][k] · y[r][k])
//
// x, y [rows, classes]. The maximum of the row changes no result and keeps exp finite. A row that holds NaN or +∞, or
// nothing but −∞, becomes NaN, as in PyTorch. Shapes are checked in src/ops/softmax.ts; ranges count rows. Reference:
// tests/support/reference/losses.ts.
import { firstLanes, largestOf, storeUpTo4 } from './lib/lanes';
import { exp4 } from './lib/math';
import { sumLanes } from './lib/simd';

/** y for the rows [begin, end). */
export function softmaxForward(y: usize, x: usize, classes: i32, begin: i32, end: i32): void {
  const step = <usize>classes << 2;
  for (let r = begin; r < end; r++) {
    const at = <usize>r * step;
    const sum = exponentials(y + at, x + at, largestOf(x + at, classes), classes);
    divide(y + at, sum, classes);
  }
}

/** dx for the rows [begin, end), from y. */
export function softmaxGradInput(
  dx: usize,
  dy: usize,
  y: usize,
  classes: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const step = <usize>classes << 2;
  for (let r = begin; r < end; r++) {
    const at = <usize>r * step;
    gradient(dx + at, dy + at, y + at, dot(dy + at, y + at, classes), accumulate, classes);
  }
}

/** y = exp(x − shift); returns their sum. */
function exponentials(y: usize, x: usize, shift: f32, count: i32): f32 {
  const vShift = f32x4.splat(shift);
  let vSum = f32x4.splat(0);
  for (; count > 0; count -= 4) {
    const v = exp4(f32x4.sub(v128.load(x), vShift));
    vSum = f32x4.add(vSum, firstLanes(v, f32x4.splat(0), count));
    storeUpTo4(y, v, count);
    x += 16;
    y += 16;
  }
  return sumLanes(vSum);
}

function divide(y: usize, divisor: f32, count: i32): void {
  const vDivisor = f32x4.splat(divisor);
  for (; count > 0; count -= 4) {
    storeUpTo4(y, f32x4.div(v128.load(y), vDivisor), count);
    y += 16;
  }
}

function dot(a: usize, b: usize, count: i32): f32 {
  let vSum = f32x4.splat(0);
  for (; count > 0; count -= 4) {
    const v = f32x4.mul(v128.load(a), v128.load(b));
    vSum = f32x4.add(vSum, firstLanes(v, f32x4.splat(0), count));
    a += 16;
    b += 16;
  }
  return sumLanes(vSum);
}

/** dx = y · (dy − mean), or dx + that; `mean` is the mean of dy, weighted with y. */
function gradient(dx: usize, dy: usize, y: usize, mean: f32, accumulate: bool, count: i32): void {
  const vMean = f32x4.splat(mean);
  for (; count > 0; count -= 4) {
    const v = f32x4.mul(v128.load(y), f32x4.sub(v128.load(dy), vMean));
    storeUpTo4(dx, accumulate ? f32x4.add(v128.load(dx), v) : v, count);
    dx += 16;
    dy += 16;
    y += 16;
  }
}
