// Reductions that are made of others, and softmax over any axis.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ShapeError } from '../../src/errors.js';
import * as library from '../../src/index.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

const OVER_AXES = ['logSumExp', 'norm', 'std', 'variance'] as const;
const OVER_AXIS = ['logSoftmax', 'softmax'] as const;

describe.each(OVER_AXES)('%s', (name) => {
  const op = library[name];

  test.each(golden('moments')[name])('agrees with PyTorch: $name', ({ inputs, output, options }) =>
    expectGolden((x) => op(x!, options), inputs, output),
  );

  test('gradient check, and axes that stay', () =>
    scope(() => {
      const x = randomLeaf(new Random(4), [2, 3, 4]);
      checkGradients((v) => op(v!, { axes: [0, -1], keepDims: true }), [x]);
      expect(op(x, { axes: [0, -1], keepDims: true }).shape).toEqual([1, 3, 1]);
      expect(op(x).shape).toEqual([]);
    }));

  test('errors', () =>
    scope(() => {
      const x = floats([1, 2], [2]);
      const wrong = (options: object, kind: typeof Error, message: string) =>
        expectError(() => op(x, options), kind, `${name}: ${message}`);
      wrong({ axes: 1 }, RangeError, 'axes: expected an integer in [-1, 1), got 1');
      wrong({ axes: [0, 0] }, RangeError, 'axes: expected each axis once, got [0, 0]');
      expectError(() => op([1] as never), TypeError, `${name}: input: expected a Tensor, got [1]`);
    }));
});

describe.each(OVER_AXIS)('%s over an axis', (name) => {
  const op: (x: Tensor, axis?: number) => Tensor = library[name];

  test.each(golden('moments')[name])('agrees with PyTorch: $name', ({ inputs, output, options }) =>
    expectGolden((x) => op(x!, options.axis), inputs, output),
  );

  test('gradient check', () =>
    scope(() => checkGradients((v) => op(v!, 1), [randomLeaf(new Random(4), [2, 3, 4])])));

  test('large values do not overflow', () =>
    scope(() => {
      const x = floats([1000, 1000, -1000, -1000], [2, 2]);
      const half = name === 'softmax' ? 0.5 : Math.fround(-Math.LN2);
      expect([...op(x).data()]).toEqual([half, half, half, half]);
    }));

  test('errors', () =>
    scope(() => {
      const x = floats([1, 2], [1, 2]);
      expectError(
        () => op(x, 2),
        RangeError,
        `${name}: axis: expected an integer in [-2, 2), got 2`,
      );
      expectError(() => op(1 as never, 0), TypeError, `${name}: input: expected a Tensor, got 1`);
    }));
});

test('norms: of zeros, of any p, of the largest magnitude', () =>
  scope(() => {
    const x = leaf([0, 0, 3, -4], [2, 2]);
    const y = library.norm(x, { axes: 1 });
    expect(y.toArray()).toEqual([0, 5]);
    y.backward(floats([1, 1]));
    expect([...x.grad!.data()]).toEqual([0, 0, 0.6, -0.8].map(Math.fround));
    expect(library.norm(x, { p: Infinity, axes: 1 }).toArray()).toEqual([0, 4]);
    expect(library.norm(x, { p: 1 }).item()).toBe(7);
    for (const p of [0, -1, NaN]) {
      expectError(
        () => library.norm(x, { p }),
        RangeError,
        `norm: p: expected a number above 0, got ${p}`,
      );
    }
  }));

test('logarithms of sums do not overflow, and need an element', () =>
  scope(() => {
    expect(library.logSumExp(floats([1000, 1000])).item()).toBe(Math.fround(1000 + Math.LN2));
    const empty = floats([], [0]);
    expectError(
      () => library.logSumExp(empty),
      ShapeError,
      'max: input: expected at least one element to reduce, got shape [0]',
    );
  }));

test('a variance of one element is NaN unless uncorrected', () =>
  scope(() => {
    expect(library.variance(floats([2])).item()).toBeNaN();
    expect(library.variance(floats([2]), { correction: 0 }).item()).toBe(0);
    const x = floats([2]);
    expectError(
      () => library.std(x, { correction: NaN }),
      RangeError,
      'std: correction: expected a finite number, got NaN',
    );
  }));
