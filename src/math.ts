/**
 * Elementary functions that give the same bits on every engine: `Math.exp` and its like may differ
 * between engines, + − × ÷ and `Math.sqrt` may not. All follow FDLIBM, the "Freely Distributable
 * LIBM" of Sun Microsystems (1993, netlib.org/fdlibm: e_exp.c, e_log.c), whose
 * range reductions and minimax coefficients are used here. Errors stay below 1 ulp. src/trigonometry.ts has sin and cos.
 */

let scratch: DataView | undefined;

/** Eight bytes to take numbers apart in. */
function bytes(): DataView {
  return (scratch ??= new DataView(new ArrayBuffer(8)));
}

/** 2ᵏ for a normal result: −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  const bits = bytes();
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** x · 2ᵏ, rounded once, where x is near 1 and the result may overflow or be subnormal. */
function scale(x: number, k: number): number {
  if (k > 1023) return x * 2 * powerOfTwo(k - 1);
  if (k < -1022) return x * powerOfTwo(k + 64) * powerOfTwo(-64);
  return x * powerOfTwo(k);
}

/** c₀ + c₁z + c₂z² + … by Horner's rule. @internal */
export function polynomial(z: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * z + coefficients[i]!;
  return sum;
}

const INVERSE_LN2 = 1.442695040888963387;
/** ln 2 in two parts: the first has 32 significant bits, so that k · LN2_HIGH is exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const EXP_OVERFLOW = 709.782712893383973096;
const EXP_UNDERFLOW = -745.13321910194110842;
const EXP = [
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5,
  -1.6533902205465251539e-6, 4.13813679705723846039e-8,
] as const;

/**
 * eˣ. With x = k ln 2 + r and |r| ≤ ln 2 / 2, eˣ = 2ᵏeʳ, and eʳ = 1 + r + rc / (2 − c) where
 * c = r − r²P(r²).
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const r2 = r * r;
  const c = r - r2 * polynomial(r2, EXP);
  return scale(1 - (low - (r * c) / (2 - c) - high), k);
}

const LOG = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
] as const;

/**
 * ln x; NaN for x < 0, −∞ for 0. With x = 2ᵏ(1 + f) and √½ < 1 + f < √2,
 * ln(1 + f) = f − f²/2 + s(f²/2 + R(s²)) where s = f / (2 + f).
 */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0) || x === Infinity) return x > 0 ? x : NaN;
  const subnormal = x < 2 ** -1022;
  const bits = bytes();
  bits.setFloat64(0, subnormal ? x * 2 ** 54 : x);
  const word = bits.getInt32(0);
  const mantissa = word & 0xfffff;
  // 0x95f64 carries into the exponent exactly where the mantissa exceeds √2.
  const carry = (mantissa + 0x95f64) & 0x100000;
  const k = (word >> 20) - 1023 + (carry >> 20) - (subnormal ? 54 : 0);
  bits.setInt32(0, mantissa | (carry ^ 0x3ff00000));
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const halfSquare = 0.5 * f * f;
  const tail = s * (halfSquare + z * polynomial(z, LOG)) + k * LN2_LOW;
  return k * LN2_HIGH - (halfSquare - tail - f);
}

/**
 * xⁿ for an integer n, by repeated squaring: as many roundings as multiplications, so about
 * 2 log₂ n of them. Throws a RangeError for an n that is not a safe integer.
 */
export function powInt(x: number, n: number): number {
  if (!Number.isSafeInteger(n)) {
    throw new RangeError(`powInt: n: expected a safe integer, got ${n}`);
  }
  let result = 1;
  let square = x;
  for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return n < 0 ? 1 / result : result;
}
