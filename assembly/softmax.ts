// Softmax over the last axis, and its gradient.
//
//   y[r][c] = exp(x[r][c] − max_r) / Σ_k exp(x[r][k] − max_r)
//   dx[r][c] = y[r][c] · (dy[r][c] − Σ_k dy[r][k] · y[r][k])
//
// x, y [rows, classes]. The maximum of the row changes no result and keeps exp finite. A row that holds NaN or +∞, or
// nothing but −∞, becomes NaN, as in PyTorch. Shapes are checked in src/ops/softmax.ts; ranges count rows. Reference:
// tests/support/reference/losses.ts.
import { exp4, expScalar } from './lib/math';
import { sumLanes } from './lib/simd';

/** y for the rows [begin, end). */
export function softmaxForward(y: usize, x: usize, classes: i32, begin: i32, end: i32): void {
  const step = <usize>classes << 2;
  for (let r = begin; r < end; r++) {
    const at = <usize>r * step;
    const sum = exponentials(y + at, x + at, largest(x + at, classes), classes);
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

/** NaN if any value is. */
function largest(x: usize, count: i32): f32 {
  let v = f32x4.splat(-Infinity);
  let c = 0;
  for (; c <= count - 4; c += 4) v = f32x4.max(v, v128.load(x + (<usize>c << 2)));
  let result = max<f32>(
    max<f32>(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max<f32>(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
  for (; c < count; c++) result = max<f32>(result, load<f32>(x + (<usize>c << 2)));
  return result;
}

/** y = exp(x − shift); returns their sum. */
function exponentials(y: usize, x: usize, shift: f32, count: i32): f32 {
  const vShift = f32x4.splat(shift);
  let vSum = f32x4.splat(0);
  let c = 0;
  for (; c <= count - 4; c += 4) {
    const v = exp4(f32x4.sub(v128.load(x + (<usize>c << 2)), vShift));
    v128.store(y + (<usize>c << 2), v);
    vSum = f32x4.add(vSum, v);
  }
  let sum = sumLanes(vSum);
  for (; c < count; c++) {
    const e = expScalar(load<f32>(x + (<usize>c << 2)) - shift);
    store<f32>(y + (<usize>c << 2), e);
    sum += e;
  }
  return sum;
}

function divide(y: usize, divisor: f32, count: i32): void {
  const vDivisor = f32x4.splat(divisor);
  let c = 0;
  for (; c <= count - 4; c += 4) {
    const at = y + (<usize>c << 2);
    v128.store(at, f32x4.div(v128.load(at), vDivisor));
  }
  for (; c < count; c++) {
    const at = y + (<usize>c << 2);
    store<f32>(at, load<f32>(at) / divisor);
  }
}

function dot(a: usize, b: usize, count: i32): f32 {
  let vSum = f32x4.splat(0);
  let c = 0;
  for (; c <= count - 4; c += 4) {
    const at = <usize>c << 2;
    vSum = f32x4.add(vSum, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  let sum = sumLanes(vSum);
  for (; c < count; c++) sum += load<f32>(a + (<usize>c << 2)) * load<f32>(b + (<usize>c << 2));
  return sum;
}

/** dx = y · (dy − mean), or dx + that; `mean` is the mean of dy, weighted with y. */
function gradient(dx: usize, dy: usize, y: usize, mean: f32, accumulate: bool, count: i32): void {
  const vMean = f32x4.splat(mean);
  let c = 0;
  for (; c <= count - 4; c += 4) {
    const at = <usize>c << 2;
    const v = f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(dy + at), vMean));
    v128.store(dx + at, accumulate ? f32x4.add(v128.load(dx + at), v) : v);
  }
  for (; c < count; c++) {
    const at = <usize>c << 2;
    const v = load<f32>(y + at) * (load<f32>(dy + at) - mean);
    store<f32>(dx + at, accumulate ? load<f32>(dx + at) + v : v);
  }
}
