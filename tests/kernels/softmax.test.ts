import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { pick, randomValues } from '../support/random.js';
import { softmaxForward, softmaxGradInput } from '../support/reference/losses.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const CLASSES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 100, 1001];

function runForward(x: ArrayLike<number>, classes: number, parts = 1): Float32Array {
  return scope(() => {
    const [tx, y] = [floats(x), unwritten(x.length)];
    for (const [begin, end] of ranges(x.length / classes, parts)) {
      runtime().kernels.softmaxForward(y.pointer, tx.pointer, classes, begin, end);
    }
    return y.data() as Float32Array;
  });
}

describe.each(CLASSES)('%i classes', (classes) => {
  const seed = 20_265 + classes;

  test('forward: each y within 6e-7 of itself, and rows sum to 1', () => {
    const random = new Random(seed);
    for (const [rows, scale] of [
      [0, 1],
      [1, 1],
      [3, 20],
      [7, 80],
    ] as const) {
      const x = randomValues(rows * classes, random).map((v) => scale * v);
      const y = runForward(x, classes, pick(random, [1, 2, 5]));
      const expected = softmaxForward(x, rows, classes);
      y.forEach((value, i) => {
        const allowed = 6e-7 * expected[i]! + 2 ** -148;
        expect(Math.abs(value - expected[i]!), `seed ${seed} [${i}]`).toBeLessThanOrEqual(allowed);
      });
      for (let r = 0; r < rows; r++) {
        const sum = y.subarray(r * classes, (r + 1) * classes).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  test('gradient: overwritten and added, in split ranges', () => {
    const random = new Random(seed);
    const rows = 5;
    const y = runForward(randomValues(rows * classes, random), classes);
    const dy = randomValues(rows * classes, random);
    const before = randomValues(rows * classes, random);
    const dx = softmaxGradInput(y, dy, rows, classes);
    scope(() => {
      const [ty, tdy] = [floats(y), floats(dy)];
      const [fresh, sum] = [unwritten(y.length), floats(before)];
      const { kernels } = runtime();
      for (const [begin, end] of ranges(rows, 3)) {
        const from = [tdy.pointer, ty.pointer, classes] as const;
        kernels.softmaxGradInput(fresh.pointer, ...from, false, begin, end);
        kernels.softmaxGradInput(sum.pointer, ...from, true, begin, end);
      }
      // With one class dx is 0, and what is left is the rounding of y − y².
      const absolute = 1e-7;
      expectClose(fresh.data(), dx, { relative: 1e-6, absolute, label: `dx seed ${seed}` });
      const added = dx.map((value, i) => value + before[i]!);
      expectClose(sum.data(), added, { relative: 1e-6, absolute, label: `dx + seed ${seed}` });
    });
  });
});

test.each([
  { name: 'large numbers', x: [1e4, 0, -1e4], y: [1, 0, 0] },
  { name: 'large and equal', x: [3e38, 3e38, 3e38, 3e38], y: [0.25, 0.25, 0.25, 0.25] },
  { name: '-Infinity is probability 0', x: [-Infinity, 1, 1], y: [0, 0.5, 0.5] },
  { name: 'only -Infinity', x: [-Infinity, -Infinity], y: [NaN, NaN] },
  { name: 'Infinity', x: [Infinity, 0, 0, 0, 0], y: [NaN, NaN, NaN, NaN, NaN] },
  { name: 'NaN in a vector', x: [0, NaN, 0, 0, 0], y: [NaN, NaN, NaN, NaN, NaN] },
  { name: 'NaN in the tail', x: [0, 0, 0, 0, NaN], y: [NaN, NaN, NaN, NaN, NaN] },
])('$name', ({ x, y }) => {
  expect([...runForward(x, x.length)]).toEqual(y);
  // The rows around are not touched by it.
  const rows = [...x.map(() => 0), ...x, ...x.map(() => 0)];
  const even = x.map(() => Math.fround(1 / x.length));
  expect([...runForward(rows, x.length)]).toEqual([...even, ...y, ...even]);
});
