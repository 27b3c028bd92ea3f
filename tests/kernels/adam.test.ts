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
  const [decay, shrink] = decoupledWeightDecay ? [0, lr * weightDecay] : [weightDecay, 0];
  const means = [decay, beta1, beta2, 1 - beta2, 1 / Math.sqrt(1 - beta2 ** t), eps] as const;
  const change = [lr / (1 - beta1 ** t), 0, 0, 1, shrink, 0] as const;
  for (const [begin, end] of ranges(size, parts)) {
    runtime().kernels.adamStep(table, ...means, ...change, begin, end);
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

const TERMS: reference.AdamTerms = {
  weightDecay: 0.25,
  beta: 0.875,
  keep: 0.75,
  rest: 0.25,
  scale: 1.5,
  eps: 0.125,
  ofMean: 0.5,
  ofGradient: 0.25,
  momentum: 0,
  factor: 0.5,
  shrink: 0.125,
  kind: 0,
};

/** What each of the other optimizers asks for: the state that it keeps, and its terms. */
const FORMS: [keep: string, reference.AdamTerms][] = [
  ['mv', TERMS],
  ['mvw', { ...TERMS, kind: 1 }],
  ['mv', { ...TERMS, kind: 2 }],
  ['mvw', { ...TERMS, kind: 2, momentum: 0.5 }],
  ['v', { ...TERMS, keep: 1, rest: 1, ofMean: 0 }],
  ['mv', { ...TERMS, kind: 3, ofGradient: 0 }],
  ['m', { ...TERMS, kind: 4 }],
];

describe.each([1, 5, 103])('the form of Adam on %i elements', (size) => {
  test.each(FORMS)('agrees with the reference: keeps %s, %o', (kept, terms) => {
    const random = new Random(700 + size);
    const initial = randomValues(size, random);
    const expected = { p: Float64Array.from(initial), m: state(), v: state(), w: state() };
    const gradients = [1, 2, 3].map(() => randomValues(size, random));
    for (const gradient of gradients) reference.adamForm(expected, gradient, kept, terms);
    const bits = [1, 3].map((parts) =>
      scope(() => {
        const [p, m, v, w] = [initial, state(), state(), state()].map((x) => floats(x));
        for (const gradient of gradients) {
          const table = updateTable([[p!, floats(gradient), m!, v!, w!]], kept);
          for (const [begin, end] of ranges(size, parts)) {
            runtime().kernels.adamStep(table, ...valuesOf(terms), begin, end);
          }
        }
        return { p: p!.data(), m: m!.data(), v: v!.data(), w: w!.data() };
      }),
    );
    for (const name of ['p', 'm', 'v', 'w'] as const) {
      expectClose(bits[0]![name], expected[name], { relative: 5e-7, absolute: 2e-7, label: name });
    }
    expect(bits[1], 'bits in parts').toEqual(bits[0]);
  });

  function state() {
    return new Float64Array(size);
  }
});

test('a mean of 0 has no sign', () => {
  scope(() => {
    const [p, m] = [floats([1, 2, 3]), floats([0, 0, -1])];
    const terms = { ...TERMS, weightDecay: 0, ofMean: 1, ofGradient: 1, shrink: 0, kind: 4 };
    const table = updateTable([[p, floats([0, -4, 1]), m]]);
    runtime().kernels.adamStep(table, ...valuesOf(terms), 0, 3);
    expect(p.toArray()).toEqual([1, 2.5, 3]);
  });
});

function valuesOf(terms: reference.AdamTerms) {
  const { weightDecay, beta, keep, rest, scale, eps } = terms;
  const { ofMean, ofGradient, momentum, factor, shrink, kind } = terms;
  const means = [weightDecay, beta, keep, rest, scale, eps] as const;
  return [...means, ofMean, ofGradient, momentum, factor, shrink, kind] as const;
}
