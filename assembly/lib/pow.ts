// Powers. Both steps are in float64, two lanes at a time, where every float32 is a normal number: the result is rounded
// to float32 once, but for errors of some 10⁻¹¹ of it. + − × ÷, rounding and bit operations only, as in lib/math.ts.

const LOG2_E: f64 = 1.4426950408889634;
const LN2: f64 = 0.6931471805599453;
const SQRT2: f64 = 1.4142135623730951;
/** Beyond these eᵗ is 0 and Infinity in float32. */
const EXP_MIN: f64 = -110;
const EXP_MAX: f64 = 100;
/** 2⁵² + 2⁵¹: the last bits of an integer added to it are the integer's own. */
const INTEGER: f64 = 6755399441055744;

/**
 * xʸ in four lanes, within 0.51 ulp, with the special values of C: x⁰ and 1ʸ are 1 even where the other is NaN; a
 * negative x has powers of integers only, else it is NaN.
 */
export function pow4(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const magnitude = f32x4.abs(x);
  const low = powOfMagnitude(magnitude, y);
  const high = powOfMagnitude(upper(magnitude), upper(y));
  let power = v128.shuffle<f32>(low, high, 0, 1, 4, 5);

  const half = f32x4.mul(y, f32x4.splat(0.5));
  const isInteger = f32x4.eq(f32x4.trunc(y), y);
  const isOdd = v128.andnot(isInteger, f32x4.eq(f32x4.trunc(half), half));
  power = v128.xor(power, v128.and(isOdd, v128.and(x, i32x4.splat(0x80000000))));

  const infinity = f32x4.splat(Infinity);
  const isNegative = v128.and(f32x4.lt(x, zero), f32x4.lt(magnitude, infinity));
  power = v128.or(power, v128.andnot(isNegative, isInteger));
  const isEven1 = v128.and(f32x4.eq(magnitude, one), f32x4.eq(f32x4.abs(y), infinity));
  const is1 = v128.or(v128.or(f32x4.eq(y, zero), f32x4.eq(x, one)), isEven1);
  return v128.bitselect(one, power, is1);
}

// @ts-ignore: decorator
@inline
function upper(v: v128): v128 {
  return v128.shuffle<f32>(v, v, 2, 3, 2, 3);
}

/** xʸ = e^(y ln x) of lanes 0 and 1, x ≥ 0; NaN where 0 and infinities meet. */
function powOfMagnitude(x: v128, y: v128): v128 {
  const t = f64x2.mul(f64x2.promote_low_f32x4(y), ln(f64x2.promote_low_f32x4(x)));
  return f32x4.demote_f64x2_zero(exp(t));
}

/**
 * ln x with x = 2ᵏm and √½ < m ≤ √2: ln m = 2 artanh s = 2s(1 + s²/3 + s⁴/5 + …), s = (m − 1) / (m + 1), |s| < 0.172;
 * the first term left out is below 10⁻¹¹.
 */
// @ts-ignore: decorator
@inline
function ln(x: v128): v128 {
  const one = f64x2.splat(1);
  const exponent = i64x2.sub(i64x2.shr_u(x, 52), i64x2.splat(1023));
  let k = f64x2.sub(i64x2.add(exponent, f64x2.splat(INTEGER)), f64x2.splat(INTEGER));
  let m = v128.or(v128.and(x, i64x2.splat(0x000f_ffff_ffff_ffff)), one);
  const isLarge = f64x2.gt(m, f64x2.splat(SQRT2));
  m = v128.bitselect(f64x2.mul(m, f64x2.splat(0.5)), m, isLarge);
  k = f64x2.add(k, v128.and(isLarge, one));
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(s, s);
  let sum = f64x2.splat(1.0 / 13);
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 11));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 9));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 7));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 5));
  sum = f64x2.add(f64x2.mul(sum, z), f64x2.splat(1.0 / 3));
  const tail = f64x2.add(s, f64x2.mul(f64x2.mul(s, z), sum));
  const y = f64x2.add(f64x2.mul(k, f64x2.splat(LN2)), f64x2.add(tail, tail));
  const finite = v128.bitselect(y, x, f64x2.lt(x, f64x2.splat(Infinity)));
  return v128.bitselect(f64x2.splat(-Infinity), finite, f64x2.eq(x, f64x2.splat(0)));
}

/** eᵗ = 2ⁿeʳ with |r| ≤ ln 2 / 2, by the series of eʳ up to r⁸. */
// @ts-ignore: decorator
@inline
function exp(t: v128): v128 {
  const bounded = f64x2.pmin(f64x2.pmax(t, f64x2.splat(EXP_MIN)), f64x2.splat(EXP_MAX));
  const n = f64x2.nearest(f64x2.mul(bounded, f64x2.splat(LOG2_E)));
  const r = f64x2.sub(bounded, f64x2.mul(n, f64x2.splat(LN2)));
  let p = f64x2.splat(1.0 / 40320);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  const exponent = f64x2.add(n, f64x2.splat(INTEGER + 1023));
  return f64x2.mul(p, i64x2.shl(exponent, 52));
}
