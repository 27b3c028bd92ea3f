// Dropout (Srivastava et al. 2014), inverted: what is kept is scaled, so that evaluation needs no change.
//
//   y[i] = h(i) > limit ? x[i] · scale : 0        dx[i] = h(i) > limit ? dy[i] · scale : 0
//
// h(i) is a uniform 32-bit hash of the element's index under a key of two words: the gradient computes it again, so
// that no mask is stored, and it does not depend on the task range. Any shape, checked in src/ops/dropout.ts.
// Reference: tests/support/reference/dropout.ts.
//
// h(i) = mix(mix(i + key0) ^ key1). mix is a bijection of 32-bit words, "lowbias32" of Chris Wellons' hash
// prospector (github.com/skeeto/hash-prospector, the constants of bias 0.107). The second key between two rounds
// makes calls independent: with one round the masks of two calls would be permutations of one another.
import { storeUpTo4 } from './lib/lanes';

/** y for the elements [begin, end). The share (limit + 1) / 2^32 of the elements is dropped. */
export function dropoutForward(
  y: usize,
  x: usize,
  key0: u32,
  key1: u32,
  limit: u32,
  scale: f32,
  begin: i32,
  end: i32,
): void {
  applyMask(y, x, key0, key1, limit, scale, false, begin, end);
}

/** dx for the elements [begin, end), with the key, limit and scale of the forward call. */
export function dropoutGradInput(
  dx: usize,
  dy: usize,
  key0: u32,
  key1: u32,
  limit: u32,
  scale: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  applyMask(dx, dy, key0, key1, limit, scale, accumulate, begin, end);
}

function applyMask(
  y: usize,
  x: usize,
  key0: u32,
  key1: u32,
  limit: u32,
  scale: f32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const secondKey = i32x4.splat(key1);
  const bound = i32x4.splat(limit);
  const factor = f32x4.splat(scale);
  const step = i32x4.splat(4);
  let index = i32x4.add(i32x4.splat(begin + key0), i32x4(0, 1, 2, 3));
  for (let i = begin; i < end; i += 4) {
    const at = <usize>i << 2;
    const kept = i32x4.gt_u(mix(v128.xor(mix(index), secondKey)), bound);
    let value = v128.and(kept, f32x4.mul(v128.load(x + at), factor));
    if (accumulate) value = f32x4.add(v128.load(y + at), value);
    storeUpTo4(y + at, value, end - i);
    index = i32x4.add(index, step);
  }
}

// @ts-ignore: decorator
@inline
function mix(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x21f0aaad));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 15)), i32x4.splat(0xd35a2d97));
  return v128.xor(h, i32x4.shr_u(h, 15));
}
