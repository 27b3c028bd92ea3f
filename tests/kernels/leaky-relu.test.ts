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
import { leakyReluForward, leakyReluGradInput } from '../support/reference/activations.js';

/** Slopes that float32 holds: only the product is rounded. */
describe.each([0, 2 ** -7, 0.25, -0.5])('slope %f', (slope) => {
  const forward: ForwardKernel = (y, x, begin, end) =>
    runtime().kernels.leakyReluForward(y, x, slope, begin, end);
  const gradient: GradKernel = (dx, dy, x, accumulate, begin, end) =>
    runtime().kernels.leakyReluGradInput(dx, dy, x, slope, accumulate, begin, end);

  test('every value is exact, NaN and infinities among them', () => {
    const x = sweep();
    expectUlps(x, runForward(forward, x), (v) => leakyReluForward([v], slope)[0]!, 0);
  });

  test('tails get the bits of whole vectors', () => {
    expectSameBitsInTails(forward, randomValues(1000, new Random(1)));
  });

  test('gradient: slope at 0, below and at NaN', () => {
    const x = Float32Array.of(0, -0, 1, NaN, -1e-45, ...randomValues(1000, new Random(2)));
    expectGradient(gradient, (v, dy) => leakyReluGradInput(v, dy, slope), x, 0);
    expect([...leakyReluGradInput([0, NaN, 1], [4, 4, 4], 0.5)]).toEqual([2, 2, 4]);
  });
});
