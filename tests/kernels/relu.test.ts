import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import {
  expectGradient,
  expectSameBitsInTails,
  expectUlps,
  runForward,
  sweep,
} from '../support/activation.js';
import { randomValues } from '../support/random.js';
import { reluForward, reluGradInput } from '../support/reference/activations.js';

test('every value is exact, NaN and infinities among them', () => {
  const x = sweep();
  expectUlps(x, runForward(runtime().kernels.reluForward, x), (v) => reluForward([v])[0]!, 0);
});

test('tails get the bits of whole vectors', () => {
  expectSameBitsInTails(runtime().kernels.reluForward, randomValues(1000, new Random(1)));
});

test('gradient: none at 0 and below, all above and at NaN', () => {
  const y = Float32Array.of(0, -0, 1, NaN, Infinity, 1e-45, ...randomValues(1000, new Random(2)));
  const { kernels } = runtime();
  expectGradient(kernels.reluGradInput, reluGradInput, y.map(Math.abs), 0);
  expect(reluGradInput([0, NaN, 1e-45], [2, 3, 4])).toEqual(Float64Array.of(0, 3, 4));
});
