import { describe, expect, test } from 'vitest';
import { arange, full, ones, rand, randn, tensor, zeros } from '../src/creation.js';
import { OutOfMemoryError, ShapeError } from '../src/errors.js';
import { manualSeed } from '../src/generator.js';
import { Random } from '../src/random.js';
import type { NestedArray, TensorData } from '../src/tensor.js';
import { scope } from '../src/tensor.js';
import { expectError, expectNothingLeft } from './support/memory.js';

describe('tensor', () => {
  test.each<[TensorData | NestedArray, number[] | undefined, number[], number[]]>([
    [5, undefined, [], [5]],
    [[], undefined, [0], []],
    [[1, 2, 3], undefined, [3], [1, 2, 3]],
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      undefined,
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
    [[[], []], undefined, [2, 0], []],
    [[[[1]], [[2]]], undefined, [2, 1, 1], [1, 2]],
    [
      [1, 2, 3, 4],
      [2, 2],
      [2, 2],
      [1, 2, 3, 4],
    ],
    [Float32Array.of(1, 2), undefined, [2], [1, 2]],
    [Float32Array.of(1, 2), [2, 1], [2, 1], [1, 2]],
    [[NaN, Infinity, -0], undefined, [3], [NaN, Infinity, -0]],
  ])('of %j with shape %j', (data, shape, expectedShape, values) =>
    scope(() => {
      const t = tensor(data, shape);
      expect(t.shape).toEqual(expectedShape);
      expect([...t.data()]).toEqual(values);
      expect([t.dtype, t.requiresGrad]).toEqual(['float32', false]);
    }),
  );

  test('takes its dtype from the data or from the options', () =>
    scope(() => {
      const made = [
        tensor(Int32Array.of(1)),
        tensor([1], undefined, { dtype: 'int32' }),
        tensor(Int32Array.of(1), undefined, { dtype: 'float32' }),
      ];
      expect(made.map((t) => [t.dtype, t.data().constructor])).toEqual([
        ['int32', Int32Array],
        ['int32', Int32Array],
        ['float32', Float32Array],
      ]);
    }));

  test('copies: neither side sees later changes of the other', () =>
    scope(() => {
      const values = Float32Array.of(1, 2);
      const t = tensor(values);
      values[0] = 9;
      t.data()[1] = 9;
      expect([...t.data()]).toEqual([1, 2]);
    }));

  test.each<[string, () => unknown, new (message: string) => Error, string]>([
    [
      'ragged arrays',
      () => tensor([[1, 2], [3]]),
      ShapeError,
      'tensor: data: expected nested arrays of one shape, got [2] and [1]',
    ],
    [
      'arrays beside numbers',
      () => tensor([1, [2]]),
      ShapeError,
      'tensor: data: expected nested arrays of one shape, got [] and [1]',
    ],
    [
      'another size',
      () => tensor([1, 2, 3], [2]),
      ShapeError,
      'tensor: data: expected 2 values for shape [2], got 3',
    ],
    [
      'a bad shape',
      () => tensor([1], [-1]),
      ShapeError,
      'tensor: shape: expected non-negative integers, got [-1] (axis 0)',
    ],
    [
      'text',
      () => tensor(['1'] as never),
      TypeError,
      'tensor: data: expected numbers, got "1" at 0',
    ],
    [
      'nothing',
      () => tensor(undefined as never),
      TypeError,
      'tensor: data: expected numbers, got undefined at 0',
    ],
    [
      'a bigint',
      () => tensor([0, 1n] as never),
      TypeError,
      'tensor: data: expected numbers, got 1n at 1',
    ],
    [
      'fractions as integers',
      () => tensor([1, 1.5], undefined, { dtype: 'int32' }),
      TypeError,
      'tensor: data: expected 32-bit integers, got 1.5 at 1',
    ],
    [
      'integers beyond 32 bits',
      () => tensor([2 ** 31], undefined, { dtype: 'int32' }),
      TypeError,
      'tensor: data: expected 32-bit integers, got 2147483648 at 0',
    ],
    [
      'an unknown dtype',
      () => tensor([1], undefined, { dtype: 'float64' as never }),
      TypeError,
      "tensor: dtype: expected 'float32' or 'int32', got \"float64\"",
    ],
    [
      'integers with a gradient',
      () => tensor(Int32Array.of(1), undefined, { requiresGrad: true }),
      TypeError,
      'tensor: requiresGrad: expected dtype float32, got int32',
    ],
  ])('refuses %s', (_, make, kind, message) => expectError(make, kind, message));
});

describe('zeros, ones and full', () => {
  test('fill every element', () =>
    scope(() => {
      const values = [zeros([2, 3]), ones([2, 3]), full([2, 3], -2.5)].map((t) => t.toArray());
      expect(values).toEqual(
        [0, 1, -2.5].map((v) => [
          [v, v, v],
          [v, v, v],
        ]),
      );
      expect([zeros([]).item(), zeros([0]).size]).toEqual([0, 0]);
    }));

  test.each([zeros, ones])('refuse a bad shape', (make) => {
    const message = `${make.name}: shape: expected non-negative integers, got [1.5] (axis 0)`;
    expectError(() => make([1.5]), ShapeError, message);
    expectError(
      () => make(3 as never),
      TypeError,
      `${make.name}: shape: expected an array of axis sizes, got 3`,
    );
  });

  test('an allocation that fails leaves nothing', () =>
    expectNothingLeft(() => expect(() => zeros([2 ** 29 - 1])).toThrow(OutOfMemoryError)));
});

describe('arange', () => {
  test.each<[number[], number[]]>([
    [
      [0, 4],
      [0, 1, 2, 3],
    ],
    [
      [1, 2, 0.25],
      [1, 1.25, 1.5, 1.75],
    ],
    [
      [3, 0, -1],
      [3, 2, 1],
    ],
    [[0, 1, 2], [0]],
    [[2, 2], []],
    [[0, 5, -1], []],
  ])('%j', (args, values) =>
    scope(() => expect([...arange(...(args as [number, number])).data()]).toEqual(values)),
  );

  test.each([
    [0, 1, 0, 'step: expected a number that is not 0, got 0'],
    [0, 1, NaN, 'step: expected a finite number, got NaN'],
    [0, Infinity, 1, 'end: expected a finite number, got Infinity'],
    [NaN, 1, 1, 'start: expected a finite number, got NaN'],
    [0, 1, Infinity, 'step: expected a finite number, got Infinity'],
  ])('refuses %d, %d, %d', (start, end, step, message) => {
    expectError(() => arange(start, end, step), RangeError, `arange: ${message}`);
  });

  test('refuses more elements than a tensor can have', () => {
    for (const make of [() => arange(0, 2 ** 29), () => arange(0, 1e308, 1e-308)]) {
      expect(make).toThrow(ShapeError);
    }
  });
});

describe.each([
  { name: 'rand', make: rand, mean: 0.5, variance: 1 / 12 },
  { name: 'randn', make: randn, mean: 0, variance: 1 },
])('$name', ({ make, name, mean, variance }) => {
  test('has the mean and the variance of its distribution', () =>
    scope(() => {
      const values = [...make([100, 100], { random: new Random(101) }).data()];
      const average = values.reduce((a, b) => a + b, 0) / values.length;
      const spread = values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length;
      expect(Math.abs(average - mean)).toBeLessThan(0.03);
      expect(Math.abs(spread - variance)).toBeLessThan(0.04 * variance);
    }));

  test('draws from the generator of the library, or from another', () =>
    scope(() => {
      manualSeed(3);
      const first = make([5]).data();
      expect(make([5]).data()).not.toEqual(first);
      expect(make([5], { random: new Random(3) }).data()).toEqual(first);
      manualSeed(3);
      expect(make([5]).data()).toEqual(first);
    }));

  test('refuses a bad shape before it draws a number', () => {
    const random = new Random(1);
    const message = `${name}: shape: expected non-negative integers, got [-1] (axis 0)`;
    expectError(() => make([-1], { random }), ShapeError, message);
    expect(random.state()).toEqual(new Random(1).state());
  });
});
