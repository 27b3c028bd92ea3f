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
import { siluForward, siluGradInput } from '../support/reference/activations.js';

test('within 3 ulp of float64 where the sigmoid is a normal number', () => {
  const x = sweep().filter((v) => !(v < -87));
  expectUlps(x, runForward(runtime().kernels.siluForward, x), (v) => siluForward([v])[0]!, 3);
});

test('special values', () => {
  const y = runForward(runtime().kernels.siluForward, [0, -0, 1e4, -1e4, Infinity, -Infinity, NaN]);
  expect([...y]).toEqual([0, -0, 1e4, -0, Infinity, NaN, NaN]);
});

test('tails get the bits of whole vectors', () => {
  const x = randomValues(1000, new Random(1)).map((v) => 9 * v);
  expectSameBitsInTails(runtime().kernels.siluForward, x);
});

test('gradient, from x', () => {
  const x = randomValues(1000, new Random(2)).map((v) => 30 * v);
  x.set([0, 1, -1, NaN, 1e4, -1e4]);
  expectGradient(runtime().kernels.siluGradInput, siluGradInput, x, 1e-6);
});
