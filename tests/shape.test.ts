import { describe, expect, test } from 'vitest';
import { describe as described } from '../src/describe.js';
import { ShapeError } from '../src/errors.js';
import {
  checkSameShape,
  checkShape,
  formatShape,
  MAX_ELEMENTS,
  sameShape,
  type Shape,
  sizeOf,
} from '../src/shape.js';

test.each([
  [[], '[]', 1],
  [[0], '[0]', 0],
  [[3], '[3]', 3],
  [[2, 3, 4], '[2,3,4]', 24],
  [[5, 0, 7], '[5,0,7]', 0],
])('%j reads %s and has %i elements', (shape, text, size) => {
  expect(formatShape(shape)).toBe(text);
  expect(sizeOf(shape)).toBe(size);
});

test.each([
  [[], [], true],
  [[2, 3], [2, 3], true],
  [[2, 3], [3, 2], false],
  [[2], [2, 1], false],
  [[], [1], false],
])('%j and %j are the same: %s', (a, b, same) => {
  expect(sameShape(a, b)).toBe(same);
  const check = () => checkSameShape('op', 'x', a, b);
  if (same) return check();
  expect(check).toThrow(
    new ShapeError(`op: x: expected shape ${formatShape(a)}, got ${formatShape(b)}`),
  );
});

describe('checkShape', () => {
  test.each([[[]], [[0, 5]], [[2, 3]], [[MAX_ELEMENTS]], [[2 ** 40, 0]]])('takes %j', (shape) => {
    expect(() => checkShape('op', 'shape', shape)).not.toThrow();
  });

  test.each<[unknown, string]>([
    [[2, -1], 'op: shape: expected non-negative integers, got [2,-1] (axis 1)'],
    [[1.5], 'op: shape: expected non-negative integers, got [1.5] (axis 0)'],
    [[NaN], 'op: shape: expected non-negative integers, got [NaN] (axis 0)'],
    [[Infinity], 'op: shape: expected non-negative integers, got [Infinity] (axis 0)'],
    [[2 ** 53], 'op: shape: expected non-negative integers, got [9007199254740992] (axis 0)'],
    [['2'], 'op: shape: expected non-negative integers, got ["2"] (axis 0)'],
    [[2 ** 29], 'op: shape: [536870912] has 536870912 elements, the limit is 536870911 (2 GiB)'],
    [
      [2 ** 16, 2 ** 16],
      'op: shape: [65536,65536] has 4294967296 elements, the limit is 536870911 (2 GiB)',
    ],
  ])('refuses %j', (shape, message) => {
    expect(() => checkShape('op', 'shape', shape as Shape)).toThrow(new ShapeError(message));
  });

  test.each([[3], ['23'], [undefined], [new Int32Array(2)]])('refuses %s: no array', (shape) => {
    expect(() => checkShape('op', 'shape', shape as unknown as Shape)).toThrow(
      new TypeError(`op: shape: expected an array of axis sizes, got ${described(shape)}`),
    );
  });
});

test('a tensor of the largest size has bytes that a signed 32-bit number addresses', () => {
  expect(4 * MAX_ELEMENTS).toBeLessThan(2 ** 31);
  expect(4 * (MAX_ELEMENTS + 1)).toBeGreaterThanOrEqual(2 ** 31);
});
