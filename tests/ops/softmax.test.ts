import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { scope, ShapeError, softmax, type Tensor } from '../../src/index.js';
import { fromData } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

function leaf(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

test.each(golden('softmax').softmax)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x, [c.rows, c.classes]);
    const y = softmax(x);
    expectClose(y.data(), c.y, { relative: 5e-7, label: 'y' });
    y.backward(floats(c.dy, [c.rows, c.classes]));
    expectClose(x.grad!.data(), c.dx, { relative: 5e-7, absolute: 1e-7, label: 'dx' });
  });
});

test('gradient check, with fan-out', () => {
  scope(() => {
    const x = leaf([0.5, -1, 2, 0.25, 0, -0.5, 1, 1.5, -2, 0], [2, 5]);
    checkGradients((v) => softmax(softmax(v)), [x]);
    const dy = floats([1, 2, 3, 4, 5, 5, 4, 3, 2, 1], [2, 5]);
    const y = softmax(x);
    y.backward(dy);
    const once = x.grad!.data();
    y.backward(dy);
    expect([...x.grad!.data()]).toEqual([...once.map((value) => 2 * value)]);
  });
});

test.each([[[1]], [[3, 0]], [[0, 3]], [[2, 3, 5]], [[1, 2, 3, 4, 5]]])(
  'is over the last axis of %j',
  (shape) => {
    scope(() => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      const y = softmax(floats(new Float32Array(size), shape));
      expect(y.shape).toEqual(shape);
      const even = Math.fround(1 / shape.at(-1)!);
      expect([...y.data()]).toEqual(Array(size).fill(even));
    });
  },
);

test('errors', () => {
  scope(() => {
    expect(() => softmax(floats([1], []))).toThrow(
      new ShapeError('softmax: input: expected at least one axis, got []'),
    );
    expect(() => softmax(fromData('test', [1], [1], 'int32'))).toThrow(
      new TypeError('softmax: input: expected dtype float32, got int32'),
    );
    expect(() => softmax('x' as never)).toThrow(
      new TypeError('softmax: input: expected a Tensor, got "x"'),
    );
  });
});
