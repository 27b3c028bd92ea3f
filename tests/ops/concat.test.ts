import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { concat, ones, scope, ShapeError, tensor, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import type { Shape } from '../../src/shape.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

test.each(golden('concat').concat)('agrees with PyTorch: $name', ({ axis, inputs, output }) =>
  expectGolden((...tensors) => concat(tensors, axis), inputs, output),
);

test.each<[Shape[], number, Shape]>([
  [[[3]], 0, [3]],
  [[[2], [0], [3]], 0, [5]],
  [
    [
      [2, 3],
      [4, 3],
    ],
    0,
    [6, 3],
  ],
  [
    [
      [2, 3],
      [2, 1],
    ],
    -1,
    [2, 4],
  ],
  [
    [
      [0, 3],
      [0, 1],
    ],
    1,
    [0, 4],
  ],
  [
    [
      [2, 3, 0],
      [2, 4, 0],
    ],
    -2,
    [2, 7, 0],
  ],
  [
    [
      [1, 2, 2, 3],
      [1, 2, 2, 5],
      [1, 2, 2, 1],
    ],
    3,
    [1, 2, 2, 9],
  ],
])('shapes %j along axis %i give %j', (shapes, axis, expected) =>
  scope(() => {
    const random = new Random(61);
    const inputs = shapes.map((shape) => randomLeaf(random, shape));
    expect(concat(inputs, axis).shape).toEqual(expected);
    checkGradients((...tensors) => concat(tensors, axis), inputs);
  }),
);

test('joins the first axis by default, and copies', () =>
  scope(() => {
    const x = floats([1, 2], [1, 2]);
    const y = concat([x, floats([3, 4], [1, 2])]);
    expect(y.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(concat([x]).pointer).not.toBe(x.pointer);
  }));

test('a tensor that is given twice gets the sum of both gradients', () =>
  scope(() => {
    const x = leaf([1, 2], [2]);
    concat([x, x]).backward(floats([1, 2, 30, 40]));
    expect(x.grad!.toArray()).toEqual([31, 42]);
  }));

test('an input that needs no gradient gets none', () =>
  scope(() => {
    const [x, constant] = [leaf([1], [1]), floats([2])];
    concat([constant, x]).backward(floats([3, 4]));
    expect(x.grad!.toArray()).toEqual([4]);
    expect(constant.grad).toBeUndefined();
  }));

describe('errors', () => {
  const two = () => [ones([2, 3]), ones([2, 3])];
  test.each<[() => unknown, unknown, new (message: string) => Error, string]>([
    [() => [], 0, RangeError, 'tensors: expected at least one tensor, got none'],
    [() => ones([1]), 0, TypeError, 'tensors: expected an array of tensors, got a Tensor'],
    [() => [ones([1]), 2], 0, TypeError, 'tensors[1]: expected a Tensor, got 2'],
    [
      () => [ones([1]), tensor(new Int32Array(1))],
      0,
      TypeError,
      'tensors[1]: expected dtype float32, got int32',
    ],
    [two, 2, RangeError, 'axis: expected an integer in [-2, 2), got 2'],
    [two, -3, RangeError, 'axis: expected an integer in [-2, 2), got -3'],
    [two, 0.5, RangeError, 'axis: expected an integer in [-2, 2), got 0.5'],
    [two, '1', TypeError, 'axis: expected an integer in [-2, 2), got "1"'],
    [() => [ones([])], 0, RangeError, 'axis: expected an integer in [0, 0), got 0'],
    [
      () => [...two(), ones([2, 4])],
      0,
      ShapeError,
      'tensors[2]: expected shape [any,3], got [2,4]',
    ],
    [() => [ones([2, 3]), ones([6])], 1, ShapeError, 'tensors[1]: expected shape [2,any], got [6]'],
  ])('%# axis %j', (tensors, axis, kind, message) =>
    scope(() => {
      const list = tensors() as Tensor[];
      expectError(() => concat(list, axis as number), kind, `concat: ${message}`);
    }),
  );
});
