// What the kernel tests of all activations have in common.

import { expect } from 'vitest';
import { Random } from '../../src/random.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from './compare.js';
import { randomValues } from './random.js';
import { floats, ranges, unwritten } from './tensors.js';

export type ForwardKernel = (y: number, x: number, begin: number, end: number) => void;
export type GradKernel = (
  dx: number,
  dy: number,
  v: number,
  accumulate: boolean,
  begin: number,
  end: number,
) => void;
type ReferenceGradient = (v: ArrayLike<number>, dy: ArrayLike<number>) => Float64Array;

const SPECIALS = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e-45, -1e-45, 1e-38, 3.4e38, -3.4e38];

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

/** Expects every y within `ulps` of the function in float64. */
export function expectUlps(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  exact: (x: number) => number,
  ulps: number,
): void {
  let worst = 0;
  let at = 0;
  for (let i = 0; i < x.length; i++) {
    const error = ulpError(y[i]!, exact(x[i]!));
    if (error <= worst) continue;
    if (Number.isNaN(error)) expect.fail(`x ${x[i]}: got ${y[i]}, expected ${exact(x[i]!)}`);
    worst = error;
    at = i;
  }
  expect(worst, `x ${x[at]}: got ${y[at]}, expected ${exact(x[at]!)}`).toBeLessThanOrEqual(ulps);
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

/** Expects dx as the reference computes it from v, which is y or x, overwritten and added, on every short length and split ranges. */
export function expectGradient(
  kernel: GradKernel,
  expected: ReferenceGradient,
  v: Float32Array,
  relative: number,
): void {
  const seed = 20_264;
  const random = new Random(seed);
  for (const length of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, v.length]) {
    const part = v.subarray(0, length);
    const dy = randomValues(length, random);
    const before = randomValues(length, random);
    const dx = expected(part, dy);
    scope(() => {
      const [tv, tdy] = [floats(part), floats(dy)];
      const [fresh, sum] = [unwritten(length), floats(before)];
      for (const [begin, end] of ranges(length, 3)) {
        kernel(fresh.pointer, tdy.pointer, tv.pointer, false, begin, end);
        kernel(sum.pointer, tdy.pointer, tv.pointer, true, begin, end);
      }
      const label = `seed ${seed} length ${length}`;
      expectClose(fresh.data(), dx, { relative, label: `dx ${label}` });
      const added = dx.map((value, i) => value + before[i]!);
      expectClose(sum.data(), added, { relative, label: `dx + ${label}` });
    });
  }
}
