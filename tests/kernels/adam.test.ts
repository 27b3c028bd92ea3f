import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/optimizers.js';
import { floats, ranges } from '../support/tensors.js';
import { cut, joined, updateTable, type UpdateTensors } from '../support/updates.js';

/** Betas that are exact in float32: only the arithmetic is compared. */
const PLAIN: reference.AdamOptions = {
  lr: 0.125,
  betas: [0.875, 1 - 2 ** -10],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
};
const VARIANTS: reference.AdamOptions[] = [
  PLAIN,
  { ...PLAIN, betas: [0, 0.25], eps: 0.01 },
  { ...PLAIN, weightDecay: 0.25 },
  { ...PLAIN, weightDecay: 0.25, decoupledWeightDecay: true },
];

function step(
  updates: UpdateTensors[],
  t: number,
  { lr, betas: [beta1, beta2], eps, weightDecay, decoupledWeightDecay }: reference.AdamOptions,
  parts: number,
) {
  const table = updateTable(updates);
  const size = updates.reduce((sum, [p]) => sum + p.size, 0);
  const decay = [
    decoupledWeightDecay ? 0 : weightDecay,
    decoupledWeightDecay ? lr * weightDecay : 0,
  ] as const;
  const stepSize = lr / (1 - beta1 ** t);
  const scale = 1 / Math.sqrt(1 - beta2 ** t);
  for (const [begin, end] of ranges(size, parts)) {
    const { kernels } = runtime();
    kernels.adamStep(table, stepSize, beta1, beta2, scale, eps, ...decay, begin, end);
  }
}

function threeSteps(size: number, options: reference.AdamOptions, parts: number) {
  const random = new Random(600 + size);
  const initial = randomValues(size, random);
  const zeros = () => new Float64Array(size);
  const expected = { p: Float64Array.from(initial), m: zeros(), v: zeros() };
  return scope(() => {
    const tensors = (values: ArrayLike<number>) => cut(values).map((part) => floats(part));
    const [p, m, v] = [tensors(initial), tensors(zeros()), tensors(zeros())];
    for (let t = 1; t <= 3; t++) {
      const gradient = randomValues(size, random);
      const dp = tensors(gradient);
      const updates = p.map((parameter, i) => [parameter, dp[i]!, m[i]!, v[i]!] as const);
      step(updates, t, options, parts);
      reference.adamStep(expected.p, gradient, expected.m, expected.v, t, options);
    }
    return { got: { p: joined(p), m: joined(m), v: joined(v) }, expected };
  });
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1003])('adamStep on %i elements', (size) => {
  test.each(VARIANTS)('agrees with the reference: %o', (options) => {
    const { got, expected } = threeSteps(size, options, 1);
    for (const name of ['p', 'm', 'v'] as const) {
      expectClose(got[name], expected[name], { relative: 5e-7, absolute: 1e-7, label: name });
    }
    expect(threeSteps(size, options, 3).got, 'bits in parts').toEqual(got);
  });
});
