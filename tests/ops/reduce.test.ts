import { describe, expect, test } from 'vitest';
import { passesOf, sumTo } from '../../src/ops/reduce.js';
import { Random } from '../../src/random.js';
import { sizeOf } from '../../src/shape.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
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
