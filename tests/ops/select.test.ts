// Comparisons, where and prelu.
import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { tensor } from '../../src/creation.js';
import { ShapeError } from '../../src/errors.js';
import * as library from '../../src/index.js';
import { broadcastShape } from '../../src/ops/zip/broadcast.js';
import { Random } from '../../src/random.js';
import type { Shape } from '../../src/shape.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { broadcast, COMPARISONS, prelu, sumTo } from '../support/reference/zip.js';
import { floats } from '../support/tensors.js';

const SHAPES: readonly (readonly [a: Shape, b: Shape])[] = [
  [[], []],
  [[0], [1]],
  ...[1, 3, 4, 7, 16].map((size) => [[size], [size]] as const),
  [[40, 3], [3]],
  [
    [2, 1, 5],
    [3, 1],
  ],
  [[6], [2, 6]],
];

describe.each(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[])('%s', (name) => {
  const op = library[name];
  const holds = COMPARISONS[name];

  test.each(SHAPES)('shapes %j and %j', (shapeA, shapeB) =>
    scope(() => {
      const random = new Random(7);
      const [a, b] = [randomLeaf(random, shapeA), randomLeaf(random, shapeB)];
      // Whole numbers: some are equal.
      for (const x of [a, b]) x.assign(x.data().map(Math.round));
      const shape = broadcastShape('test', shapeA, shapeB);
      const allB = broadcast(b.data(), shapeB, shape);
      const expected = broadcast(a.data(), shapeA, shape).map((v, i) => Number(holds(v, allB[i]!)));
      const y = op(a, b);
      expect(y.shape).toEqual(shape);
      expect([...y.data()]).toEqual(expected);
      expect(y.node).toBeUndefined();
    }),
  );

  test('NaN, infinities, zeros and numbers', () =>
    scope(() => {
      const values = [NaN, 1, Infinity, -Infinity, 0, -0];
      const a = floats(values);
      for (const b of [NaN, 0, Infinity]) {
        expect(op(a, b).toArray()).toEqual(values.map((v) => Number(holds(v, b))));
        expect(op(b, a).toArray()).toEqual(values.map((v) => Number(holds(b, v))));
      }
    }));

  test('errors', () =>
    scope(() => {
      const [two, three] = [floats([1, 2]), floats([1, 2, 3])];
      expectError(
        () => op(two, three),
        ShapeError,
        `${name}: b: expected a shape that broadcasts with [2], got [3]`,
      );
      expectError(
        () => op(1, 2),
        TypeError,
        `${name}: b: expected a Tensor beside a number, got 2`,
      );
    }));
});

describe('prelu', () => {
  test.each(golden('zip').prelu)('agrees with PyTorch: $name', ({ inputs, output }) =>
    expectGolden((x, w) => library.prelu(x!, w!), inputs, output),
  );

  test.each([
    [[7], [1]],
    [[5, 3], [3]],
    [
      [2, 3, 4],
      [3, 1],
    ],
  ])('shapes %j and %j', (shape, weightShape) =>
    scope(() => {
      const random = new Random(9);
      const [x, w] = [randomLeaf(random, shape), randomLeaf(random, weightShape)];
      const weights = broadcast(w.data(), weightShape, shape);
      const y = library.prelu(x, w);
      const expected = [...x.data()].map((v, i) => prelu.forward(v, weights[i]!));
      expectClose(y.data(), expected, { relative: 1e-7, label: 'y' });
      const dy = randomLeaf(random, shape).detach();
      y.backward(dy);
      const arrives = [...x.data()].map((v, i) => prelu.gradients(v, weights[i]!, dy.data()[i]!));
      const dx = arrives.map(([d]) => d);
      expectClose(x.grad!.data(), dx, { relative: 1e-7, label: 'dx' });
      const dw = sumTo(
        arrives.map(([, d]) => d),
        shape,
        weightShape,
      );
      expectClose(w.grad!.data(), dw, { relative: 2e-6, label: 'dw' });
    }),
  );

  test('errors', () =>
    scope(() => {
      const [x, w] = [floats([1, 2]), floats([1, 2, 3, 4], [2, 2])];
      expectError(
        () => library.prelu(x, w),
        ShapeError,
        'prelu: weight: expected a shape that broadcasts to [2], got [2,2]',
      );
      expectError(
        () => library.prelu(x, 0.5 as never),
        TypeError,
        'prelu: weight: expected a Tensor, got 0.5',
      );
    }));
});

describe('where', () => {
  test.each(golden('zip').where)('agrees with PyTorch: $name', ({ inputs, output }) =>
    expectGolden(
      (a, b) => library.where(tensor([0, 1, 0, 1, 0, 1], [2, 3]), a!, b!),
      inputs,
      output,
    ),
  );

  test('what is not selected does not matter, nor does its gradient', () =>
    scope(() => {
      const a = leaf([1, NaN, 3, Infinity], [4]);
      const b = leaf([NaN, -2, Infinity, -4], [4]);
      const condition = library.greater(tensor([1, 0, 2, 0]), 0);
      const y = library.where(condition, a, b);
      expect(y.toArray()).toEqual([1, -2, 3, -4]);
      y.backward(floats([1, 2, NaN, 4]));
      expect(a.grad!.toArray()).toEqual([1, 0, NaN, 0]);
      expect(b.grad!.toArray()).toEqual([0, 2, 0, 4]);
    }));

  test('all three broadcast, and numbers stand for tensors', () =>
    scope(() => {
      const condition = tensor(Int32Array.of(1, 0), [2, 1]);
      expect(library.where(condition, tensor([1, 2, 3]), -1).toArray()).toEqual([
        [1, 2, 3],
        [-1, -1, -1],
      ]);
      expect(library.where(condition, 5, 7).toArray()).toEqual([[5], [7]]);
      const [a, b] = [leaf([1, 2, 3], [3]), leaf([4, 5], [2, 1])];
      checkGradients((x, y) => library.where(condition, x!, y!), [a, b]);
    }));

  test('errors', () =>
    scope(() => {
      const [x, y] = [floats([1, 2]), floats([1, 2, 3])];
      expectError(
        () => library.where(x, x, y),
        ShapeError,
        'where: b: expected a shape that broadcasts with [2], got [3]',
      );
      expectError(
        () => library.where(1 as never, x, x),
        TypeError,
        'where: condition: expected a Tensor, got 1',
      );
      expectError(
        () => library.where(x, [1] as never, x),
        TypeError,
        'where: a: expected a Tensor, got [1]',
      );
    }));
});
