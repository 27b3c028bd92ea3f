import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { gather, oneHot, ones, scope, tensor, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import type { Shape } from '../../src/shape.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';

const int32 = (values: number[], shape: Shape = [values.length]) =>
  tensor(Int32Array.from(values), shape);

test.each(golden('gather').gather)('agrees with PyTorch: $name', (c) =>
  expectGolden((x) => gather(x, int32(c.indices, c.indicesShape), c.axis), c.inputs, c.output),
);

test('gradient check', () =>
  scope(() => {
    const x = randomLeaf(new Random(92), [2, 4, 3]);
    checkGradients((v) => gather(v!, int32([3, 0, 3]), -2), [x]);
  }));

test('gradients of two uses add up', () =>
  scope(() => {
    const x = leaf([1, 2, 3], [3]);
    for (let i = 0; i < 2; i++) gather(x, int32([2, 2])).backward(tensor([1, 10], [2]));
    expect(x.grad!.toArray()).toEqual([0, 0, 22]);
  }));

test('integers are gathered as they are', () =>
  scope(() => {
    const y = gather(int32([5, -1, 7]), int32([1, 2], [2, 1]));
    expect([y.dtype, y.toArray()]).toEqual(['int32', [[-1], [7]]]);
  }));

test('oneHot', () =>
  scope(() => {
    expect(oneHot(int32([2, 0], [1, 2]), 3).toArray()).toEqual([
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
    ]);
    expect(oneHot(int32([]), 3).shape).toEqual([0, 3]);
  }));

describe('errors', () => {
  const x = () => ones([4, 3]);
  test.each<[() => unknown, new (message: string) => Error, string]>([
    [
      () => gather(x(), int32([0, 4])),
      RangeError,
      'gather: indices: expected integers in [0, 4), got 4 at element 1 of shape [2]',
    ],
    [
      () => gather(x(), int32([0, 1, 2, -1], [2, 2]), 1),
      RangeError,
      'gather: indices: expected integers in [0, 3), got -1 at element 3 of shape [2,2]',
    ],
    [() => gather(x(), ones([2])), TypeError, 'gather: indices: expected dtype int32, got float32'],
    [
      () => gather(x(), int32([0]), 2),
      RangeError,
      'gather: axis: expected an integer in [-2, 2), got 2',
    ],
    [
      () => oneHot(int32([3]), 3),
      RangeError,
      'oneHot: indices: expected integers in [0, 3), got 3 at element 0 of shape [1]',
    ],
    [
      () => oneHot(int32([0]), 0),
      RangeError,
      'oneHot: classes: expected an integer of at least 1, got 0',
    ],
  ])('%#', (call, kind, message) => expectError(() => scope(call as () => Tensor), kind, message));
});
