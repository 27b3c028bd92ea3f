// The gradient of a largest value: shared evenly among those that are equal to it. Where it is NaN, no value is equal to
// it, and every share is 0 / 0.
import { storeUpTo4 } from './lanes';

/** dx of four columns or, if `left` is less, so many, whose rows are `step` bytes apart. */
export function maxGradientOfColumns(
  dx: usize,
  vDy: v128,
  x: usize,
  vY: v128,
  step: usize,
  length: i32,
  accumulate: bool,
  left: i32,
): void {
  let vCount = i32x4.splat(0);
  let at = x;
  // A comparison gives −1 where it holds.
  for (let r = length; r > 0; r--) {
    vCount = i32x4.sub(vCount, f32x4.eq(v128.load(at), vY));
    at += step;
  }
  const vEqual = f32x4.convert_i32x4_s(vCount);
  const vShare = f32x4.div(vDy, vEqual);
  const vNone = f32x4.div(f32x4.splat(0), vEqual);
  for (let r = length; r > 0; r--) {
    let v = v128.bitselect(vShare, vNone, f32x4.eq(v128.load(x), vY));
    if (accumulate) v = f32x4.add(v128.load(dx), v);
    storeUpTo4(dx, v, left);
    x += step;
    dx += step;
  }
}

/** dx of a row of `length` values. */
export function maxGradientOfRow(dx: usize, dy: f32, x: usize, y: f32, length: i32, accumulate: bool): void {
  const vY = f32x4.splat(y);
  let vCount = i32x4.splat(0);
  let at = 0;
  for (; at <= length - 4; at += 4) vCount = i32x4.sub(vCount, f32x4.eq(v128.load(x + (<usize>at << 2)), vY));
  const pairs = i64x2.extract_lane(vCount, 0) + i64x2.extract_lane(vCount, 1);
  let count = <i32>pairs + <i32>(pairs >>> 32);
  for (; at < length; at++) count += i32(load<f32>(x + (<usize>at << 2)) == y);
  const vShare = f32x4.splat(dy / <f32>count);
  const vNone = f32x4.splat(<f32>0 / <f32>count);
  for (let left = length; left > 0; left -= 4) {
    let v = v128.bitselect(vShare, vNone, f32x4.eq(v128.load(x), vY));
    if (accumulate) v = f32x4.add(v128.load(dx), v);
    storeUpTo4(dx, v, left);
    x += 16;
    dx += 16;
  }
}
