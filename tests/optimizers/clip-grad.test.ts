import { expect, test } from 'vitest';
import { clipGradNorm, clipGradValue, scope, type Tensor } from '../../src/index.js';
import { expectClose } from '../support/compare.js';
import { floats } from '../support/tensors.js';

const GRADIENTS = [[3, -4], [12], []];

/** Parameters with these gradients, and one without. */
function parameters(gradients = GRADIENTS): Tensor[] {
  const params = gradients.map((gradient) => {
    const p = floats(gradient);
    p.grad = floats(gradient);
    return p;
  });
  return [...params, floats([5])];
}

test.each([
  [2, 13],
  [1, 19],
  [Infinity, 12],
  [3, (27 + 64 + 1728) ** (1 / 3)],
])(
  'clipGradNorm with the norm of order %d scales the gradients as one vector',
  (normType, norm) => {
    scope(() => {
      for (const maxNorm of [1, 2 * norm]) {
        const params = parameters();
        expectClose([clipGradNorm(params, maxNorm, { normType })], [norm], {
          relative: 1e-6,
          label: 'norm',
        });
        const factor = Math.min(1, maxNorm / (norm + 1e-6));
        GRADIENTS.forEach((gradient, i) => {
          const expected = gradient.map((value) => value * factor);
          expectClose(params[i]!.grad!.data(), expected, { relative: 1e-6, label: `${i}` });
        });
        expect(params[3]!.grad).toBeUndefined();
      }
    });
  },
);

test('gradients below the largest norm keep their bits; no gradients have the norm 0', () => {
  scope(() => {
    const params = parameters([[0.1, 0.7]]);
    clipGradNorm(params, 2);
    expect(params[0]!.grad!.data()).toEqual(Float32Array.of(0.1, 0.7));
    expect(clipGradNorm([floats([1])], 2)).toBe(0);
  });
});

test('a norm that is NaN makes all gradients NaN, or is an error', () => {
  scope(() => {
    const params = parameters([[1], [NaN]]);
    expect(() => clipGradNorm(params, 1, { errorIfNonfinite: true })).toThrow(
      new RangeError('clipGradNorm: params: expected gradients of a finite norm, got NaN'),
    );
    expect(params[0]!.grad!.item()).toBe(1);
    for (const normType of [2, Infinity]) {
      const others = parameters([[1], [NaN]]);
      expect(clipGradNorm(others, 1, { normType })).toBeNaN();
      expect(others[0]!.grad!.item()).toBeNaN();
    }
  });
});

test('clipGradValue holds every element', () => {
  scope(() => {
    const params = parameters([[-3, 0.5, NaN], [2]]);
    clipGradValue(params, 1);
    expect(params[0]!.grad!.data()).toEqual(Float32Array.of(-1, 0.5, NaN));
    expect(params[1]!.grad!.item()).toBe(1);
  });
});

test('errors', () => {
  scope(() => {
    const params = parameters();
    expect(() => clipGradNorm(params, -1)).toThrow(
      new RangeError('clipGradNorm: maxNorm: expected a number ≥ 0, got -1'),
    );
    expect(() => clipGradNorm(params, 1, { normType: 0 })).toThrow(
      new RangeError('clipGradNorm: normType: expected a number above 0, got 0'),
    );
    expect(() => clipGradValue(3 as never, 1)).toThrow(
      new TypeError('clipGradValue: params: expected an array of tensors, got 3'),
    );
    expect(() => clipGradValue(params, NaN)).toThrow(
      new RangeError('clipGradValue: value: expected a number ≥ 0, got NaN'),
    );
  });
});
