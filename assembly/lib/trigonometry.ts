// Sine and cosine in float32, with the rules of lib/math.ts: the same bits on every engine. Measured in
// tests/kernels/math.test.ts.
import { clip4 } from './math';

/** π/2 in two parts: the first has 33 significant bits, so that k of up to 20 bits times it is exact in float64. */
const PI_2_HIGH: f64 = 1.57079632673412561417;
const PI_2_LOW: f64 = 6.07710050650619224932e-11;
const PI_4: f32 = 0.78539816339744830962;
const TWO_OVER_PI: f64 = 0.63661977236758134308;

/**
 * sin(x + quadrants π/2) in four lanes, within 1.5 ulp for |x| ≤ 10⁶; beyond the digits fade, but it stays between −1
 * and 1; NaN at ±∞. With x = k π/2 + r and |r| ≤ π/4 it is ±sin r or ±cos r. The coefficients are those of Cephes
 * (sinf.c).
 */
export function sin4(x: v128, quadrants: v128): v128 {
  const upper = v128.shuffle<i64>(x, x, 1, 0);
  const kLower = turnsOf(x);
  const kUpper = turnsOf(upper);
  const k = narrowed(kLower, kUpper);
  const limit = f32x4.splat(PI_4);
  const r = clip4(narrowed(restOf(x, kLower), restOf(upper, kUpper)), f32x4.neg(limit), limit);
  const z = f32x4.mul(r, r);
  let s = f32x4.splat(-1.9515295891e-4);
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(8.3321608736e-3));
  s = f32x4.add(f32x4.mul(s, z), f32x4.splat(-1.6666654611e-1));
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), r), r);
  // The sine of −0 is −0.
  s = v128.or(s, v128.and(r, i32x4.splat(0x80000000)));
  let c = f32x4.splat(2.443315711809948e-5);
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(-1.388731625493765e-3));
  c = f32x4.add(f32x4.mul(c, z), f32x4.splat(4.166664568298827e-2));
  c = f32x4.sub(f32x4.mul(f32x4.mul(c, z), z), f32x4.mul(z, f32x4.splat(0.5)));
  c = f32x4.add(c, f32x4.splat(1));
  const quadrant = i32x4.trunc_sat_f32x4_s(f32x4.add(k, quadrants));
  const isCosine = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0));
  const sign = i32x4.shl(i32x4.shr_s(quadrant, 1), 31);
  return v128.xor(v128.bitselect(c, s, isCosine), sign);
}

/** k of the first two lanes, in float64: +0 where it would be −0. */
// @ts-ignore: decorator
@inline
function turnsOf(x: v128): v128 {
  const turns = f64x2.mul(f64x2.promote_low_f32x4(x), f64x2.splat(TWO_OVER_PI));
  return f64x2.add(f64x2.nearest(turns), f64x2.splat(0));
}

/** x − k π/2 of the first two lanes, in float64. */
// @ts-ignore: decorator
@inline
function restOf(x: v128, k: v128): v128 {
  const high = f64x2.sub(f64x2.promote_low_f32x4(x), f64x2.mul(k, f64x2.splat(PI_2_HIGH)));
  return f64x2.sub(high, f64x2.mul(k, f64x2.splat(PI_2_LOW)));
}

/** Four lanes of float32 from two and two of float64. */
// @ts-ignore: decorator
@inline
function narrowed(lower: v128, upper: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 2);
}
