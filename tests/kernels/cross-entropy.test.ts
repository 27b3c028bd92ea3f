import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { fromData, scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/losses.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const RELATIVE = 1e-6;

interface Inputs {
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly rule?: Rule;
}

/** Class weights, label smoothing and the label that is ignored. */
interface Rule {
  readonly weight?: Float32Array;
  readonly smoothing?: number;
  readonly ignored?: number;
}

type RuleArguments = [classes: number, weight: number, smoothing: number, ignored: number];

function ruleArguments({ classes, rule = {} }: Inputs): RuleArguments {
  const { weight, smoothing = 0, ignored = -100 } = rule;
  return [classes, weight ? floats(weight).pointer : 0, smoothing, ignored];
}

const ints = (values: Int32Array) => fromData('test', values, [values.length], 'int32');

function draw(random: Random, rows: number, classes: number, spread: number): Inputs {
  const logits = randomValues(rows * classes, random).map((value) => value * spread);
  const labels = Int32Array.from({ length: rows }, () => random.integer(classes));
  return { logits, labels, classes };
}

function losses(inputs: Inputs, parts: number): Float32Array {
  const { logits, labels } = inputs;
  return scope(() => {
    const rule = ruleArguments(inputs);
    const [x, t, y] = [floats(logits), ints(labels), unwritten(labels.length)];
    for (const [begin, end] of ranges(labels.length, parts)) {
      runtime().kernels.crossEntropyForward(y.pointer, x.pointer, t.pointer, ...rule, begin, end);
    }
    return y.data() as Float32Array;
  });
}

/** The gradient added to `before`, or without it written over NaN. */
function gradient(
  inputs: Inputs,
  gradPerRow: Float32Array,
  parts: number,
  before?: Float32Array,
): Float32Array {
  const { kernels } = runtime();
  const { logits, labels } = inputs;
  return scope(() => {
    const rule = ruleArguments(inputs);
    const [x, t, g] = [floats(logits), ints(labels), floats(gradPerRow)];
    const dx = before ? floats(before) : unwritten(logits.length);
    const from = [dx.pointer, x.pointer, t.pointer, g.pointer] as const;
    for (const [begin, end] of ranges(labels.length, parts)) {
      kernels.crossEntropyGradInput(...from, 4, 1, ...rule, before !== undefined, begin, end);
    }
    return dx.data() as Float32Array;
  });
}

function checkAll(inputs: Inputs, random: Random, label: string) {
  const { logits, labels, rule } = inputs;
  const parts = pick(random, [1, 2, 5]);
  const loss = losses(inputs, parts);
  expect(loss, `bits of loss in parts, ${label}`).toEqual(losses(inputs, 1));
  const expected = reference.crossEntropyForward(logits, labels, rule);
  expectClose(loss, expected, { relative: RELATIVE, label: `loss ${label}` });

  const gradPerRow = randomValues(labels.length, random);
  const dx = gradient(inputs, gradPerRow, parts);
  expect(dx, `bits of dx in parts, ${label}`).toEqual(gradient(inputs, gradPerRow, 1));
  const expectedDx = reference.crossEntropyGradInput(logits, labels, gradPerRow, rule);
  expectClose(dx, expectedDx, { relative: RELATIVE, label: `dx ${label}` });

  const before = randomValues(logits.length, random);
  const more = gradient(inputs, gradPerRow, parts, before);
  const expectedMore = expectedDx.map((value, i) => value + before[i]!);
  expectClose(more, expectedMore, { relative: RELATIVE, label: `dx + ${label}` });
}

describe('cross-entropy kernels agree with the reference', () => {
  test('for few classes', () => {
    const seed = 31;
    const random = new Random(seed);
    for (let classes = 1; classes <= 9; classes++) {
      for (const rows of [0, 1, 2, 3, 7]) {
        const spread = pick(random, [1, 8, 30]);
        const label = `seed ${seed}: [${rows},${classes}], spread ${spread}`;
        checkAll(draw(random, rows, classes, spread), random, label);
      }
    }
  });

  test('with weights, smoothing and ignored labels', () => {
    const seed = 32;
    const random = new Random(seed);
    for (let round = 0; round < 60; round++) {
      const classes = 1 + random.integer(20);
      const drawn = draw(random, 1 + random.integer(6), classes, 4);
      const ignored = pick(random, [-100, 0, 255]);
      const labels = drawn.labels.map((label) => (random.integer(3) === 0 ? ignored : label));
      const weight = randomValues(classes, random).map(Math.abs);
      const rule = {
        ...(random.integer(2) === 0 ? { weight } : {}),
        smoothing: pick(random, [0, 0.1, 1]),
        ignored,
      };
      const label = `seed ${seed} round ${round}: ${classes} classes, ${JSON.stringify(rule)}`;
      checkAll({ ...drawn, labels, rule }, random, label);
    }
  });

  test.each([10, 31, 64, 1000, 1001])('for %i classes', (classes) => {
    const random = new Random(classes);
    checkAll(draw(random, 5, classes, 8), random, `seed ${classes}: [5,${classes}]`);
  });

  test('for logits of ±10,000', () => {
    const logits = Float32Array.of(1e4, -1e4, 0, -1e4, -1e4, -1e4, 1e4, 1e4, -1e4, 0, 1e4, 1e4 - 1);
    const labels = Int32Array.of(0, 1, 2, 2);
    checkAll({ logits, labels, classes: 3 }, new Random(1), 'extreme');
  });

  test('for numbers that are not finite: each spoils its own row only', () => {
    const logits = [
      ...[1, -Infinity, 2, 0, 1],
      ...[1, -Infinity, 2, 0, 1],
      ...[0, 0, 0, 0, Infinity],
      ...[0, NaN, 0, 0, 0],
      ...[-Infinity, -Infinity, -Infinity, -Infinity, -Infinity],
      ...[3, 2, 1, 0, -1],
    ];
    const inputs = { logits: Float32Array.from(logits), labels: Int32Array.of(0, 1, 0, 0, 0, 4) };
    checkAll({ ...inputs, classes: 5 }, new Random(2), 'not finite');
    const loss = losses({ ...inputs, classes: 5 }, 1);
    expect([...loss.subarray(1, 5)]).toEqual([Infinity, NaN, NaN, NaN]);
  });
});

test('a confident loss and its gradient keep their digits', () => {
  const inputs = { logits: Float32Array.of(20, 0, 0), labels: Int32Array.of(0), classes: 3 };
  const exact = 2 * Math.exp(-20);
  expectClose(losses(inputs, 1), [exact], { relative: RELATIVE, label: 'loss' });
  const dx = gradient(inputs, Float32Array.of(1), 1);
  expectClose(dx, [-exact, exact / 2, exact / 2], { relative: RELATIVE, label: 'dx' });
});

test('a reduced loss is the float64 sum of the losses over the divisor', () => {
  scope(() => {
    const losses = floats([1, 2 ** -24, 2 ** -24, 3]);
    const y = unwritten(1);
    runtime().kernels.crossEntropyForwardReduce(y.pointer, losses.pointer, 3, 1);
    expect(y.item()).toBe(1 + 2 ** -23);
    runtime().kernels.crossEntropyForwardReduce(y.pointer, losses.pointer, 4, 4);
    expect(y.item()).toBe(Math.fround(1 + 2 ** -25));
    runtime().kernels.crossEntropyForwardReduce(y.pointer, losses.pointer, 0, 0);
    expect(y.item()).toBeNaN();
  });
});

test.each([1, 4])('the gradient of a reduced loss, in %i parts', (parts) => {
  const { kernels } = runtime();
  const random = new Random(77);
  const inputs = draw(random, 6, 7, 8);
  const { logits, labels } = inputs;
  const rule = ruleArguments(inputs);
  const gradPerRow = new Float32Array(6).fill(0.25);
  scope(() => {
    const [x, t, g] = [floats(logits), ints(labels), floats([0.75])];
    for (const accumulate of [false, true]) {
      const dx = accumulate ? floats(logits) : unwritten(logits.length);
      const from = [dx.pointer, x.pointer, t.pointer, g.pointer] as const;
      for (const [begin, end] of ranges(6, parts)) {
        kernels.crossEntropyGradInput(...from, 0, 1 / 3, ...rule, accumulate, begin, end);
      }
      const expected = reference.crossEntropyGradInput(logits, labels, gradPerRow);
      const total = expected.map((value, i) => value + (accumulate ? logits[i]! : 0));
      expectClose(dx.data(), total, { relative: RELATIVE, label: 'dx' });
    }
  });
});
