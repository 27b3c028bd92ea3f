import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ones, tensor, zeros } from '../../src/index.js';

describe('what is shown of a tensor', () => {
  test.each([
    [
      () =>
        tensor([
          [0.1, 0.2],
          [1e-7, -3],
        ]),
      'Tensor [2,2] float32 [0.1, 0.2, 1e-7, -3]',
    ],
    [() => ones([2, 3]), 'Tensor [2,3] float32 [1, 1, 1, 1, 1, 1]'],
    [() => ones([7]), 'Tensor [7] float32 [1, 1, 1, 1, 1, 1, … 7 values]'],
    [() => tensor([NaN, 1 / 3, -Infinity]), 'Tensor [3] float32 [NaN, 0.3333, -Infinity]'],
    [() => tensor(new Int32Array([123456789])), 'Tensor [1] int32 [123456789]'],
    [() => tensor(5), 'Tensor [] float32 [5]'],
    [() => zeros([0, 4]), 'Tensor [0,4] float32 []'],
    [() => tensor([1], [1], { requiresGrad: true }), 'Tensor [1] float32 [1] requiresGrad'],
  ])('case %#: shape, type and first values', (make, expected) => {
    const value = make();
    expect(String(value)).toBe(expected);
    expect(inspect(value)).toBe(expected);
    expect(inspect({ value })).toBe(`{ value: ${expected} }`);
  });

  test('of a disposed one that it is', () => {
    const value = ones([2, 3]);
    value.dispose();
    expect(inspect(value)).toBe('Tensor [2,3] float32 disposed');
  });

  test('is short, however many values there are', () => {
    const value = ones([1000, 1000]);
    expect(inspect([value, value]).length).toBeLessThan(150);
  });
});
