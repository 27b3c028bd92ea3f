/**
 * Sine and cosine that give the same bits on every engine, as src/math.ts has others. They follow FDLIBM (k_sin.c, k_cos.c,
 * e_rem_pio2.c); errors stay below 1 ulp.
 */
import { polynomial } from './math.js';

const SIN_1 = -1.66666666666666324348e-1;
const SIN = [
  8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6,
  -2.50507602534068634195e-8, 1.58969099521155010221e-10,
] as const;

/** sin(x + tail) for |x| ≤ π/4. */
function sinKernel(x: number, tail: number): number {
  const z = x * x;
  const cube = z * x;
  const rest = polynomial(z, SIN);
  return x - (z * (0.5 * tail - cube * rest) - tail - cube * SIN_1);
}

const COS = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5,
  -2.75573143513906633035e-7, 2.0875723212981748279e-9, -1.13596475577881948265e-11,
] as const;

/** cos(x + tail) for |x| ≤ π/4. */
function cosKernel(x: number, tail: number): number {
  const z = x * x;
  const half = 0.5 * z;
  const head = 1 - half;
  return head + (1 - head - half + (z * z * polynomial(z, COS) - x * tail));
}

const TWO_OVER_PI = 6.36619772367581382433e-1;
/** π/2 in three parts; the first two have 33 significant bits, so that n times them is exact. */
const HALF_PI_1 = 1.57079632673412561417;
const HALF_PI_2 = 6.0771005063039659766e-11;
const HALF_PI_3 = 2.02226624879595063154e-21;
/** Beyond it n needs more than 20 bits and the products are no longer exact. */
const LARGEST_ANGLE = 2 ** 20 * 1.5;

/** sin(x + quarterTurns · π/2), by n = round(x / (π/2)) and the remainder in double-double. */
function sinQuarter(name: string, x: number, quarterTurns: number): number {
  if (!Number.isFinite(x)) return NaN;
  if (Math.abs(x) > LARGEST_ANGLE) {
    throw new RangeError(`${name}: x: expected at most ±${LARGEST_ANGLE} radians, got ${x}`);
  }
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  const first = x - n * HALF_PI_1;
  const second = n * HALF_PI_2;
  const difference = first - second;
  // Knuth's two-sum: the rounding error of first − second, exactly.
  const kept = difference + second;
  const error = first - kept - (difference - (kept - second));
  const correction = error - n * HALF_PI_3;
  const r = difference + correction;
  const tail = difference - r + correction;
  const quadrant = (n + quarterTurns) & 3;
  const value = quadrant & 1 ? cosKernel(r, tail) : sinKernel(r, tail);
  return quadrant & 2 ? -value : value;
}

/** sin x, x in radians. Throws a RangeError for |x| > 1.5 · 2²⁰; NaN for ±∞. */
export function sin(x: number): number {
  return x === 0 ? x : sinQuarter('sin', x, 0);
}

/** cos x, x in radians. Throws a RangeError for |x| > 1.5 · 2²⁰; NaN for ±∞. */
export function cos(x: number): number {
  return sinQuarter('cos', x, 1);
}
