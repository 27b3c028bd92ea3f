import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { relu, scope, type Tensor } from '../../src/index.js';
import { fromData } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

function leaf(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

test.each(golden('activations').relu)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x);
    const y = relu(x);
    expect(y.data()).toEqual(Float32Array.from(c.y));
    y.backward(floats(c.dy));
    expect(x.grad!.data()).toEqual(Float32Array.from(c.dx));
  });
});

test('gradient check, with fan-out', () => {
  scope(() => {
    const x = leaf([0.5, -1, 2, 0.25, -0.5, 3, -2, 1.5], [2, 1, 4]);
    checkGradients((v) => relu(relu(v)), [x]);
    const y = relu(x);
    y.backward(floats(new Float32Array(8).fill(1), [2, 1, 4]));
    const once = x.grad!.data();
    y.backward(floats(new Float32Array(8).fill(1), [2, 1, 4]));
    expect([...x.grad!.data()]).toEqual([...once.map((value) => 2 * value)]);
  });
});

test.each([[[]], [[1]], [[0, 3]], [[2, 3, 5]], [[1, 2, 3, 4, 5]]])(
  'keeps the shape %j',
  (shape) => {
    scope(() => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      expect(relu(floats(new Float32Array(size), shape)).shape).toEqual(shape);
    });
  },
);

test('the worked example of a ReLU layer: negatives become 0, the rest stays', () => {
  scope(() => expect(relu(floats([-3, 0, 1, NaN])).toArray()).toEqual([0, 0, 1, NaN]));
});

test('the gradient at 0 is 0, and NaN lets it pass', () => {
  scope(() => {
    const x = leaf([0, -0, NaN, 1e-45, -1e-45]);
    relu(x).backward(floats([1, 2, 3, 4, 5]));
    expect(x.grad!.toArray()).toEqual([0, 0, 3, 4, 0]);
  });
});

test('errors', () => {
  scope(() => {
    const integers = fromData('test', [1], [1], 'int32');
    expect(() => relu(integers)).toThrow(
      new TypeError('relu: input: expected dtype float32, got int32'),
    );
    expect(() => relu([1] as never)).toThrow(
      new TypeError('relu: input: expected a Tensor, got [1]'),
    );
    const disposed = floats([1]);
    disposed.dispose();
    expect(() => relu(disposed)).toThrow('used after it was disposed');
  });
});
