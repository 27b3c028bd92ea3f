// Elementary functions in float32. They use + − × ÷, rounding and bit operations only: the same bits on every
// engine. Multiply-add is never fused here, in no variant. The scalar functions are lane 0 of the vector ones, so
// that the tail of an array gets the bits that a whole vector would give.
//
// Sources: the range reductions and minimax coefficients of exp, log and tanh are those of Stephen Moshier's Cephes
// library, single precision (netlib.org/cephes: expf.c, logf.c, tanhf.c). Measured in tests/kernels/math.test.ts.

const LOG2_E: f32 = 1.44269504088896341;
/** ln 2 in two parts: the first has 9 significant bits, so that k · LN2_HIGH is exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** Beyond these exp is Infinity and 0, and so are the values at them. */
const EXP_MAX: f32 = 89;
const EXP_MIN: f32 = -104;

/**
 * x in four lanes, with the lanes outside the limits replaced by them. −0 and NaN are not outside: they stay. (pmin and
 * pmax are one instruction each where min and max, which order −0 and 0, take nine.)
 */
// @ts-ignore: decorator
@inline
export function clip4(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/**
 * eˣ in four lanes, within 1 ulp; NaN stays NaN, small results are subnormal. With x = k ln 2 + r and
 * |r| ≤ ln 2 / 2, eˣ = 2ᵏ(1 + (eʳ − 1)).
 */
export function exp4(x: v128): v128 {
  const bounded = clip4(x, f32x4.splat(EXP_MIN), f32x4.splat(EXP_MAX));
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(LOG2_E)));
  const tail = expm1Reduced(bounded, k);
  // 2ᵏ in two factors: each is a normal number, and only the last product rounds.
  const n = i32x4.trunc_sat_f32x4_s(k);
  const half = i32x4.shr_s(n, 1);
  const scaled = f32x4.mul(f32x4.add(tail, f32x4.splat(1)), powerOfTwo(half));
  return f32x4.mul(scaled, powerOfTwo(i32x4.sub(n, half)));
}

/** eʳ − 1 = r + r²P(r) for r = x − k ln 2, |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function expm1Reduced(x: v128, k: v128): v128 {
  const high = f32x4.sub(x, f32x4.mul(k, f32x4.splat(LN2_HIGH)));
  const r = f32x4.sub(high, f32x4.mul(k, f32x4.splat(LN2_LOW)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  return f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r);
}

/** Below, eˣ − 1 is −1 in float32. */
const EXPM1_MIN: f32 = -20;

/**
 * eˣ − 1 in four lanes for x ≤ 0, within 1.5 ulp, also near 0; −0 stays −0, NaN NaN. With x = k ln 2 + r it is
 * 2ᵏ(eʳ − 1) + (2ᵏ − 1), whose last term is exact as long as it matters.
 */
export function expm1OfNegative4(x: v128): v128 {
  const bounded = f32x4.pmax(x, f32x4.splat(EXPM1_MIN));
  const k = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(LOG2_E)));
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(k));
  const scaled = f32x4.mul(expm1Reduced(bounded, k), scale);
  const sum = f32x4.add(scaled, f32x4.sub(scale, f32x4.splat(1)));
  return v128.or(sum, v128.and(x, i32x4.splat(0x80000000)));
}

/** 2ⁿ for −126 ≤ n ≤ 127. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * 1 / (1 + e⁻ˣ) in four lanes. With e = e^−|x|, which never overflows, it is 1 / (1 + e) for x ≥ 0 and e / (1 + e)
 * below: accurate on both sides.
 */
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp4(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(e, one));
}

/** eˣ: the bits that `exp4` gives. */
export function expScalar(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

const LN2: f64 = 0.693147180559945309417;
const SQRT2: f64 = 1.41421356237309504880;

/**
 * ln x, correctly rounded but for near ties; NaN below 0, −∞ at 0. With x = 2ᵏm and √½ < m ≤ √2,
 * ln m = 2 artanh s = 2s(1 + s²/3 + s⁴/5 + …) where s = (m − 1) / (m + 1), |s| < 0.172: in float64, where every
 * float32 is a normal number, the first term left out is below 10⁻¹¹.
 */
export function logScalar(x: f32): f32 {
  if (x == 0) return -Infinity;
  if (!(x > 0) || x == Infinity) return x > 0 ? x : NaN;
  const bits = reinterpret<i64>(<f64>x);
  let k = <f64>(<i32>(bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
  if (m > SQRT2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum: f64 = 1.0 / 13;
  sum = sum * z + 1.0 / 11;
  sum = sum * z + 1.0 / 9;
  sum = sum * z + 1.0 / 7;
  sum = sum * z + 1.0 / 5;
  sum = sum * z + 1.0 / 3;
  return <f32>(k * LN2 + 2 * (s + s * z * sum));
}

const SQRT_HALF: f32 = 0.70710678118654752;
const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;

/**
 * ln x in four lanes, within 1 ulp; NaN below 0, −∞ at 0 and −0. With x = 2ᵏ(1 + f) and √½ ≤ 1 + f < √2,
 * ln x = k ln 2 + f − f²/2 + f³P(f). Subnormal x are multiplied by 2²³ first.
 */
export function log4(x: v128): v128 {
  const isSubnormal = f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(8388608)), x, isSubnormal);
  // The exponent changes at √½: its bits, and all above, are those of the distance to it.
  const distance = i32x4.sub(normal, f32x4.splat(SQRT_HALF));
  const exponent = i32x4.shr_s(distance, 23);
  const m = i32x4.sub(normal, i32x4.shl(exponent, 23));
  const k = f32x4.convert_i32x4_s(i32x4.add(exponent, v128.and(isSubnormal, i32x4.splat(-23))));
  const f = f32x4.sub(m, f32x4.splat(1));
  let p = f32x4.splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(3.3333331174e-1));
  const z = f32x4.mul(f, f);
  let rest = f32x4.mul(f32x4.mul(p, f), z);
  rest = f32x4.add(rest, f32x4.mul(k, f32x4.splat(LN2_LOW)));
  rest = f32x4.sub(rest, f32x4.mul(z, f32x4.splat(0.5)));
  const y = f32x4.add(f32x4.add(f, rest), f32x4.mul(k, f32x4.splat(LN2_HIGH)));
  return logOfSpecials(x, y);
}

/** y = ln x, but ∞ and NaN where x is, NaN below 0, −∞ at 0. */
// @ts-ignore: decorator
@inline
function logOfSpecials(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  const infinity = f32x4.splat(Infinity);
  y = v128.bitselect(y, x, f32x4.lt(x, infinity));
  y = v128.bitselect(f32x4.neg(infinity), y, f32x4.eq(x, zero));
  return v128.or(y, f32x4.lt(x, zero));
}

/**
 * ln(1 + x) in four lanes for 0 ≤ x ≤ 1, within 2.5 ulp, also near 0: 2 artanh s = 2s(1 + s²P(s²)) with
 * s = x / (2 + x) ≤ 1/3. P interpolates at Chebyshev's points.
 */
export function log1pOfFraction4(x: v128): v128 {
  const s = f32x4.div(x, f32x4.add(x, f32x4.splat(2)));
  const z = f32x4.mul(s, s);
  let p = f32x4.splat(0.11612165051586132);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.10853287784623689));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.14296179007907028));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.1999985316554921));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.3333333366026933));
  const twice = f32x4.add(s, s);
  return f32x4.add(twice, f32x4.mul(f32x4.mul(p, z), twice));
}

/** From here on tanh is computed from exp, below from its own polynomial: 1 − … would cancel. */
const TANH_SMALL: f32 = 0.625;

/**
 * tanh x in four lanes, within 2 ulp, also near 0; −0 stays −0. tanh x = x + x³P(x²) for |x| < 0.625, and
 * 1 − 2 / (e²ˣ + 1) above.
 */
export function tanh4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const one = f32x4.splat(1);
  const e = exp4(f32x4.add(magnitude, magnitude));
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1));
  const small = f32x4.add(magnitude, f32x4.mul(f32x4.mul(p, z), magnitude));
  const isSmall = f32x4.lt(magnitude, f32x4.splat(TANH_SMALL));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.or(v128.bitselect(small, large, isSmall), sign);
}

/** e^(−x²/2) in four lanes: relative errors grow with x²/2 ulp, where the square is rounded. */
export function gaussian4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
}

/** From here on Φ is 1, and 0 at as much below 0. */
const NORMAL_MAX: f32 = 14.5;

/**
 * The normal distribution function Φ(x) = (1 + erf(x / √2)) / 2 in four lanes, from g = e^(−x²/2), within
 * 3.5 + x²/2 ulp. Φ(−|x|) = g t P(1 − t) with t = 1 / (1 + 0.345 |x|), and Φ(x) = 1 − Φ(−x): nothing cancels. P has the
 * least largest relative error for −14.5 ≤ x ≤ 0, 2.3·10⁻⁸. NaN stays NaN: g is.
 */
export function normalCdf4(x: v128, g: v128): v128 {
  const one = f32x4.splat(1);
  const magnitude = f32x4.pmin(f32x4.splat(NORMAL_MAX), f32x4.abs(x));
  const scaled = f32x4.mul(magnitude, f32x4.splat(0.345));
  const t = f32x4.div(one, f32x4.add(one, scaled));
  const u = f32x4.mul(scaled, t);
  let p = f32x4.splat(-0.02815181537);
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(0.08098086292));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-0.04776889435));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-0.02253785195));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-0.07071844882));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(0.09453391689));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(0.2876355716));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(-0.6563532314));
  p = f32x4.add(f32x4.mul(p, u), f32x4.splat(0.5));
  const tail = f32x4.mul(g, f32x4.mul(p, t));
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}

/** Below, erf is computed from its own polynomial: 1 − … would cancel. */
const ERF_SMALL: f32 = 0.85;
const SQRT2_F32: f32 = 1.41421356237309504880;

/**
 * erf x in four lanes, within 2 ulp; −0 stays −0, NaN NaN. erf x = x + x P(x²) for |x| < 0.85, where P interpolates at
 * Chebyshev's points; above it is 1 − 2 Φ(−√2 |x|).
 */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  const tail = normalCdf4(f32x4.mul(magnitude, f32x4.splat(-SQRT2_F32)), exp4(f32x4.neg(z)));
  const large = f32x4.sub(f32x4.splat(1), f32x4.add(tail, tail));
  let p = f32x4.splat(-6.325501607e-4);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(5.052985193e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-2.680375674e-2));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.1128274908));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.3761257476));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.1283791607));
  const small = f32x4.add(magnitude, f32x4.mul(p, magnitude));
  const isSmall = f32x4.lt(magnitude, f32x4.splat(ERF_SMALL));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.or(v128.bitselect(small, large, isSmall), sign);
}
