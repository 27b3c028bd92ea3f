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
import { hardSwishForward, hardSwishGradInput } from '../support/reference/activations.js';

test('within 2 ulp of float64 where x + 3 does not cancel, −∞ aside', () => {
  const x = sweep().filter((v) => v !== -Infinity && !(v > -3 && v < -1.5));
  const exact = (v: number) => hardSwishForward([v])[0]!;
  expectUlps(x, runForward(runtime().kernels.hardSwishForward, x), exact, 2);
});

test('special values: 0 up to −3, x from 3 on, up to the largest', () => {
  const { hardSwishForward: kernel } = runtime().kernels;
  const y = runForward(kernel, [0, -3, -4, 3, 5, 3.4e38, Infinity, -Infinity, NaN]);
  expect([...y]).toEqual([0, -0, -0, 3, 5, Math.fround(3.4e38), Infinity, NaN, NaN]);
});

test('tails get the bits of whole vectors', () => {
  const x = randomValues(1000, new Random(1)).map((v) => 5 * v);
  expectSameBitsInTails(runtime().kernels.hardSwishForward, x);
});

test('gradient, from x: none up to −3, all from 3 on and at NaN', () => {
  const x = randomValues(1000, new Random(2)).map((v) => 5 * v);
  x.set([0, 3, -3, NaN, 1e4, -1e4]);
  expectGradient(runtime().kernels.hardSwishGradInput, hardSwishGradInput, x, 2e-7);
  expect([...hardSwishGradInput([-3, 0, 3, NaN], [2, 2, 2, 2])]).toEqual([0, 1, 2, 2]);
});
