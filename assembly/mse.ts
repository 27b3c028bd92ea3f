// Mean squared error and its gradient; the prediction is x, the target t.
//
//   loss[i] = (x[i] - t[i])²        reduced: y = Σ_i loss[i] / divisor
//   dx[i] = 2 (x[i] - t[i]) · dLoss[i]        dt = -dx: the same kernel with x and t exchanged
//
// Any shapes, checked in src/ops/losses/mse.ts. Reference: tests/support/reference/losses.ts.
//
// A reduced loss is summed in float64 in chunks of a fixed size, then over the chunks: its bits do not depend on
// how the chunks are shared out.
import { storeUpTo4, upperHalf } from './lib/lanes';

/** Elements of a chunk; src/ops/losses/mse.ts counts with the same number. */
const CHUNK: i32 = 4096;

/** loss for the elements [begin, end). */
export function mseForward(loss: usize, x: usize, t: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const difference = f32x4.sub(v128.load(x + at), v128.load(t + at));
    storeUpTo4(loss + at, f32x4.mul(difference, difference), end - i);
  }
}

/** The float64 sums of the chunks [begin, end) of the losses of `count` elements. */
export function mseForwardSums(sums: usize, x: usize, t: usize, count: i32, begin: i32, end: i32): void {
  for (let chunk = begin; chunk < end; chunk++) {
    const first = chunk * CHUNK;
    const at = <usize>first << 2;
    store<f64>(sums + (<usize>chunk << 3), sumOfSquares(x + at, t + at, min(CHUNK, count - first)));
  }
}

/** y[0] from the sums of all chunks. */
export function mseForwardReduce(y: usize, sums: usize, chunks: i32, divisor: f64): void {
  let total: f64 = 0;
  for (let chunk = 0; chunk < chunks; chunk++) total += load<f64>(sums + (<usize>chunk << 3));
  store<f32>(y, <f32>(total / divisor));
}

/** dx for the elements [begin, end) of losses that were not reduced. */
export function mseGradInput(
  dx: usize,
  x: usize,
  t: usize,
  dLoss: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const difference = f32x4.sub(v128.load(x + at), v128.load(t + at));
    const value = f32x4.mul(f32x4.add(difference, difference), v128.load(dLoss + at));
    storeUpTo4(dx + at, accumulate ? f32x4.add(v128.load(dx + at), value) : value, end - i);
  }
}

/** dx for the elements [begin, end) of a reduced loss: `scale` is 2 / divisor, dLoss one number. */
export function mseGradInputReduced(
  dx: usize,
  x: usize,
  t: usize,
  dLoss: usize,
  scale: f64,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const factor = f32x4.splat(<f32>(<f64>load<f32>(dLoss) * scale));
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const value = f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(t + at)), factor);
    storeUpTo4(dx + at, accumulate ? f32x4.add(v128.load(dx + at), value) : value, end - i);
  }
}

function sumOfSquares(x: usize, t: usize, count: i32): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  for (; count >= 4; count -= 4) {
    const difference = f32x4.sub(v128.load(x), v128.load(t));
    const low = f64x2.promote_low_f32x4(difference);
    const high = f64x2.promote_low_f32x4(upperHalf(difference));
    sum0 = f64x2.add(sum0, f64x2.mul(low, low));
    sum1 = f64x2.add(sum1, f64x2.mul(high, high));
    x += 16;
    t += 16;
  }
  sum0 = f64x2.add(sum0, sum1);
  let total = f64x2.extract_lane(sum0, 0) + f64x2.extract_lane(sum0, 1);
  for (; count > 0; count--) {
    const difference = <f64>(load<f32>(x) - load<f32>(t));
    total += difference * difference;
    x += 4;
    t += 4;
  }
  return total;
}
