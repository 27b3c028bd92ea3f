import { expect, test } from 'vitest';
import { leakyRelu, scope } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';
import { expectError } from '../support/memory.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

testActivation('leakyRelu', (x, { slope } = {}) => leakyRelu(x, slope), 1e-7);

test('the slope is 0.01 by default, and may be negative', () => {
  scope(() => {
    const x = leaf([-2, 4], [2]);
    expect(leakyRelu(x).toArray()).toEqual([Math.fround(Math.fround(0.01) * -2), 4]);
    leakyRelu(x, -0.5).backward(floats([1, 1]));
    expect(x.grad!.toArray()).toEqual([-0.5, 1]);
  });
});

test.each([
  [NaN, RangeError, 'NaN'],
  [Infinity, RangeError, 'Infinity'],
  ['0.1', TypeError, '"0.1"'],
])('the slope %j is refused', (slope, kind, got) => {
  scope(() => {
    const x = floats([1]);
    const message = `leakyRelu: slope: expected a finite number, got ${got}`;
    expectError(() => leakyRelu(x, slope as number), kind, message);
  });
});
