import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/optimizers.js';
import { floats, ranges } from '../support/tensors.js';
import { cut, joined, updateTable, type UpdateTensors } from '../support/updates.js';

const PLAIN = { lr: 0.1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 };
const VARIANTS: reference.SgdOptions[] = [
  PLAIN,
  { ...PLAIN, weightDecay: 0.25 },
  { ...PLAIN, momentum: 0.9 },
  { ...PLAIN, momentum: 0.9, dampening: 0.5 },
  { ...PLAIN, momentum: 0.9, nesterov: true },
  { ...PLAIN, momentum: 0.5, nesterov: true, weightDecay: 0.125 },
];

function step(
  updates: UpdateTensors[],
  first: boolean,
  { lr, momentum, dampening, nesterov, weightDecay }: reference.SgdOptions,
  parts: number,
) {
  const table = updateTable(updates);
  const size = updates.reduce((sum, [p]) => sum + p.size, 0);
  const options = [lr, momentum, 1 - dampening, nesterov, weightDecay] as const;
  for (const [begin, end] of ranges(size, parts)) {
    runtime().kernels.sgdStep(table, ...options, first, begin, end);
  }
}

/** Three steps; the velocity is not written before the first. */
function threeSteps(size: number, options: reference.SgdOptions, parts: number) {
  const random = new Random(500 + size);
  const initial = randomValues(size, random);
  const expected = { p: Float64Array.from(initial), velocity: new Float64Array(size) };
  return scope(() => {
    const tensors = (values: ArrayLike<number>) => cut(values).map((part) => floats(part));
    const p = tensors(initial);
    const velocity = options.momentum ? tensors(new Float32Array(size).fill(NaN)) : undefined;
    for (let t = 1; t <= 3; t++) {
      const gradient = randomValues(size, random);
      const dp = tensors(gradient);
      const updates = p.map((parameter, i): UpdateTensors => {
        return velocity ? [parameter, dp[i]!, velocity[i]!] : [parameter, dp[i]!];
      });
      step(updates, t === 1, options, parts);
      reference.sgdStep(expected.p, gradient, expected.velocity, t, options);
    }
    return { p: joined(p), velocity: velocity && joined(velocity), expected };
  });
}

describe.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1003])('sgdStep on %i elements', (size) => {
  test.each(VARIANTS)('agrees with the reference: %o', (options) => {
    const { p, velocity, expected } = threeSteps(size, options, 1);
    expectClose(p, expected.p, { relative: 3e-7, absolute: 1e-7, label: 'p' });
    if (velocity) {
      expectClose(velocity, expected.velocity, {
        relative: 3e-7,
        absolute: 1e-7,
        label: 'velocity',
      });
    }
    const split = threeSteps(size, options, 3);
    expect({ p: split.p, velocity: split.velocity }, 'bits in parts').toEqual({ p, velocity });
  });
});
