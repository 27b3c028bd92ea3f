import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { mse, scope, ShapeError, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { randomValues } from '../support/random.js';
import { floats } from '../support/tensors.js';

function leaf(values: ArrayLike<number>, shape = [values.length]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

test.each(golden('losses').mse)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const [prediction, target] = [leaf(c.x), leaf(c.target)];
    const loss = mse(prediction, target, { reduction: c.reduction });
    expect(loss.shape).toEqual(c.reduction === 'none' ? [c.x.length] : []);
    expectClose(loss.data(), c.loss, { relative: 1e-6, label: 'loss' });
    loss.backward(floats(c.dLoss, [...loss.shape]));
    expectClose(prediction.grad!.data(), c.dx, { relative: 1e-6, label: 'dPrediction' });
    const negative = c.dx.map((value) => -value);
    expectClose(target.grad!.data(), negative, { relative: 1e-6, label: 'dTarget' });
  });
});

test.each(['mean', 'sum', 'none'] as const)('gradient check, reduction %s', (reduction) => {
  scope(() => {
    const random = new Random(9);
    const inputs = [leaf(randomValues(6, random), [2, 3]), leaf(randomValues(6, random), [2, 3])];
    checkGradients((x, t) => mse(x!, t!, { reduction }), inputs);
  });
});

test('the square of the lecture: (A² − y)² by hand', () => {
  scope(() => {
    const [a, y] = [leaf([3]), floats([1])];
    const loss = mse(a, y);
    expect(loss.item()).toBe(4);
    loss.backward();
    expect(a.grad!.item()).toBe(4);
    expect(y.grad).toBeUndefined();
  });
});

test.each([4095, 4096, 4097, 20_000])('the mean of %i elements', (size) => {
  scope(() => {
    const prediction = Float32Array.from({ length: size }, (_, i) => i % 7);
    const total = prediction.reduce((sum, value) => sum + (value - 1) ** 2, 0);
    const loss = mse(floats(prediction), floats(new Float32Array(size).fill(1)));
    expect(loss.item()).toBe(Math.fround(total / size));
  });
});

test('against itself the loss is 0 and the two gradients cancel', () => {
  scope(() => {
    const x = leaf([1, 2, 3]);
    const loss = mse(x, x);
    expect(loss.item()).toBe(0);
    loss.backward();
    expect(x.grad!.toArray()).toEqual([0, 0, 0]);
  });
});

test('no elements: the mean is NaN, the sum 0', () => {
  scope(() => {
    const x = leaf([], [0, 2]);
    const mean = mse(x, x);
    expect(mean.item()).toBeNaN();
    mean.backward();
    expect(x.grad!.shape).toEqual([0, 2]);
    expect(mse(x, x, { reduction: 'sum' }).item()).toBe(0);
    expect(mse(x, x, { reduction: 'none' }).shape).toEqual([0, 2]);
  });
});

test('errors', () => {
  scope(() => {
    const x = floats([1, 2, 3, 4], [2, 2]);
    expect(() => mse(x, floats([1, 2, 3, 4]))).toThrow(
      new ShapeError('mse: target: expected shape [2,2], got [4]'),
    );
    expect(() => mse(3 as never, x)).toThrow(
      new TypeError('mse: prediction: expected a Tensor, got 3'),
    );
    expect(() => mse(x, x, { reduction: 'max' as never })).toThrow(
      new RangeError(`mse: reduction: expected 'mean', 'sum' or 'none', got "max"`),
    );
  });
});
