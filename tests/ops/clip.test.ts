import { describe, expect, test } from 'vitest';
import { clip, relu6, scope } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';
import { expectError } from '../support/memory.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

describe('clip', () => {
  testActivation('clip', (x, { min = -0.75, max = 1.75 } = {}) => clip(x, min, max), 0);

  test('the gradient is 0 at the bounds, and NaN lets it pass', () => {
    scope(() => {
      const x = leaf([-2, 3, NaN, -1.75, 2.75], [5]);
      const y = clip(x, -2, 3);
      expect(y.toArray()).toEqual([-2, 3, NaN, -1.75, 2.75]);
      y.backward(floats([1, 2, 3, 4, 5]));
      expect(x.grad!.toArray()).toEqual([0, 0, 3, 4, 5]);
    });
  });

  const between = 'expected a number in [';
  test.each<[unknown, unknown, typeof TypeError, string]>([
    [1, 0, RangeError, `clip: max: ${between}1, Infinity], got 0`],
    [NaN, 0, RangeError, `clip: min: expected a finite number, got NaN`],
    [0, Infinity, RangeError, `clip: max: ${between}0, Infinity], got Infinity`],
    ['0', 1, TypeError, `clip: min: expected a finite number, got "0"`],
    [0, undefined, TypeError, `clip: max: ${between}0, Infinity], got undefined`],
  ])('bounds %j and %j are refused', (min, max, kind, message) => {
    scope(() => {
      const x = floats([1]);
      expectError(() => clip(x, min as number, max as number), kind, message);
    });
  });
});

describe('relu6', () => {
  testActivation('relu6', relu6, 0);

  test('equals the clip from 0 to 6', () => {
    scope(() => expect(relu6(floats([-1, 0, 3, 6, 7])).toArray()).toEqual([0, 0, 3, 6, 6]));
  });
});
