// Where the largest of many values lies: the first of equal ones, or the first NaN. Values are compared after an exclusive
// or with `vSign`: where that is the sign bit, it is where the least lies.
import { larger } from './fold';

/** Four columns, whose rows are `step` bytes apart. */
export function argmaxOfColumns(x: usize, step: usize, length: i32, vSign: v128): v128 {
  let vBest = f32x4.splat(-Infinity);
  let vAt = i32x4.splat(0);
  for (let r = 0; r < length; r++) {
    const v = v128.xor(v128.load(x), vSign);
    const vLarger = larger(vBest, v);
    vAt = placeOf(vAt, i32x4.splat(r), vBest, vLarger);
    vBest = vLarger;
    x += step;
  }
  return vAt;
}

/** Rows of `length` elements: four at a time, then each as four parts. */
export function argmaxRows(y: usize, x: usize, length: i32, vSign: v128, count: i32): void {
  const pitch = <usize>length << 2;
  for (; count >= 4; count -= 4) {
    v128.store(y, argmaxOfRows(x, pitch, length, vSign));
    x += pitch << 2;
    y += 16;
  }
  for (; count > 0; count--) {
    store<i32>(y, argmaxOfRow(x, length, vSign));
    x += pitch;
    y += 4;
  }
}

function argmaxOfRow(x: usize, length: i32, vSign: v128): i32 {
  const part = length >> 2;
  const vAt = i32x4.add(
    argmaxOfRows(x, <usize>part << 2, part, vSign),
    i32x4.mul(i32x4.splat(part), i32x4(0, 1, 2, 3)),
  );
  let at = 0;
  at = better(x, at, i32x4.extract_lane(vAt, 0), vSign);
  at = better(x, at, i32x4.extract_lane(vAt, 1), vSign);
  at = better(x, at, i32x4.extract_lane(vAt, 2), vSign);
  at = better(x, at, i32x4.extract_lane(vAt, 3), vSign);
  for (let r = part << 2; r < length; r++) at = better(x, at, r, vSign);
  return at;
}

/** The better of two places. */
function better(x: usize, best: i32, at: i32, vSign: v128): i32 {
  const vBest = larger(f32x4.splat(-Infinity), v128.xor(v128.load32_splat(x + (<usize>best << 2)), vSign));
  const v = v128.xor(v128.load32_splat(x + (<usize>at << 2)), vSign);
  return v128.any_true(i32x4.ne(larger(vBest, v), vBest)) ? at : best;
}

/** Four rows, `pitch` bytes apart. */
function argmaxOfRows(x: usize, pitch: usize, length: i32, vSign: v128): v128 {
  let vBest = f32x4.splat(-Infinity);
  let vAt = i32x4.splat(0);
  let vNow = vAt;
  const vOne = i32x4.splat(1);
  for (; length > 0; length -= 4) {
    const v0 = v128.xor(v128.load(x), vSign);
    const v1 = v128.xor(v128.load(x + pitch), vSign);
    const v2 = v128.xor(v128.load(x + 2 * pitch), vSign);
    const v3 = v128.xor(v128.load(x + 3 * pitch), vSign);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    let v = v128.shuffle<f32>(low01, low23, 0, 1, 4, 5);
    let vLarger = larger(vBest, v);
    vAt = placeOf(vAt, vNow, vBest, vLarger);
    vBest = vLarger;
    vNow = i32x4.add(vNow, vOne);
    if (length < 2) break;
    v = v128.shuffle<f32>(low01, low23, 2, 3, 6, 7);
    vLarger = larger(vBest, v);
    vAt = placeOf(vAt, vNow, vBest, vLarger);
    vBest = vLarger;
    vNow = i32x4.add(vNow, vOne);
    if (length < 3) break;
    v = v128.shuffle<f32>(high01, high23, 0, 1, 4, 5);
    vLarger = larger(vBest, v);
    vAt = placeOf(vAt, vNow, vBest, vLarger);
    vBest = vLarger;
    vNow = i32x4.add(vNow, vOne);
    if (length < 4) break;
    v = v128.shuffle<f32>(high01, high23, 2, 3, 6, 7);
    vLarger = larger(vBest, v);
    vAt = placeOf(vAt, vNow, vBest, vLarger);
    vBest = vLarger;
    vNow = i32x4.add(vNow, vOne);
    x += 16;
  }
  return vAt;
}

/** `vNow`, later than `vAt`, in the lanes where what is largest has changed. */
// @ts-ignore: decorator
@inline
function placeOf(vAt: v128, vNow: v128, vBefore: v128, vLarger: v128): v128 {
  return i32x4.max_s(vAt, v128.andnot(vNow, i32x4.eq(vBefore, vLarger)));
}
