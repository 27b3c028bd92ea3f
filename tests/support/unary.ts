// What the tests of unary functions have in common: where they are looked at, and how near they have to be.

import { expect } from 'vitest';
import { scope } from '../../src/tensor.js';
import { floats, ranges, unwritten } from './tensors.js';

export type ForwardKernel = (y: number, x: number, begin: number, end: number) => void;
/** Where functions break. */
export const SPECIALS = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  1e-45,
  -1e-45,
  1e-38,
  3.4e38,
  -3.4e38,
];

/** Specials, every 16,381st float32 of both signs and any size, and the interval [−104, 104] in small steps. */
export function sweep(): Float32Array {
  const strided = Math.ceil(2 ** 32 / 16381);
  const dense = 250_000;
  const x = new Float32Array(SPECIALS.length + strided + dense);
  const bits = new Uint32Array(x.buffer);
  x.set(SPECIALS);
  for (let i = 0; i < strided; i++) bits[SPECIALS.length + i] = i * 16381;
  for (let i = 0; i < dense; i++) x[SPECIALS.length + strided + i] = (i - dense / 2) / 1200;
  return x;
}

/** |got − want| in units of the last float32 digit of want; 0 where both are NaN or both overflow alike. */
function ulpError(got: number, want: number): number {
  if (Object.is(got, want) || Object.is(got, Math.fround(want))) return 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(want))), -126);
  return Math.abs(got - want) / 2 ** (exponent - 23);
}

/** Expects every y within `ulps`, which may depend on x, of the function in float64. */
export function expectUlps(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  exact: (x: number) => number,
  ulps: number | ((x: number) => number),
): void {
  for (let i = 0; i < x.length; i++) {
    const want = exact(x[i]!);
    const error = ulpError(y[i]!, want);
    const allowed = typeof ulps === 'number' ? ulps : ulps(x[i]!);
    if (error === 0 || error <= allowed) continue;
    expect.fail(`x ${x[i]}: got ${y[i]}, expected ${want}, error ${error} ulp, allowed ${allowed}`);
  }
}

export function runForward(kernel: ForwardKernel, x: ArrayLike<number>, parts = 1): Float32Array {
  return scope(() => {
    const [tx, y] = [floats(x), unwritten(x.length)];
    for (const [begin, end] of ranges(x.length, parts)) kernel(y.pointer, tx.pointer, begin, end);
    return y.data() as Float32Array;
  });
}

/** Expects short arrays and split ranges to get the bits that long ones get. */
export function expectSameBitsInTails(kernel: ForwardKernel, x: Float32Array): void {
  const whole = runForward(kernel, x);
  for (let length = 0; length <= 9; length++) {
    for (let begin = 0; begin + length <= x.length; begin += 61) {
      const got = runForward(kernel, x.subarray(begin, begin + length));
      expect([...got]).toEqual([...whole.subarray(begin, begin + length)]);
    }
  }
  expect([...runForward(kernel, x, 7)]).toEqual([...whole]);
}
