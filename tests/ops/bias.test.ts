import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { ShapeError } from '../../src/errors.js';
import { addBias } from '../../src/ops/bias.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';

test.each([[[5]], [[3, 1]], [[2, 3, 7]], [[2, 2, 3, 9]], [[0, 3]]])('adds a bias to %j', (shape) =>
  scope(() => {
    const random = new Random(51);
    const channels = shape.at(-1)!;
    const [x, bias] = [randomLeaf(random, shape), randomLeaf(random, [channels])];
    const y = addBias(x, bias);
    expect(y.shape).toEqual(shape);
    // Multiples of 1/64: the sums are exact.
    const expected = [...x.data()].map((value, i) => value + bias.data()[i % channels]!);
    expect([...y.data()]).toEqual(expected);
    checkGradients(addBias as (...inputs: Tensor[]) => Tensor, [x, bias]);
  }),
);

test('a last axis of 0', () =>
  scope(() => expect(addBias(zeros([3, 0]), zeros([0])).shape).toEqual([3, 0])));

test('numbers that are not finite stay in their channel', () =>
  scope(() => {
    const y = addBias(
      tensor([
        [1, 1],
        [1, 1],
      ]),
      tensor([NaN, Infinity]),
    );
    expect(y.toArray()).toEqual([
      [NaN, Infinity],
      [NaN, Infinity],
    ]);
  }));

describe('errors', () => {
  test.each<[string, () => unknown, () => unknown, new (message: string) => Error, string]>([
    [
      'channels',
      () => ones([2, 3]),
      () => ones([2]),
      ShapeError,
      'addBias: bias: expected shape [3], got [2]',
    ],
    [
      'bias rank',
      () => ones([2, 3]),
      () => ones([1, 3]),
      ShapeError,
      'addBias: bias: expected 1 axes, got 2 (shape [1,3])',
    ],
    [
      'a scalar',
      () => ones([]),
      () => ones([1]),
      ShapeError,
      'addBias: input: expected at least one axis, got []',
    ],
    [
      'no tensor',
      () => ones([2, 3]),
      () => [1, 2, 3],
      TypeError,
      'addBias: bias: expected a Tensor, got [1, 2, 3]',
    ],
    [
      'integers',
      () => tensor(new Int32Array(3)),
      () => ones([3]),
      TypeError,
      'addBias: input: expected dtype float32, got int32',
    ],
  ])('%s', (_, x, bias, kind, message) =>
    scope(() => {
      const inputs = [x(), bias()] as [Tensor, Tensor];
      expectError(() => addBias(...inputs), kind, message);
    }),
  );
});
