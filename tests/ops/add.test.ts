import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { add } from '../../src/ops/add.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';

test.each([[[]], [[0]], [[1]], [[17]], [[2, 3, 5]], [[2, 0, 3]]])('adds shape %j', (shape) =>
  scope(() => {
    const random = new Random(41);
    const [a, b] = [randomLeaf(random, shape), randomLeaf(random, shape)];
    const y = add(a, b);
    expect(y.shape).toEqual(shape);
    // Multiples of 1/64: the sums are exact.
    expect([...y.data()]).toEqual([...a.data()].map((value, i) => value + b.data()[i]!));
    checkGradients(add as (...inputs: Tensor[]) => Tensor, [a, b]);
  }),
);

test('both gradients are copies of gradOutput, not the tensor itself', () =>
  scope(() => {
    const [a, b] = [randomLeaf(new Random(1), [2]), randomLeaf(new Random(2), [2])];
    const gradOutput = tensor([3, 4]);
    add(a, b).backward(gradOutput);
    a.grad!.assign([0, 0]);
    expect([b.grad, gradOutput].map((t) => [...t!.data()])).toEqual([
      [3, 4],
      [3, 4],
    ]);
  }));

test('numbers that are not finite pass through', () =>
  scope(() => {
    const y = add(tensor([NaN, Infinity, Infinity, 1]), tensor([1, 1, -Infinity, -Infinity]));
    expect([...y.data()]).toEqual([NaN, Infinity, NaN, -Infinity]);
  }));

describe('errors', () => {
  const integers = () => tensor(new Int32Array([1, 2]));
  const disposed = () => {
    const t = ones([2]);
    t.dispose();
    return t;
  };

  test.each<[string, () => unknown, () => unknown, new (message: string) => Error, string]>([
    [
      'shapes',
      () => ones([2]),
      () => ones([1, 2]),
      ShapeError,
      'add: b: expected shape [2], got [1,2]',
    ],
    ['a number', () => ones([2]), () => 1, TypeError, 'add: b: expected a Tensor, got 1'],
    [
      'nothing',
      () => undefined,
      () => ones([2]),
      TypeError,
      'add: a: expected a Tensor, got undefined',
    ],
    ['integers', integers, integers, TypeError, 'add: a: expected dtype float32, got int32'],
    [
      'disposed',
      () => ones([2]),
      disposed,
      DisposedError,
      'a tensor of shape [2] was used after it was disposed; ' +
        'return it from its scope, or keep() it, to use it longer',
    ],
  ])('%s', (_, a, b, kind, message) =>
    scope(() => {
      const inputs = [a(), b()] as [Tensor, Tensor];
      expectError(() => add(...inputs), kind, message);
    }),
  );
});
