import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { fromData, scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/gather.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const SIZES = [1, 2, 5].flatMap((outer) =>
  [1, 3, 8].flatMap((size) => [1, 2, 3, 4, 7, 16, 33].map((inner) => ({ outer, size, inner }))),
);
const COUNTS = [0, 1, 4, 19];
const PARTS = [1, 2, 5];

describe.each(SIZES)('$outer x $size rows of $inner', ({ outer, size, inner }) => {
  const sizes = [outer, size, inner] as const;

  test.each(COUNTS)('%i indices', (count) => {
    const seed = 1000 * inner + 100 * size + 10 * outer + count;
    const random = new Random(seed);
    const indices = Array.from({ length: count }, () => random.integer(size));
    const x = randomValues(outer * size * inner, random);
    const dy = randomValues(outer * count * inner, random);
    const dx = reference.gatherGradInput(dy, indices, sizes);
    const more = dx.map((value, i) => value + x[i]!);
    for (const parts of PARTS) {
      const label = `seed ${seed}, ${parts} parts`;
      scope(() => {
        const { pointer } = fromData('test', indices, [count], 'int32');
        const [tx, tdy, y] = [floats(x), floats(dy), unwritten(dy.length)];
        const [fresh, sum] = [unwritten(x.length), floats(x)];
        const { kernels } = runtime();
        for (const [begin, end] of ranges(outer * count, parts)) {
          kernels.gatherForward(y.pointer, tx.pointer, pointer, count, size, inner, begin, end);
        }
        for (const [begin, end] of ranges(outer * size, parts)) {
          const values = [tdy.pointer, pointer, count, size, inner] as const;
          kernels.gatherGradInput(fresh.pointer, ...values, false, begin, end);
          kernels.gatherGradInput(sum.pointer, ...values, true, begin, end);
        }
        const expected = reference.gather(x, indices, sizes);
        expectClose(y.data(), expected, { relative: 0, label: `y ${label}` });
        expectClose(fresh.data(), dx, { relative: 0, label: `dx ${label}` });
        expectClose(sum.data(), more, { relative: 0, label: `dx + ${label}` });
      });
    }
  });
});

test('sums that round have the same bits in any number of parts', () =>
  scope(() => {
    const random = new Random(91);
    const [count, size, inner] = [500, 7, 5];
    const draw = (length: number) => Float32Array.from({ length }, () => random.uniform(0, 1));
    const dy = floats(draw(count * inner));
    const indices = Array.from({ length: count }, () => random.integer(size));
    const { pointer } = fromData('test', indices, [count], 'int32');
    const gradient = (parts: number) => {
      const dx = unwritten(size * inner);
      for (const [begin, end] of ranges(size, parts)) {
        const values = [dy.pointer, pointer, count, size, inner, false] as const;
        runtime().kernels.gatherGradInput(dx.pointer, ...values, begin, end);
      }
      return dx.data();
    };
    for (const parts of [2, 3, 7]) expect(gradient(parts), `${parts} parts`).toEqual(gradient(1));
  }));
