import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { dropout, generator, manualSeed, scope, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { floats } from '../support/tensors.js';

function ones(...shape: number[]): Tensor {
  return floats(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
}

function leaf(values: number[]): Tensor {
  const result = floats(values);
  result.requiresGrad = true;
  return result;
}

test('what is kept is scaled: the mean stays', () => {
  scope(() => {
    const y = dropout(ones(100, 100), 0.2, { random: new Random(5) });
    expect(y.shape).toEqual([100, 100]);
    const values = [...y.data()];
    expect(new Set(values)).toEqual(new Set([0, 1.25]));
    const mean = values.reduce((sum, value) => sum + value, 0) / 10_000;
    // Standard deviation of the mean: 1.25 √(0.2 · 0.8) / 100 = 0.005.
    expect(Math.abs(mean - 1)).toBeLessThan(0.02);
  });
});

test('the gradient goes through the same mask', () => {
  scope(() => {
    const x = leaf(Array.from({ length: 50 }, () => 1));
    const y = dropout(x, 0.5, { random: new Random(1) });
    y.backward(ones(50));
    expect(x.grad!.data()).toEqual(y.data());
    expect([...y.data()].filter((value) => value === 0).length).toBeGreaterThan(10);
  });
});

test('gradient check', () => {
  scope(() => {
    const x = leaf([1, -2, 3, -4, 5, 0.5, 0.25]);
    checkGradients((input) => dropout(input, 0.4, { random: new Random(3) }), [x]);
  });
});

test('gradients of two calls add up', () => {
  scope(() => {
    const x = leaf([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const first = dropout(x, 0.5, { random: new Random(1) });
    const second = dropout(x, 0.5, { random: new Random(2) });
    first.backward(ones(9));
    second.backward(ones(9));
    const expected = first.data().map((value, i) => value + second.data()[i]!);
    expect(x.grad!.data()).toEqual(expected);
  });
});

test('p = 0 is the identity over the same memory and draws nothing', () => {
  scope(() => {
    const x = leaf([1, NaN, -3]);
    const state = generator().state();
    const y = dropout(x, 0);
    expect(y).not.toBe(x);
    expect(y.pointer).toBe(x.pointer);
    expect(generator().state()).toEqual(state);
    y.backward(floats([4, 5, 6]));
    expect(x.grad!.toArray()).toEqual([4, 5, 6]);
  });
});

test('p = 1 gives zeros, and a zero gradient', () => {
  scope(() => {
    const x = leaf([1, Infinity, NaN, 4, 5]);
    const y = dropout(x, 1);
    expect(y.toArray()).toEqual([0, 0, 0, 0, 0]);
    y.backward(ones(5));
    expect(x.grad!.toArray()).toEqual([0, 0, 0, 0, 0]);
  });
});

test('the masks follow from manualSeed, and differ from call to call', () => {
  scope(() => {
    const x = ones(1000);
    manualSeed(42);
    const [first, second] = [dropout(x).data(), dropout(x).data()];
    expect(second).not.toEqual(first);
    manualSeed(42);
    expect(dropout(x).data()).toEqual(first);
    expect(dropout(x).data()).toEqual(second);
    manualSeed(43);
    expect(dropout(x).data()).not.toEqual(first);
    manualSeed(0);
  });
});

test('no elements', () => {
  scope(() => expect(dropout(floats([], [0, 4])).shape).toEqual([0, 4]));
});

test.each([
  { p: -0.1, got: '-0.1' },
  { p: 1.5, got: '1.5' },
  { p: NaN, got: 'NaN' },
])('p = $got is refused before anything is allocated or drawn', ({ p, got }) => {
  scope(() => {
    const x = ones(4);
    const { blocksInUse } = runtime().heap;
    const state = generator().state();
    expect(() => dropout(x, p)).toThrow(
      new RangeError(`dropout: p: expected a number in [0, 1], got ${got}`),
    );
    expect(runtime().heap.blocksInUse).toBe(blocksInUse);
    expect(generator().state()).toEqual(state);
  });
});

test('the wrong kind is a TypeError', () => {
  scope(() => {
    const x = ones(4);
    expect(() => dropout(x, '0.5' as never)).toThrow(TypeError);
  });
  expect(() => dropout([1] as never)).toThrow(
    new TypeError('dropout: input: expected a Tensor, got [1]'),
  );
});
