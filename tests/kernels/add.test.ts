import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/add.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const SIZES = [0, 1, 3, 4, 5, 7, 8, 15, 16, 17, 1023];

/** Multiples of 1/64: every sum here is exact. */
const EXACT = 0;

describe.each(SIZES)('%i elements', (size) => {
  const seed = 31 + size;
  const random = new Random(seed);
  const a = randomValues(size, random);
  const b = randomValues(size, random);
  const label = (what: string) => `${what}, seed ${seed}`;

  test.each([1, 2, 5])('addForward in %i parts', (parts) =>
    scope(() => {
      const { kernels } = runtime();
      const [ta, tb, y] = [floats(a), floats(b), unwritten(size)];
      for (const [begin, end] of ranges(size, parts)) {
        kernels.addForward(y.pointer, ta.pointer, tb.pointer, begin, end);
      }
      expectClose(y.data(), reference.addForward(a, b), { relative: EXACT, label: label('y') });
    }),
  );

  test.each([1, 2, 5])('addGradInput in %i parts', (parts) =>
    scope(() => {
      const { kernels } = runtime();
      const [dy, dx, more] = [floats(a), unwritten(size), floats(b)];
      for (const [begin, end] of ranges(size, parts)) {
        kernels.addGradInput(dx.pointer, dy.pointer, false, begin, end);
        kernels.addGradInput(more.pointer, dy.pointer, true, begin, end);
      }
      expect(dx.data()).toEqual(a);
      expectClose(more.data(), reference.addForward(a, b), {
        relative: EXACT,
        label: label('dx +'),
      });
    }),
  );
});

test('a range is written and nothing else', () =>
  scope(() => {
    const [a, y] = [floats(new Float32Array(9).fill(1)), unwritten(9)];
    runtime().kernels.addForward(y.pointer, a.pointer, a.pointer, 2, 7);
    expect([...y.data()]).toEqual([NaN, NaN, 2, 2, 2, 2, 2, NaN, NaN]);
    const dx = unwritten(9);
    runtime().kernels.addGradInput(dx.pointer, a.pointer, false, 1, 8);
    expect([...dx.data()]).toEqual([NaN, 1, 1, 1, 1, 1, 1, 1, NaN]);
  }));
