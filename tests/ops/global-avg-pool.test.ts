import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import {
  DisposedError,
  globalAvgPool2d,
  ones,
  scope,
  ShapeError,
  tensor,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import type { Tensor } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

test.each(golden('pool2d').globalAvgPool2d)('agrees with PyTorch: $name', ({ inputs, output }) =>
  expectGolden(globalAvgPool2d, inputs, output),
);

test.each([[[2, 3, 4, 5]], [[1, 1, 1, 1]], [[3, 1, 7, 18]], [[0, 2, 2, 3]], [[2, 2, 2, 0]]])(
  'averages shape %j',
  (shape) =>
    scope(() => {
      const x = randomLeaf(new Random(62), shape);
      expect(globalAvgPool2d(x).shape).toEqual([shape[0], shape[3]]);
      checkGradients((v) => globalAvgPool2d(v!), [x]);
    }),
);

test('gradients of two uses add up', () =>
  scope(() => {
    const x = randomLeaf(new Random(63), [1, 2, 2, 1]);
    for (let i = 0; i < 2; i++) globalAvgPool2d(x).backward(floats([2], [1, 1]));
    expect(x.grad!.toArray()).toEqual([
      [
        [[1], [1]],
        [[1], [1]],
      ],
    ]);
  }));

describe('errors', () => {
  const disposed = () => {
    const x = ones([1, 1, 1, 1]);
    x.dispose();
    return x;
  };
  test.each<[() => unknown, new (message: string) => Error, string]>([
    [() => 1, TypeError, 'globalAvgPool2d: input: expected a Tensor, got 1'],
    [
      () => tensor(new Int32Array(1), [1, 1, 1, 1]),
      TypeError,
      'globalAvgPool2d: input: expected dtype float32, got int32',
    ],
    [
      () => ones([2, 3, 4]),
      ShapeError,
      'globalAvgPool2d: input: expected 4 axes, got 3 (shape [2,3,4])',
    ],
    [
      () => ones([2, 0, 4, 3]),
      ShapeError,
      'globalAvgPool2d: input: expected at least one pixel, got shape [2,0,4,3]',
    ],
    [
      disposed,
      DisposedError,
      'a tensor of shape [1,1,1,1] was used after it was disposed; ' +
        'return it from its scope, or keep() it, to use it longer',
    ],
  ])('%#', (input, kind, message) =>
    scope(() => {
      const x = input() as Tensor;
      expectError(() => globalAvgPool2d(x), kind, message);
    }),
  );
});
