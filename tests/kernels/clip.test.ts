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
import { clipForward, clipGradInput, hardtanhGradInput } from '../support/reference/activations.js';

const BOUNDS = [
  [0, 6],
  [-1, 1],
  [-0.5, -0.25],
  [2, 2],
  [-Infinity, 0.5],
  [-1, Infinity],
  [-Infinity, Infinity],
] as const;

const forwardKernel =
  (low: number, high: number): ForwardKernel =>
  (y, x, begin, end) =>
    runtime().kernels.clipForward(y, x, low, high, begin, end);
const gradKernel =
  (name: 'clipGradInput' | 'hardtanhGradInput', low: number, high: number): GradKernel =>
  (dx, dy, v, accumulate, begin, end) =>
    runtime().kernels[name](dx, dy, v, low, high, accumulate, begin, end);

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

  const drawn = randomValues(1000, new Random(2)).map((v) => 8 * v);
  const x = Float32Array.from([low, NaN, high, Infinity, -Infinity, -0, ...drawn]);

  test('gradient of clip: from x, all between the bounds, at them and at NaN', () => {
    const expected = (v: ArrayLike<number>, dy: ArrayLike<number>) =>
      clipGradInput(v, dy, low, high);
    expectGradient(gradKernel('clipGradInput', low, high), expected, x, 0);
    expect([...expected([low, NaN, high], [2, 3, 4])]).toEqual([2, 3, 4]);
  });

  test('gradient of hardtanh: from y, none at the bounds, all between them and at NaN', () => {
    const y = Float32Array.from(clipForward(x, low, high));
    const expected = (v: ArrayLike<number>, dy: ArrayLike<number>) =>
      hardtanhGradInput(v, dy, low, high);
    expectGradient(gradKernel('hardtanhGradInput', low, high), expected, y, 0);
    expect([...expected([low, NaN, high], [2, 3, 4])]).toEqual([0, 3, 0]);
  });
});
