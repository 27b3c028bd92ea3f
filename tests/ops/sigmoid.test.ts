import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { sigmoid, scope, type Tensor } from '../../src/index.js';
import { fromData } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

function leaf(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

test.each(golden('activations').sigmoid)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x);
    const y = sigmoid(x);
    expectClose(y.data(), c.y, { relative: 2e-7, label: 'y' });
    y.backward(floats(c.dy));
    expectClose(x.grad!.data(), c.dx, { relative: 2e-7, label: 'dx' });
  });
});

test('gradient check, with fan-out', () => {
  scope(() => {
    const x = leaf([0.5, -1, 2, 0.25, -0.5, 3, -2, 1.5], [2, 1, 4]);
    checkGradients((v) => sigmoid(sigmoid(v)), [x]);
    const y = sigmoid(x);
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
      expect(sigmoid(floats(new Float32Array(size), shape)).shape).toEqual(shape);
    });
  },
);

test('errors', () => {
  scope(() => {
    const integers = fromData('test', [1], [1], 'int32');
    expect(() => sigmoid(integers)).toThrow(
      new TypeError('sigmoid: input: expected dtype float32, got int32'),
    );
    expect(() => sigmoid([1] as never)).toThrow(
      new TypeError('sigmoid: input: expected a Tensor, got [1]'),
    );
    const disposed = floats([1]);
    disposed.dispose();
    expect(() => sigmoid(disposed)).toThrow('used after it was disposed');
  });
});
