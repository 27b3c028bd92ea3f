import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/concat.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const CASES = [
  { rows: 1, lengths: [1] },
  { rows: 1, lengths: [5, 3, 17] },
  { rows: 3, lengths: [1, 2] },
  { rows: 4, lengths: [4, 8, 4] },
  { rows: 5, lengths: [7, 0, 9, 3] },
  { rows: 2, lengths: [31, 64, 6] },
];

describe.each(CASES)('$rows rows of $lengths', ({ rows, lengths }) => {
  const seed = 51 + rows;
  const random = new Random(seed);
  const xs = lengths.map((length) => randomValues(rows * length, random));
  const stride = lengths.reduce((sum, length) => sum + length, 0);
  const offsets = lengths.map((_, i) => lengths.slice(0, i).reduce((sum, n) => sum + n, 0));

  test.each([1, 2, 5])('concatForward in %i parts', (parts) =>
    scope(() => {
      const y = unwritten(rows * stride);
      xs.forEach((x, i) => {
        const { pointer } = floats(x);
        for (const [begin, end] of ranges(x.length, parts)) {
          const band = [stride, offsets[i]!, lengths[i]!] as const;
          runtime().kernels.concatForward(y.pointer, pointer, ...band, begin, end);
        }
      });
      const expected = reference.concatForward(xs, rows);
      expect(y.data(), `seed ${seed}`).toEqual(Float32Array.from(expected));
    }),
  );

  test.each([1, 2, 5])('concatGradInput in %i parts, overwritten and added', (parts) =>
    scope(() => {
      const dy = randomValues(rows * stride, random);
      const { pointer } = floats(dy);
      xs.forEach((before, i) => {
        const [fresh, sum] = [unwritten(before.length), floats(before)];
        const band = [stride, offsets[i]!, lengths[i]!] as const;
        for (const [begin, end] of ranges(before.length, parts)) {
          const { kernels } = runtime();
          kernels.concatGradInput(fresh.pointer, pointer, ...band, false, begin, end);
          kernels.concatGradInput(sum.pointer, pointer, ...band, true, begin, end);
        }
        const dx = reference.concatGradInput(dy, rows, offsets[i]!, lengths[i]!);
        expect(fresh.data(), `seed ${seed}`).toEqual(Float32Array.from(dx));
        const added = Float32Array.from(dx, (value, j) => value + before[j]!);
        expect(sum.data(), `seed ${seed}`).toEqual(added);
      });
    }),
  );

  test('writes its own band and nothing else', () =>
    scope(() => {
      const y = unwritten(rows * stride);
      const band = [stride, offsets[0]!, lengths[0]!] as const;
      runtime().kernels.concatForward(y.pointer, floats(xs[0]!).pointer, ...band, 0, xs[0]!.length);
      y.data().forEach((value, i) => expect(Number.isNaN(value)).toBe(i % stride >= lengths[0]!));
    }));
});
