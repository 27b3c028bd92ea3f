import { describe, expect, test } from 'vitest';
import { record } from '../../src/autograd.js';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor } from '../../src/creation.js';
import { add } from '../../src/ops/zip/functions.js';
import { linear } from '../../src/ops/linear.js';
import { scope, Tensor } from '../../src/tensor.js';
import { expectNothingLeft } from '../support/memory.js';

const leaf = (...values: number[]) => tensor(values, undefined, { requiresGrad: true });

/** y = x², whose gradient is made by `derivative` of x. */
function square(x: Tensor, derivative: (x: number, index: number) => number): Tensor {
  const y = Tensor.computed(x.shape, (result) => result.view().set(x.data().map((v) => v * v)));
  return record('square', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) => {
      const dy = gradOutput.data();
      const old = accumulate ? gradInput.data() : dy.map(() => 0);
      gradInput.view().set(x.data().map((v, i) => old[i]! + dy[i]! * derivative(v, i)));
    }),
  );
}

test('accepts the right gradient, of any shape of the result', () =>
  scope(() => {
    checkGradients((x) => square(x, (v) => 2 * v), [leaf(0.5, -1, 2, 0)]);
    checkGradients(
      (x, w) => linear(x, w),
      [
        tensor(
          [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          undefined,
          { requiresGrad: true },
        ),
        tensor([[0.5], [-1]], undefined, { requiresGrad: true }),
      ],
    );
  }));

describe('rejects', () => {
  test.each<[string, (x: number, index: number) => number]>([
    ['a factor', (v) => 2.05 * v],
    ['the other sign', (v) => -2 * v],
    ['a missing factor', (v) => v],
    ['none at all', () => 0],
    ['NaN', () => NaN],
    ['one wrong element', (v, i) => (i === 2 ? 2 * v + 0.1 : 2 * v)],
  ])('%s', (_, derivative) =>
    scope(() => {
      const x = leaf(1, -0.5, 2);
      expect(() => checkGradients((value) => square(value, derivative), [x])).toThrow(
        /^checkGradients: input 0, element [02]: expected -?[\d.]+ \(central difference\), got (-?[\d.]+|NaN)$/,
      );
    }),
  );

  test('a gradient that is not passed on', () =>
    scope(() => {
      const [x, y] = [leaf(1), leaf(2)];
      const cut = (a: Tensor, b: Tensor) => add(a, b.detach());
      expect(() => checkGradients(cut, [x, y])).toThrow('checkGradients: input 1, element 0');
    }));

  test('a function that records nothing', () =>
    scope(() => {
      expect(() => checkGradients((x) => x.detach(), [leaf(1)])).toThrow('backward');
    }));
});

test('leaves values, gradients and memory as they were', () =>
  scope(() => {
    const [x, unused, constant] = [leaf(1, 2), leaf(3), tensor([5, 6])];
    add(x, x).backward(ones([2]));
    const { grad } = x;
    expectNothingLeft(() => checkGradients((a, _b, c) => add(a, c), [x, unused, constant]));
    expect([[...x.data()], [...unused.data()], [...constant.data()]]).toEqual([
      [1, 2],
      [3],
      [5, 6],
    ]);
    expect(x.grad).toBe(grad);
    expect([...grad!.data()]).toEqual([2, 2]);
    expect(unused.grad).toBeUndefined();
  }));
