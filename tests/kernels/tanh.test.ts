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
import { tanhGradInput } from '../support/reference/activations.js';

test('within 1.5 ulp of float64, near 0 too', () => {
  const x = sweep();
  expectUlps(x, runForward(runtime().kernels.tanhForward, x), Math.tanh, 1.5);
});

test('special values', () => {
  const y = runForward(runtime().kernels.tanhForward, [0, -0, Infinity, -Infinity, NaN, 1e-45]);
  expect([...y]).toEqual([0, -0, 1, -1, NaN, Math.fround(1e-45)]);
});

test('tails get the bits of whole vectors', () => {
  const x = randomValues(1000, new Random(1)).map((v) => 3 * v);
  expectSameBitsInTails(runtime().kernels.tanhForward, x);
});

test('gradient', () => {
  const y = randomValues(1000, new Random(2));
  y.set([0, 1, -1, NaN]);
  expectGradient(runtime().kernels.tanhGradInput, tanhGradInput, y, 2e-7);
});
