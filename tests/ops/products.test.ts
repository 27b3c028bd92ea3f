import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { all, any, cumsum, prod } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { scope } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

test.each(golden('products').prod)('agrees with PyTorch: $name', ({ inputs, output, options }) =>
  expectGolden((x) => prod(x!, { axes: options.axes! }), inputs, output),
);

test.each(golden('products').cumsum)('agrees with PyTorch: $name', ({ inputs, output, options }) =>
  expectGolden((x) => cumsum(x!, options.axis!), inputs, output),
);

test('products: gradients of zeros, axes that stay, nothing', () =>
  scope(() => {
    const x = leaf([2, 0, 3, 0, 0, 5], [2, 3]);
    const y = prod(x, { axes: 1, keepDims: true });
    expect(y.shape).toEqual([2, 1]);
    y.backward(floats([1, 1], [2, 1]));
    expect([...x.grad!.data()]).toEqual([0, 6, 0, 0, 0, 0]);
    expect(prod(floats([], [2, 0]), { axes: 1 }).toArray()).toEqual([1, 1]);
    expect(prod(floats([], [0])).item()).toBe(1);
    checkGradients((v) => prod(v!, { axes: [0, -1] }), [randomLeaf(new Random(4), [2, 3, 4])]);
  }));

describe.each([1, 2, 3, 4, 7, 9])('running sums of %i', (size) => {
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('exclusive %s, reverse %s', (exclusive, reverse) =>
    scope(() => {
      const values = Array.from({ length: size }, (_, i) => (i + 1) * (i % 3));
      const expected = values.map((_, i) =>
        values
          .filter((_, k) => (reverse ? k >= i : k <= i) && !(exclusive && k === i))
          .reduce((a, b) => a + b, 0),
      );
      expect(cumsum(floats(values), 0, { exclusive, reverse }).toArray()).toEqual(expected);
      const x = randomLeaf(new Random(4), [2, size, 3]);
      checkGradients((v) => cumsum(v!, 1, { exclusive, reverse }), [x]);
    }),
  );
});

test('running sums of nothing', () =>
  scope(() => expect(cumsum(floats([], [2, 0]), 1, { exclusive: true }).shape).toEqual([2, 0])));

test('all and any: NaN is not 0; nothing has no 0', () =>
  scope(() => {
    const x = floats([1, NaN, 0, 2, 0, 0], [3, 2]);
    expect(all(x, { axes: 1 }).toArray()).toEqual([1, 0, 0]);
    expect(any(x, { axes: -1 }).toArray()).toEqual([1, 1, 0]);
    expect([all(x).item(), any(x).item()]).toEqual([0, 1]);
    expect(any(x, { axes: 0, keepDims: true }).shape).toEqual([1, 2]);
    const empty = floats([], [0]);
    expect([all(empty).item(), any(empty).item()]).toEqual([1, 0]);
  }));

test('errors', () =>
  scope(() => {
    const x = floats([1, 2], [2]);
    for (const [name, op] of Object.entries({ all, any, prod })) {
      const message = `${name}: axes: expected an integer in [-1, 1), got 1`;
      expectError(() => op(x, { axes: 1 }), RangeError, message);
    }
    const message = 'cumsum: axis: expected an integer in [-1, 1), got 1';
    expectError(() => cumsum(x, 1), RangeError, message);
  }));
