import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/optimizers.js';
import { floats, ranges } from '../support/tensors.js';
import { cut, joined, updateTable } from '../support/updates.js';

/** Shares that are exact in float32: only the arithmetic is compared. */
const VARIANTS: reference.AdadeltaOptions[] = [
  { lr: 1, rho: 0.875, eps: 1e-6, weightDecay: 0 },
  { lr: 0.5, rho: 0, eps: 0.01, weightDecay: 0 },
  { lr: 1, rho: 0.5, eps: 1e-3, weightDecay: 0.25 },
];

function threeSteps(size: number, options: reference.AdadeltaOptions, parts: number) {
  const random = new Random(700 + size);
  const initial = randomValues(size, random);
  const zeros = () => new Float64Array(size);
  const expected = { p: Float64Array.from(initial), v: zeros(), u: zeros() };
  const { lr, rho, eps, weightDecay } = options;
  return scope(() => {
    const tensors = (values: ArrayLike<number>) => cut(values).map((part) => floats(part));
    const [p, v, u] = [tensors(initial), tensors(zeros()), tensors(zeros())];
    for (let t = 1; t <= 3; t++) {
      const gradient = randomValues(size, random);
      const dp = tensors(gradient);
      const table = updateTable(p.map((parameter, i) => [parameter, dp[i]!, v[i]!, u[i]!]));
      for (const [begin, end] of ranges(size, parts)) {
        runtime().kernels.adadeltaStep(table, lr, rho, eps, weightDecay, begin, end);
      }
      reference.adadeltaStep(expected.p, gradient, expected.v, expected.u, options);
    }
    return { got: { p: joined(p), v: joined(v), u: joined(u) }, expected };
  });
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1003])('adadeltaStep on %i elements', (size) => {
  test.each(VARIANTS)('agrees with the reference: %o', (options) => {
    const { got, expected } = threeSteps(size, options, 1);
    for (const name of ['p', 'v', 'u'] as const) {
      expectClose(got[name], expected[name], { relative: 1e-6, label: name });
    }
    expect(threeSteps(size, options, 3).got, 'bits in parts').toEqual(got);
  });
});
