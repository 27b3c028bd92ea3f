import { describe, expect, test } from 'vitest';
import { Adam, type AdamOptions, AdamW, scope } from '../../src/index.js';
import { expectClose } from '../support/compare.js';
import { floats } from '../support/tensors.js';

/** p after steps with these gradients. */
function after(gradients: number[], Optimizer: typeof Adam | typeof AdamW, options?: AdamOptions) {
  return scope(() => {
    const p = floats([2]);
    using optimizer = new Optimizer([p], options);
    for (const gradient of gradients) {
      p.grad = floats([gradient]);
      optimizer.step();
    }
    return p.item();
  });
}

test('the first step moves by lr, whatever the size of the gradient', () => {
  for (const gradient of [1e-3, 1, 1e4]) {
    expect(after([gradient], Adam)).toBeCloseTo(2 - 1e-3, 6);
    expect(after([-gradient], Adam)).toBeCloseTo(2 + 1e-3, 6);
  }
});

test('two steps by hand', () => {
  // m = 0.5 · 0.5 + 0.5 · 3, v = 0.75 · 0.25 + 0.25 · 9, corrected by 1 − 0.5² and 1 − 0.75².
  const first = 2 - 0.125;
  const second = first - (0.125 * (1.75 / 0.75)) / Math.sqrt(2.4375 / 0.4375);
  const options = { lr: 0.125, betas: [0.5, 0.75], eps: 0 } as const;
  expect(after([1, 3], Adam, options)).toBeCloseTo(second, 6);
});

test('the running means do not drift: a constant gradient moves by lr in step 5,000 too', () => {
  const p = after(
    Array.from({ length: 5000 }, () => 0.5),
    Adam,
    { lr: 2 ** -12 },
  );
  expectClose([p], [2 - 5000 / 4096], { relative: 2e-6, label: 'p' });
});

test('weight decay: the gradient’s in Adam, none by default; its own in AdamW, 0.01 by default', () => {
  expect(after([0], Adam)).toBe(2);
  expect(after([0], Adam, { lr: 0.5, weightDecay: 0.1 })).toBeCloseTo(1.5, 6);
  expect(after([0], AdamW, { lr: 0.5 })).toBe(Math.fround(2 - 0.5 * 0.01 * 2));
  expect(after([0], AdamW, { lr: 0.5, weightDecay: 0 })).toBe(2);
});

test('a gradient of 0 from the start changes nothing', () => {
  expect(after([0, 0, 0], Adam)).toBe(2);
});

describe('hyper-parameters are checked', () => {
  test.each<[AdamOptions, string]>([
    [{ lr: NaN }, 'lr: expected a number ≥ 0, got NaN'],
    [{ betas: [1, 0.9] }, 'betas[0]: expected a number in [0, 1), got 1'],
    [{ betas: [0.9, -0.1] }, 'betas[1]: expected a number in [0, 1), got -0.1'],
    [{ betas: [0.9, 1 - 1e-9] }, 'betas[1]: expected a number in [0, 1), got 0.999999999'],
    [{ eps: -1 }, 'eps: expected a number ≥ 0, got -1'],
    [{ weightDecay: Infinity }, 'weightDecay: expected a number ≥ 0, got Infinity'],
  ])('%o', (options, message) => {
    scope(() => {
      const params = [floats([1])];
      expect(() => new Adam(params, options)).toThrow(new RangeError(`Adam: ${message}`));
      expect(() => new AdamW(params, options)).toThrow(new RangeError(`AdamW: ${message}`));
    });
  });

  test('the wrong kind is a TypeError', () => {
    scope(() => {
      expect(() => new Adam([floats([1])], { betas: 0.9 as never })).toThrow(
        new TypeError('Adam: betas: expected two numbers, got 0.9'),
      );
      expect(() => new Adam([floats([1])], { betas: ['a', 0.9] as never })).toThrow(
        new TypeError('Adam: betas[0]: expected a number in [0, 1), got "a"'),
      );
    });
  });
});
