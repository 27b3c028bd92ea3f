import { expect, test } from 'vitest';
import { relu, scope } from '../../src/index.js';
import { testActivation } from '../support/activation-op.js';
import { leaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

testActivation('relu', relu, 0);

test('the worked example of a ReLU layer: negatives become 0, the rest stays', () => {
  scope(() => expect(relu(floats([-3, 0, 1, NaN])).toArray()).toEqual([0, 0, 1, NaN]));
});

test('the gradient at 0 is 0, and NaN lets it pass', () => {
  scope(() => {
    const x = leaf([0, -0, NaN, 1e-45, -1e-45], [5]);
    relu(x).backward(floats([1, 2, 3, 4, 5]));
    expect(x.grad!.toArray()).toEqual([0, 0, 3, 4, 0]);
  });
});
