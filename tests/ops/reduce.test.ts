import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import * as library from '../../src/index.js';
import { passesOf, sumTo } from '../../src/ops/reduce.js';
import { Random } from '../../src/random.js';
import { sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf } from '../support/op.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/reduce.js';
import { floats } from '../support/tensors.js';

describe('passesOf', () => {
  test.each([
    { shape: [], reduced: [], passes: [[1, 1, 1]] },
    { shape: [4, 5], reduced: [], passes: [[1, 1, 20]] },
    { shape: [1, 5], reduced: [0], passes: [[1, 1, 5]] },
    { shape: [4, 5, 6], reduced: [0, 1, 2], passes: [[1, 120, 1]] },
    { shape: [4, 5, 6], reduced: [0, 1], passes: [[1, 20, 6]] },
    { shape: [4, 1, 6, 7], reduced: [0, 2], passes: [[1, 24, 7]] },
    {
      shape: [4, 5, 6],
      reduced: [0, 2],
      passes: [
        [20, 6, 1],
        [1, 4, 5],
      ],
    },
    {
      shape: [8, 5, 6, 3],
      reduced: [0, 2],
      passes: [
        [1, 8, 90],
        [5, 6, 3],
      ],
    },
    { shape: [4, 0, 6], reduced: [0, 1], passes: [[1, 0, 6]] },
  ])('of axes $reduced of $shape', ({ shape, reduced, passes }) => {
    const isReduced = shape.map((_, axis) => reduced.includes(axis));
    const got = passesOf(shape, isReduced).map(({ outer, reduced, inner }) => [
      outer,
      reduced,
      inner,
    ]);
    expect(got).toEqual(passes);
  });
});

describe('sumTo', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('random shapes, seed %i', (seed) => {
    const random = new Random(seed);
    const shape = Array.from({ length: 1 + random.integer(5) }, () =>
      pick(random, [1, 2, 3, 4, 7]),
    );
    const target = shape.map((size) => pick(random, [1, size]));
    const [x, times] = [randomValues(sizeOf(shape), random), randomValues(sizeOf(shape), random)];
    const before = randomValues(sizeOf(target), random);
    const isReduced = shape.map((_, axis) => target[axis] === 1);
    while (target[0] === 1) target.shift();
    const sums = reference.reduceAxes(x, shape, isReduced, reference.sum);
    const products = x.map((value, i) => value * times[i]!);
    const sumsOfProducts = reference.reduceAxes(products, shape, isReduced, reference.sum);
    scope(() => {
      const tx = floats(x, shape);
      const y = floats(before, target);
      sumTo(y, tx, false);
      expectClose(y.data(), sums, { relative: 0, label: 'Σ x' });
      sumTo(y, tx, true, floats(times, shape));
      const both = sums.map((value, i) => value + sumsOfProducts[i]!);
      expectClose(y.data(), both, { relative: 0, label: 'Σ x + Σ x·times' });
    });
  });
});

const CASES = golden('reduce');

describe.each(['sum', 'mean', 'max', 'min'] as const)('%s', (name) => {
  const op = library[name];

  test.each(CASES[name])('agrees with PyTorch: $name', ({ inputs, output, args }) =>
    expectGolden((x) => op(x, args[0] as library.ReduceOptions), inputs, output),
  );

  test.each([{}, { axes: 0 }, { axes: [0, 2] }, { axes: [-1], keepDims: true }, { axes: [] }])(
    'gradient check, with fan-out: %j',
    (options) =>
      scope(() => {
        // No two are equal: there max has no derivative.
        const x = leaf(
          Float32Array.from({ length: 24 }, (_, i) => ((i * 7) % 24) - 11.5),
          [2, 3, 4],
        );
        checkGradients((v) => library.add(op(v!, options), op(v!, options)), [x], { step: 0.1 });
      }),
  );
});

describe.each(['argmax', 'argmin'] as const)('%s', (name) => {
  test.each(CASES[name])('agrees with PyTorch: $name', ({ x, y, args }) =>
    scope(() => {
      const place = library[name](floats(x.data, x.shape), args[0] as library.ArgReduceOptions);
      expect([place.dtype, place.shape]).toEqual(['int32', y.shape]);
      expect([...place.data()]).toEqual(y.data);
    }),
  );
});

test('of nothing: a sum is 0, a mean NaN', () =>
  scope(() => {
    const x = library.zeros([0, 2]);
    expect(library.sum(x, { axes: 0 }).toArray()).toEqual([0, 0]);
    expect(library.mean(x, { axes: 0 }).toArray()).toEqual([NaN, NaN]);
    expect(library.max(x, { axes: 1 }).shape).toEqual([0]);
  }));

test('NaN is the largest and the least; its gradients are NaN, as in PyTorch', () =>
  scope(() => {
    const x = leaf([1, NaN, 3, 4], [2, 2]);
    expect(library.max(x, { axes: 1 }).toArray()).toEqual([NaN, 4]);
    library.min(x, { axes: 1 }).backward(floats([1, 1]));
    expect(x.grad!.toArray()).toEqual([
      [NaN, NaN],
      [1, 0],
    ]);
  }));

describe('errors', () => {
  const x = () => library.ones([2, 3]);
  const { argmax, max, mean, sum } = library;
  test.each<[() => Tensor, new (message: string) => Error, string]>([
    [() => sum(x(), { axes: 2 }), RangeError, 'sum: axes: expected an integer in [-2, 2), got 2'],
    [
      () => sum(x(), { axes: [0, -2] }),
      RangeError,
      'sum: axes: expected each axis once, got [0, -2]',
    ],
    [
      () => mean(x(), { axes: [0, 0.5] }),
      RangeError,
      'mean: axes[1]: expected an integer in [-2, 2), got 0.5',
    ],
    [
      () => mean(x(), { axes: '0' as never }),
      TypeError,
      'mean: axes: expected an integer or an array of integers, got "0"',
    ],
    [
      () => mean(x(), { keepDims: 1 as never }),
      TypeError,
      'mean: keepDims: expected true or false, got 1',
    ],
    [
      () => max(library.zeros([0, 2]), { axes: 0 }),
      library.ShapeError,
      'max: input: expected at least one element to reduce, got shape [0,2]',
    ],
    [
      () => argmax(library.zeros([0])),
      library.ShapeError,
      'argmax: input: expected at least one element to reduce, got shape [0]',
    ],
    [
      () => argmax(x(), { axis: 2 }),
      RangeError,
      'argmax: axis: expected an integer in [-2, 2), got 2',
    ],
  ])('%#', (call, kind, message) => expectError(() => scope(call as () => Tensor), kind, message));
});
