import { expect, test } from 'vitest';
import { hardSwish, scope } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

testActivation('hardSwish', hardSwish, 2e-7);

test('the gradient is 0 at −3 and 1 at 3', () => {
  scope(() => {
    const x = leaf([-3, 0, 3], [3]);
    hardSwish(x).backward(floats([1, 1, 1]));
    expect(x.grad!.toArray()).toEqual([0, 0.5, 1]);
  });
});
