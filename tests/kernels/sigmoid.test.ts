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
import { sigmoidForward, sigmoidGradInput } from '../support/reference/activations.js';

test('within 2.5 ulp of float64, down to the subnormal results', () => {
  const x = sweep();
  const y = runForward(runtime().kernels.sigmoidForward, x);
  expectUlps(x, y, (v) => sigmoidForward([v])[0]!, 2.5);
});

test('large arguments neither overflow nor lose their sign', () => {
  const y = runForward(runtime().kernels.sigmoidForward, [1e4, -1e4, Infinity, -Infinity, 0, NaN]);
  expect([...y]).toEqual([1, 0, 1, 0, 0.5, NaN]);
});

test('tails get the bits of whole vectors', () => {
  const x = randomValues(1000, new Random(1)).map((v) => 9 * v);
  expectSameBitsInTails(runtime().kernels.sigmoidForward, x);
});

test('gradient', () => {
  const y = randomValues(1000, new Random(2)).map((v) => (v + 1) / 2);
  y.set([0, 1, 0.5, NaN]);
  expectGradient(runtime().kernels.sigmoidGradInput, sigmoidGradInput, y, 2e-7);
});
