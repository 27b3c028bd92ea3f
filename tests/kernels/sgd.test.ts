import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/optimizers.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

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
  p: Tensor,
  dp: Tensor,
  velocity: Tensor | undefined,
  first: boolean,
  { lr, momentum, dampening, nesterov, weightDecay }: reference.SgdOptions,
  parts: number,
) {
  const tensors = [p.pointer, dp.pointer, velocity?.pointer ?? 0] as const;
  const options = [lr, momentum, 1 - dampening, nesterov, weightDecay] as const;
  for (const [begin, end] of ranges(p.size, parts)) {
    runtime().kernels.sgdStep(...tensors, ...options, first, begin, end);
  }
}

/** Three steps; the velocity is not written before the first. */
function threeSteps(size: number, options: reference.SgdOptions, parts: number) {
  const random = new Random(500 + size);
  const initial = randomValues(size, random);
  const expected = { p: Float64Array.from(initial), velocity: new Float64Array(size) };
  return scope(() => {
    const p = floats(initial);
    const velocity = options.momentum ? unwritten(size) : undefined;
    for (let t = 1; t <= 3; t++) {
      const gradient = randomValues(size, random);
      step(p, floats(gradient), velocity, t === 1, options, parts);
      reference.sgdStep(expected.p, gradient, expected.velocity, t, options);
    }
    return { p: p.data(), velocity: velocity?.data(), expected };
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
