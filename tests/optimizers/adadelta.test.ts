import { describe, expect, test } from 'vitest';
import { Adadelta, type AdadeltaOptions, scope } from '../../src/index.js';
import { floats } from '../support/tensors.js';

/** p after steps with these gradients, from 2. */
function after(gradients: number[], options?: AdadeltaOptions) {
  return scope(() => {
    const p = floats([2]);
    using optimizer = new Adadelta([p], options);
    for (const gradient of gradients) {
      p.grad = floats([gradient]);
      optimizer.step();
    }
    return p.item();
  });
}

test('the first step is the paper’s: the mean of squares counts the new gradient', () => {
  // √(0 + eps) / √((1 − ρ) g² + eps) · g. With the mean before it, which is 0, the step would be g itself.
  const change = Math.sqrt(0.01) / Math.sqrt(0.25 * 9 + 0.01);
  expect(after([3], { rho: 0.75, eps: 0.01 })).toBeCloseTo(2 - 3 * change, 6);
  expect(after([-3], { rho: 0.75, eps: 0.01 })).toBeCloseTo(2 + 3 * change, 6);
  expect(after([1])).toBeCloseTo(2 - Math.sqrt(1e-6) / Math.sqrt(0.1 + 1e-6), 6);
});

test('two steps by hand', () => {
  // v = 0.5 · 4, then 0.5 · 2 + 0.5 · 16; u = 0.5 · Δ², with the change of the first step alone.
  const first = (Math.sqrt(1) / Math.sqrt(2 + 1)) * 2;
  const second = (Math.sqrt(0.5 * first ** 2 + 1) / Math.sqrt(9 + 1)) * 4;
  const options = { lr: 0.5, rho: 0.5, eps: 1 };
  expect(after([2, 4], options)).toBeCloseTo(2 - 0.5 * (first + second), 6);
});

test('weight decay joins the gradient', () => {
  expect(after([0])).toBe(2);
  expect(after([0], { weightDecay: 0.5 })).toBe(after([1]));
});

describe('hyper-parameters are checked', () => {
  test.each<[AdadeltaOptions, string]>([
    [{ lr: -1 }, 'lr: expected a number ≥ 0, got -1'],
    [{ rho: 1 }, 'rho: expected a number in [0, 1), got 1'],
    [{ rho: 1 - 1e-9 }, 'rho: expected a number in [0, 1), got 0.999999999'],
    [{ rho: NaN }, 'rho: expected a number in [0, 1), got NaN'],
    [{ eps: -1 }, 'eps: expected a number ≥ 0, got -1'],
    [{ weightDecay: Infinity }, 'weightDecay: expected a number ≥ 0, got Infinity'],
  ])('%o', (options, message) => {
    scope(() => {
      const params = [floats([1])];
      expect(() => new Adadelta(params, options)).toThrow(new RangeError(`Adadelta: ${message}`));
    });
  });

  test('the wrong kind is a TypeError', () => {
    scope(() => {
      expect(() => new Adadelta([floats([1])], { rho: '0.9' as never })).toThrow(
        new TypeError('Adadelta: rho: expected a number in [0, 1), got "0.9"'),
      );
    });
  });
});
