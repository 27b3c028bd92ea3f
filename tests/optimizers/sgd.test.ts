import { describe, expect, test } from 'vitest';
import { scope, SGD, type SGDOptions } from '../../src/index.js';
import { floats } from '../support/tensors.js';

test('two steps by hand, in numbers that float32 holds', () => {
  scope(() => {
    const p = floats([1, -2]);
    using optimizer = new SGD([p], { lr: 0.5, momentum: 0.5, dampening: 0.5, weightDecay: 0.25 });
    p.grad = floats([0.75, 0]);
    optimizer.step();
    // d = 0.75 + 0.25 · 1 and 0 + 0.25 · −2: the first velocity, not dampened.
    expect(p.toArray()).toEqual([1 - 0.5 * 1, -2 + 0.5 * 0.5]);
    optimizer.step();
    // d = 0.75 + 0.25 · 0.5 = 0.875 and −0.4375; velocity = 0.5 · 1 + 0.5 · 0.875 and −0.25 − 0.21875.
    expect(p.toArray()).toEqual([0.5 - 0.5 * 0.9375, -1.75 + 0.5 * 0.46875]);
  });
});

test('without momentum it keeps nothing but the count of steps', () => {
  scope(() => {
    const p = floats([1]);
    using optimizer = new SGD([p], { lr: 0.5 });
    p.grad = floats([1]);
    optimizer.step();
    expect(optimizer.state()).toMatchObject({
      tensors: new Map(),
      numbers: { lr: 0.5, 'step.0': 1 },
    });
  });
});

describe('hyper-parameters are checked', () => {
  test.each<[SGDOptions, string]>([
    [{ lr: NaN }, 'SGD: lr: expected a number ≥ 0, got NaN'],
    [{ lr: -0.1 }, 'SGD: lr: expected a number ≥ 0, got -0.1'],
    [{ lr: Infinity }, 'SGD: lr: expected a number ≥ 0, got Infinity'],
    [{ lr: 1, momentum: -1 }, 'SGD: momentum: expected a number ≥ 0, got -1'],
    [{ lr: 1, dampening: NaN }, 'SGD: dampening: expected a finite number, got NaN'],
    [{ lr: 1, weightDecay: -1 }, 'SGD: weightDecay: expected a number ≥ 0, got -1'],
    [
      { lr: 1, nesterov: true },
      'SGD: nesterov: expected momentum > 0 and dampening 0, got momentum 0, dampening 0',
    ],
    [
      { lr: 1, nesterov: true, momentum: 0.9, dampening: 0.1 },
      'SGD: nesterov: expected momentum > 0 and dampening 0, got momentum 0.9, dampening 0.1',
    ],
  ])('%o', (options, message) => {
    scope(() => expect(() => new SGD([floats([1])], options)).toThrow(new RangeError(message)));
  });

  test('the wrong kind is a TypeError', () => {
    scope(() => {
      expect(() => new SGD([floats([1])], {} as never)).toThrow(
        new TypeError('SGD: lr: expected a number ≥ 0, got undefined'),
      );
      expect(() => new SGD([floats([1])], { lr: 1, dampening: '0' as never })).toThrow(
        new TypeError('SGD: dampening: expected a finite number, got "0"'),
      );
    });
  });
});
