import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { flatten, reshape, squeeze, unsqueeze } from '../../src/ops/reshape.js';
import { Random } from '../../src/random.js';
import { type Shape } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError, expectNothingLeft, memoryInUse } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';

describe('reshape', () => {
  test.each<[from: number[], to: number[], shape: number[]]>([
    [
      [2, 3],
      [3, 2],
      [3, 2],
    ],
    [[2, 3], [6], [6]],
    [[2, 3], [-1], [6]],
    [
      [2, 3],
      [1, -1, 2],
      [1, 3, 2],
    ],
    [[1], [], []],
    [[], [1, 1], [1, 1]],
    [
      [0, 3],
      [3, 0],
      [3, 0],
    ],
    [
      [0, 3],
      [-1, 3],
      [0, 3],
    ],
  ])('%j to %j is %j, with the same values and their gradients', (from, to, shape) =>
    scope(() => {
      const x = randomLeaf(new Random(61), from);
      const y = reshape(x, to);
      expect(y.shape).toEqual(shape);
      expect(y.data()).toEqual(x.data());
      checkGradients((input) => reshape(input!, to), [x]);
    }),
  );

  test('allocates nothing', () =>
    scope(() => {
      const x = ones([2, 3]);
      const before = memoryInUse();
      reshape(x, [6]);
      expect(memoryInUse()).toEqual(before);
    }));

  test('keeps integers', () =>
    scope(() => {
      const y = reshape(tensor(new Int32Array([1, 2])), [2, 1]);
      expect([y.dtype, y.toArray()]).toEqual(['int32', [[1], [2]]]);
    }));

  test('the memory lives as long as one of the tensors, in any order', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      expectNothingLeft(() => {
        const x = tensor([1, 2]);
        const tensors = [x, reshape(x, [2, 1])];
        tensors[order[0]!]!.dispose();
        expect([...tensors[order[1]!]!.data()]).toEqual([1, 2]);
        tensors[order[1]!]!.dispose();
      });
    }
  });

  test.each<[shape: unknown, kind: new (message: string) => Error, message: string]>([
    [[4], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [4]'],
    [[], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got []'],
    [[-1, 4], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [-1,4]'],
    [[-1, 0], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [-1,0]'],
    [[1.5, 4], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [1.5,4]'],
    [[-1, -1], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [-1,-1]'],
    [[-2, -3], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [-2,-3]'],
    [[NaN], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got [NaN]'],
    [6, TypeError, 'reshape: shape: expected an array of axis sizes, got 6'],
    ['6', TypeError, 'reshape: shape: expected an array of axis sizes, got "6"'],
    [undefined, TypeError, 'reshape: shape: expected an array of axis sizes, got undefined'],
    [['2', '3'], ShapeError, 'reshape: shape: expected 6 elements (input [2,3]), got ["2","3"]'],
  ])('refuses %j', (shape, kind, message) =>
    scope(() => {
      const x = ones([2, 3]);
      expectError(() => reshape(x, shape as Shape), kind, message);
    }),
  );

  test('refuses two unknown axes of an empty tensor too', () =>
    scope(() => {
      const x = zeros([0]);
      const message = 'reshape: shape: expected 0 elements (input [0]), got [-1,0]';
      expectError(() => reshape(x, [-1, 0]), ShapeError, message);
    }));

  test('refuses what is no tensor, and a disposed one', () => {
    expectError(
      () => reshape([1] as unknown as Tensor, [1]),
      TypeError,
      'reshape: input: expected a Tensor, got [1]',
    );
    const x = ones([1]);
    x.dispose();
    expect(() => reshape(x, [1])).toThrow(DisposedError);
  });
});

describe('flatten', () => {
  test.each<[from: number[], startAxis: number | undefined, shape: number[]]>([
    [[2, 3, 4], undefined, [2, 12]],
    [[2, 3, 4], 0, [24]],
    [[2, 3, 4], 2, [2, 3, 4]],
    [[2, 3], 2, [2, 3, 1]],
    [[0, 3, 4], undefined, [0, 12]],
    [[], 0, [1]],
  ])('%j from axis %s is %j', (from, startAxis, shape) =>
    scope(() => {
      const x = randomLeaf(new Random(62), from);
      expect(flatten(x, startAxis).shape).toEqual(shape);
      checkGradients((input) => flatten(input!, startAxis), [x]);
    }),
  );

  test.each([[3], [-1], [0.5], [NaN]])('refuses to start at axis %d', (startAxis) =>
    scope(() => {
      const x = ones([2, 3]);
      const message = `flatten: startAxis: expected an integer from 0 to 2, got ${startAxis}`;
      expectError(() => flatten(x, startAxis), RangeError, message);
    }),
  );

  test('refuses what is no tensor', () =>
    expectError(
      () => flatten(null as unknown as Tensor),
      TypeError,
      'flatten: input: expected a Tensor, got null',
    ));
});

describe('squeeze and unsqueeze', () => {
  test.each<[from: Shape, axes: number | number[] | undefined, shape: Shape]>([
    [[1, 3, 1], undefined, [3]],
    [[1, 3, 1], [0, -1], [3]],
    [
      [1, 3, 1],
      [1, 2],
      [1, 3],
    ],
    [[1, 0], 0, [0]],
    [[2], [], [2]],
    [[], undefined, []],
  ])('%j without the axes %j of size 1 is %j', (from, axes, shape) =>
    scope(() => expect(squeeze(ones(from), axes).shape).toEqual(shape)),
  );

  test.each<[from: Shape, axes: number | number[], shape: Shape]>([
    [[2, 3], 2, [2, 3, 1]],
    [
      [2, 3],
      [0, -2],
      [1, 2, 1, 3],
    ],
    [
      [2, 3],
      [3, 0],
      [1, 2, 3, 1],
    ],
    [[], [0, 1], [1, 1]],
    [[0], -1, [0, 1]],
  ])('%j with the axes %j is %j', (from, axes, shape) =>
    scope(() => expect(unsqueeze(zeros(from), axes).shape).toEqual(shape)),
  );

  test.each<[() => unknown, new (message: string) => Error, string]>([
    [
      () => squeeze(ones([1, 2]), 2),
      RangeError,
      'squeeze: axes: expected an integer in [-2, 2), got 2',
    ],
    [
      () => unsqueeze(ones([1, 2]), [0, 0]),
      RangeError,
      'unsqueeze: axes: expected each axis once, got [0, 0]',
    ],
    [
      () => unsqueeze(ones([1]), 'x' as never),
      TypeError,
      'unsqueeze: axes: expected an integer or an array of integers, got "x"',
    ],
  ])('%#', (call, kind, message) => expectError(() => scope(call as () => Tensor), kind, message));
});
