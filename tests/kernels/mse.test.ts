import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { withScratch } from '../../src/runtime/storage.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/losses.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const RELATIVE = 2e-7;
const CHUNK = 4096;
const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 33, 4095, 4096, 4097, 12_289];

const cases = SIZES.flatMap((size) => [1, 3].map((parts) => ({ size, parts })));

function draw(size: number) {
  const random = new Random(1000 + size);
  return [
    randomValues(size, random),
    randomValues(size, random),
    randomValues(size, random),
  ] as const;
}

function sum(x: Float32Array, t: Float32Array, parts: number, divisor: number): number {
  const { kernels } = runtime();
  const chunks = Math.ceil(x.length / CHUNK);
  return scope(() =>
    withScratch(8 * chunks, (sums) => {
      const [tx, tt, y] = [floats(x), floats(t), unwritten(1)];
      for (const [begin, end] of ranges(chunks, parts)) {
        kernels.mseForwardSums(sums, tx.pointer, tt.pointer, x.length, begin, end);
      }
      kernels.mseForwardReduce(y.pointer, sums, chunks, divisor);
      return y.item();
    }),
  );
}

test.each(cases)('losses of $size elements in $parts parts', ({ size, parts }) => {
  const [x, t] = draw(size);
  scope(() => {
    const [tx, tt, y] = [floats(x), floats(t), unwritten(size)];
    for (const [begin, end] of ranges(size, parts)) {
      runtime().kernels.mseForward(y.pointer, tx.pointer, tt.pointer, begin, end);
    }
    expectClose(y.data(), reference.mseForward(x, t), { relative: RELATIVE, label: 'loss' });
  });
});

test.each(cases)('sum of the losses of $size elements in $parts parts', ({ size, parts }) => {
  const [x, t] = draw(size);
  const expected = reference.mseForward(x, t).reduce((a, b) => a + b, 0);
  // The inputs are multiples of 1/64: the sum is exact in float64, and correctly rounded only then.
  expect(sum(x, t, parts, 1)).toBe(Math.fround(expected));
  expect(sum(x, t, parts, size)).toBe(Math.fround(expected / size));
});

test('the sum is formed in float64', () => {
  const x = new Float32Array(CHUNK + 3).fill(2 ** -12);
  x[0] = 1;
  expect(sum(x, new Float32Array(x.length), 1, 1)).toBe(Math.fround(1 + (x.length - 1) * 2 ** -24));
});

test.each(cases)('gradient of $size elements in $parts parts', ({ size, parts }) => {
  const { kernels } = runtime();
  const [x, t, dLoss] = draw(size);
  const equal = new Float32Array(size).fill(0.75 * 0.5);
  scope(() => {
    const [tx, tt, tg, one] = [floats(x), floats(t), floats(dLoss), floats([0.75])];
    for (const accumulate of [false, true]) {
      const before = accumulate ? x : new Float32Array(size);
      const start = () => (accumulate ? floats(x) : unwritten(size));
      const plusBefore = (values: Float64Array) => values.map((value, i) => value + before[i]!);
      const [dx, reduced] = [start(), start()];
      for (const [begin, end] of ranges(size, parts)) {
        const inputs = [tx.pointer, tt.pointer] as const;
        kernels.mseGradInput(dx.pointer, ...inputs, tg.pointer, accumulate, begin, end);
        const factors = [one.pointer, 2 * 0.5] as const;
        kernels.mseGradInputReduced(reduced.pointer, ...inputs, ...factors, accumulate, begin, end);
      }
      const expected = plusBefore(reference.mseGradInput(x, t, dLoss));
      expectClose(dx.data(), expected, { relative: RELATIVE, label: 'dx' });
      const expectedReduced = plusBefore(reference.mseGradInput(x, t, equal));
      expectClose(reduced.data(), expectedReduced, { relative: RELATIVE, label: 'dx, reduced' });
    }
  });
});

test('numbers that are not finite stay where they are', () => {
  scope(() => {
    const [x, t] = [floats([NaN, 1, Infinity, 2, 3]), floats([0, 1, 0, 2, -Infinity])];
    const y = unwritten(5);
    runtime().kernels.mseForward(y.pointer, x.pointer, t.pointer, 0, 5);
    expect([...y.data()]).toEqual([NaN, 0, Infinity, 0, Infinity]);
  });
});
