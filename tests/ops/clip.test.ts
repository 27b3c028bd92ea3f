import { describe, expect, test } from 'vitest';
import { clip, hardtanh, relu6, scope } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';
import { expectError } from '../support/memory.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

const OPS = [
  ['clip', clip],
  ['hardtanh', hardtanh],
] as const;

describe.each(OPS)('%s', (name, op) => {
  testActivation(name, (x, { min = -0.75, max = 1.75 } = {}) => op(x, min, max), 0);

  test.each([
    [-Infinity, 1, [-9, -Infinity, 1]],
    [-1, Infinity, [-1, -1, 9]],
    [-Infinity, Infinity, [-9, -Infinity, 9]],
    [Infinity, Infinity, [Infinity, Infinity, Infinity]],
  ])('an infinite bound is none: %d to %d', (min, max, expected) => {
    scope(() => expect(op(floats([-9, -Infinity, 9]), min, max).toArray()).toEqual(expected));
  });

  test.each<[unknown, unknown, typeof TypeError, string]>([
    [1, 0, RangeError, `max: expected a number of at least 1, got 0`],
    [NaN, 0, RangeError, `min: expected a number, got NaN`],
    [0, NaN, RangeError, `max: expected a number of at least 0, got NaN`],
    [0, -Infinity, RangeError, `max: expected a number of at least 0, got -Infinity`],
    ['0', 1, TypeError, `min: expected a number, got "0"`],
    [0, null, TypeError, `max: expected a number of at least 0, got null`],
  ])('bounds %j and %j are refused', (min, max, kind, message) => {
    scope(() => {
      const x = floats([1]);
      expectError(() => op(x, min as number, max as number), kind, `${name}: ${message}`);
    });
  });
});

test.each([
  ['clip', clip, [1, 2, 3, 0, 0, 6]],
  ['hardtanh', hardtanh, [0, 0, 3, 0, 0, 6]],
] as const)('the gradient of %s at its bounds, at NaN, beyond and between', (_, op, expected) => {
  scope(() => {
    const x = leaf([-2, 3, NaN, -2.75, 3.75, 0], [6]);
    const y = op(x, -2, 3);
    expect(y.toArray()).toEqual([-2, 3, NaN, -2, 3, 0]);
    y.backward(floats([1, 2, 3, 4, 5, 6]));
    expect(x.grad!.toArray()).toEqual(expected);
  });
});

test('the hard tanh is from −1 to 1 unless told otherwise', () => {
  scope(() => expect(hardtanh(floats([-2, 0.5, 2])).toArray()).toEqual([-1, 0.5, 1]));
});

describe('relu6', () => {
  testActivation('relu6', relu6, 0);

  test('equals the clip from 0 to 6', () => {
    scope(() => expect(relu6(floats([-1, 0, 3, 6, 7])).toArray()).toEqual([0, 0, 3, 6, 6]));
  });
});
