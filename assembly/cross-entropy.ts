// Softmax and negative log-likelihood in one: the cross entropy of each row with its label, and the gradient.
//
//   loss[r] = Σ_c q[c] (ln Σ_k exp(x[r][k] - m) - (x[r][c] - m)),  m = max_c x[r][c]     reduced: y = Σ_r loss[r] / divisor
//   dx[r][c] = (Q · softmax(x[r])[c] - q[c]) · dLoss[r],  Q = Σ_c q[c]
//
// q is what the row should be, weighted: w[c] · (1 - smoothing) for its label, and w[c] · smoothing / classes for every
// class; with neither weights nor smoothing 1 for the label alone. A row whose label is `ignored` has no loss and no
// gradient. x, dx [rows, classes], labels int32 [rows], loss [rows], w [classes], or 0 where all are 1. Shapes, labels
// and weights are checked in src/ops/losses/cross-entropy.ts. Reference: tests/support/reference/losses.ts.
//
// The largest logit is subtracted first: no exponential overflows, and one of them is 1. A row with NaN or +Infinity
// has the loss NaN, as in PyTorch; -Infinity is a class of probability 0.
import { firstLanes, largestOf, storeUpTo4, upperHalf } from './lib/lanes';
import { exp4, expScalar, logScalar } from './lib/math';
import { zeroFloats } from './lib/simd';

/** loss for the rows [begin, end). */
export function crossEntropyForward(
  loss: usize,
  x: usize,
  labels: usize,
  classes: i32,
  w: usize,
  smoothing: f64,
  ignored: i32,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; r++) {
    const label = load<i32>(labels + (<usize>r << 2));
    if (label == ignored) {
      store<f32>(loss + (<usize>r << 2), 0);
      continue;
    }
    const row = x + ((<usize>r * classes) << 2);
    const largest = largestOf(row, classes);
    const sum = sumOfExponentials(row, largest, classes);
    const distance = <f64>largest - <f64>load<f32>(row + (<usize>label << 2));
    let value = (1 - smoothing) * weightOf(w, label) * (logOf(sum) + distance);
    if (smoothing != 0) value += (smoothing / classes) * lossOfAll(row, classes, w, <f64>largest + logOf(sum));
    store<f32>(loss + (<usize>r << 2), <f32>value);
  }
}

/** Σ_c w[c] (total - x[c]). */
function lossOfAll(x: usize, classes: i32, w: usize, total: f64): f64 {
  let sum: f64 = 0;
  for (let c = 0; c < classes; c++) sum += weightOf(w, c) * (total - <f64>load<f32>(x + (<usize>c << 2)));
  return sum;
}

// @ts-ignore: decorator
@inline
function weightOf(w: usize, c: i32): f64 {
  return w == 0 ? 1 : <f64>load<f32>(w + (<usize>c << 2));
}

/** What smoothing adds to Q. */
function smoothTotal(classes: i32, w: usize, smoothing: f64): f64 {
  if (smoothing == 0) return 0;
  let sum: f64 = 0;
  for (let c = 0; c < classes; c++) sum += weightOf(w, c);
  return (smoothing / classes) * sum;
}

/** y[0] = Σ loss / divisor over all rows, in order and in float64. */
export function crossEntropyForwardReduce(y: usize, loss: usize, rows: i32, divisor: f64): void {
  let total: f64 = 0;
  for (let r = 0; r < rows; r++) total += load<f32>(loss + (<usize>r << 2));
  store<f32>(y, <f32>(total / divisor));
}

/**
 * dx for the rows [begin, end). `scale` is 1 / divisor, and `step` the bytes from the gradient of one loss to the next: 0
 * where they were reduced to one.
 */
export function crossEntropyGradInput(
  dx: usize,
  x: usize,
  labels: usize,
  dLoss: usize,
  step: i32,
  scale: f64,
  classes: i32,
  w: usize,
  smoothing: f64,
  ignored: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const smooth = smoothTotal(classes, w, smoothing);
  for (let r = begin; r < end; r++) {
    const product = <f64>load<f32>(dLoss + <usize>(r * step)) * scale;
    gradRow(dx, x, labels, r, classes, w, smoothing, smooth, ignored, product, accumulate);
  }
}

/**
 * exp(x - m) · (Q · scale / sum) for every class, less its q · scale: for the label in float64, where it does not cancel.
 */
function gradRow(
  dx: usize,
  x: usize,
  labels: usize,
  r: i32,
  classes: i32,
  w: usize,
  smoothing: f64,
  smooth: f64,
  ignored: i32,
  scale: f64,
  accumulate: bool,
): void {
  const offset = (<usize>r * classes) << 2;
  x += offset;
  dx += offset;
  const index = load<i32>(labels + (<usize>r << 2));
  if (index == ignored) {
    if (!accumulate) zeroFloats(dx, classes);
    return;
  }
  const ofLabel = (1 - smoothing) * weightOf(w, index);
  const total = ofLabel + smooth;
  const ofEach = smoothing / classes;
  const largest = largestOf(x, classes);
  const sum = sumOfExponentials(x, largest, classes);
  const vLargest = f32x4.splat(largest);
  const factor = f32x4.splat(<f32>((total * scale) / sum));
  const vEach = f32x4.splat(<f32>(ofEach * scale));
  const label = <usize>index << 2;
  const before = accumulate ? load<f32>(dx + label) : 0;
  for (let c = 0; c < classes; c += 4) {
    const at = <usize>c << 2;
    let value = f32x4.mul(exp4(f32x4.sub(v128.load(x + at), vLargest)), factor);
    if (smoothing != 0) {
      value = f32x4.sub(value, w == 0 ? vEach : f32x4.mul(v128.load(w + at), vEach));
    }
    storeUpTo4(dx + at, accumulate ? f32x4.add(v128.load(dx + at), value) : value, classes - c);
  }
  const e = expScalar(load<f32>(x + label) - largest);
  const q = ofLabel + ofEach * weightOf(w, index);
  store<f32>(dx + label, before + <f32>(((<f64>e * total - sum * q) / sum) * scale));
}

/** Σ exp(x - largest) over `count` values, in float64. */
function sumOfExponentials(x: usize, largest: f32, count: i32): f64 {
  const vLargest = f32x4.splat(largest);
  const zero = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = low;
  for (; count > 0; count -= 4) {
    const e = firstLanes(exp4(f32x4.sub(v128.load(x), vLargest)), zero, count);
    low = f64x2.add(low, f64x2.promote_low_f32x4(e));
    high = f64x2.add(high, f64x2.promote_low_f32x4(upperHalf(e)));
    x += 16;
  }
  low = f64x2.add(low, high);
  return f64x2.extract_lane(low, 0) + f64x2.extract_lane(low, 1);
}

/** ln sum: that of the nearest float32, and the rest by the derivative. A loss far below 10⁻⁷ is thus not lost. */
function logOf(sum: f64): f64 {
  const nearest = <f32>sum;
  return <f64>logScalar(nearest) + (sum - <f64>nearest) / sum;
}
