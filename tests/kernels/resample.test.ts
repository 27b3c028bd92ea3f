import { expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import { type PositionTaps, resample } from '../support/reference/resample.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const INNER = [1, 2, 3, 4, 5, 7, 15, 16, 17, 19, 32, 35];
const [OUTER, SIZE] = [3, 5];

/** Of none, one and many values. */
const TAPS: readonly PositionTaps[] = [
  [[4, 0.5]],
  [],
  [
    [0, -1],
    [2, 0.25],
    [3, 3],
  ],
  Array.from({ length: SIZE }, (_, i) => [i, i / 8] as const),
];

function tableOf(taps: readonly PositionTaps[]) {
  const all = taps.flat();
  const table = new Int32Array(taps.length + 1 + 2 * all.length);
  taps.forEach(({ length }, j) => (table[j + 1] = table[j]! + length));
  table.set(
    all.map(([index]) => index),
    taps.length + 1,
  );
  const weights = Float32Array.from(all, ([, weight]) => weight);
  table.set(new Int32Array(weights.buffer), taps.length + 1 + all.length);
  return tensor(table, [table.length], { dtype: 'int32' });
}

test.each(INNER)('rows of %i', (inner) => {
  const random = new Random(inner);
  const x = randomValues(OUTER * SIZE * inner, random);
  const before = randomValues(OUTER * TAPS.length * inner, random);
  const expected = resample(x, [OUTER, SIZE, inner], TAPS);
  const added = expected.map((value, i) => value + before[i]!);
  for (const parts of [1, 2, 5]) {
    scope(() => {
      const [y, sum] = [unwritten(expected.length), floats(before)];
      const [from, table] = [floats(x).pointer, tableOf(TAPS).pointer];
      for (const [begin, end] of ranges(OUTER * TAPS.length, parts)) {
        for (const to of [y, sum]) {
          const own = [to.pointer, from, table, SIZE, TAPS.length, inner] as const;
          runtime().kernels.resample(...own, to === sum, begin, end);
        }
      }
      expectClose(y.data(), expected, { relative: 3e-7, label: 'y' });
      expectClose(sum.data(), added, { relative: 3e-7, label: 'added' });
    });
  }
});

test('a weight of 1 copies every value, −0 too', () => {
  scope(() => {
    const x = Float32Array.of(-0, 0, Infinity, NaN, 1e-45);
    const y = unwritten(5);
    const table = tableOf([[[0, 1]]]).pointer;
    runtime().kernels.resample(y.pointer, floats(x).pointer, table, 1, 1, 5, false, 0, 1);
    expect(y.data()).toEqual(x);
  });
});
