import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/pool2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const SHAPES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 19, 33, 64].flatMap((channels) => [
  { batch: 1, pixels: 1, channels },
  { batch: 3, pixels: 49, channels },
  { batch: 2, pixels: 600, channels },
  { batch: 0, pixels: 5, channels },
]);

function runForward(x: Float32Array, batch: number, pixels: number, channels: number, parts = 1) {
  return scope(() => {
    const [tx, y] = [floats(x), unwritten(batch * channels)];
    for (const [begin, end] of ranges(y.size, parts)) {
      runtime().kernels.globalAvgPool2dForward(y.pointer, tx.pointer, pixels, channels, begin, end);
    }
    return y.data();
  });
}

describe.each(SHAPES)('$batch pictures of $pixels pixels, $channels channels', (shape) => {
  const { batch, pixels, channels } = shape;
  const seed = 71 + pixels + channels;
  const random = new Random(seed);
  const x = randomValues(batch * pixels * channels, random);
  const dy = randomValues(batch * channels, random);

  test('forward, with the same bits for every split', () => {
    const y = runForward(x, batch, pixels, channels);
    const expected = reference.globalAvgPool2dForward(x, batch, pixels, channels);
    expectClose(y, expected, { relative: 5e-7, label: `y, seed ${seed}` });
    for (const parts of [2, 3, 7]) {
      expect(runForward(x, batch, pixels, channels, parts), `${parts} parts`).toEqual(y);
    }
  });

  test.each([1, 2, 5])('gradient in %i parts, overwritten and added', (parts) =>
    scope(() => {
      const [tdy, fresh, sum] = [floats(dy), unwritten(x.length), floats(x)];
      const { kernels } = runtime();
      for (const [begin, end] of ranges(batch * pixels, parts)) {
        const sizes = [tdy.pointer, pixels, channels] as const;
        kernels.globalAvgPool2dGradInput(fresh.pointer, ...sizes, false, begin, end);
        kernels.globalAvgPool2dGradInput(sum.pointer, ...sizes, true, begin, end);
      }
      const dx = reference.globalAvgPool2dGradInput(dy, batch, pixels, channels);
      expectClose(fresh.data(), dx, { relative: 2e-7, label: `dx, seed ${seed}` });
      const added = dx.map((value, i) => value + x[i]!);
      expectClose(sum.data(), added, { relative: 2e-7, label: `dx +, seed ${seed}` });
    }),
  );
});

test('a long sum keeps its last digits', () => {
  const pixels = 2 ** 18;
  const x = Float32Array.from({ length: pixels * 17 }, () => Math.fround(0.1));
  const y = runForward(x, 1, pixels, 17);
  // One running sum of 2^18 terms would be off by 1e-3.
  expectClose(
    y,
    Array.from({ length: 17 }, () => Math.fround(0.1)),
    {
      relative: 2e-5,
      label: 'mean of 0.1',
    },
  );
});

test('numbers that are not finite stay in their channel', () => {
  const x = new Float32Array(2 * 2 * 5).fill(1);
  x[1] = NaN;
  x[12] = Infinity;
  expect([...runForward(x, 2, 2, 5)]).toEqual([1, NaN, 1, 1, 1, 1, 1, Infinity, 1, 1]);
});
