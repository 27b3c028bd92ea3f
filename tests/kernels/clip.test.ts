import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import {
  expectGradient,
  expectSameBitsInTails,
  expectUlps,
  type ForwardKernel,
  type GradKernel,
  runForward,
  sweep,
} from '../support/activation.js';
import { randomValues } from '../support/random.js';
import { clipForward, clipGradInput } from '../support/reference/activations.js';

const BOUNDS = [
  [0, 6],
  [-1, 1],
  [-0.5, -0.25],
  [2, 2],
] as const;

const forwardKernel =
  (low: number, high: number): ForwardKernel =>
  (y, x, begin, end) =>
    runtime().kernels.clipForward(y, x, low, high, begin, end);
const gradKernel =
  (low: number, high: number): GradKernel =>
  (dx, dy, y, accumulate, begin, end) =>
    runtime().kernels.clipGradInput(dx, dy, y, low, high, accumulate, begin, end);

describe.each(BOUNDS)('between %f and %f', (low, high) => {
  test('every value is exact, NaN and infinities among them', () => {
    const x = sweep();
    const exact = (v: number) => clipForward([v], low, high)[0]!;
    expectUlps(x, runForward(forwardKernel(low, high), x), exact, 0);
  });

  test('tails get the bits of whole vectors', () => {
    const x = randomValues(1000, new Random(1)).map((v) => 8 * v);
    expectSameBitsInTails(forwardKernel(low, high), x);
  });

  test('gradient: none at the bounds, all between them and at NaN', () => {
    const drawn = randomValues(1000, new Random(2)).map((v) => 8 * v);
    const y = Float32Array.from(clipForward([low, NaN, high, ...drawn], low, high));
    const expected = (v: ArrayLike<number>, dy: ArrayLike<number>) =>
      clipGradInput(v, dy, low, high);
    expectGradient(gradKernel(low, high), expected, y, 0);
    expect([...expected([low, NaN, high], [2, 3, 4])]).toEqual([0, 3, 0]);
  });
});
