import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/bias.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const ROWS = [0, 1, 3, 4, 5, 255, 256, 257, 600];
const CHANNELS = Array.from({ length: 17 }, (_, i) => i + 1);
const PARTS = [1, 2, 5];

function runForward(x: Tensor, b: Tensor, rows: number, parts: number): Float32Array {
  const y = unwritten(x.size);
  for (const [begin, end] of ranges(rows, parts)) {
    runtime().kernels.biasForward(y.pointer, x.pointer, b.pointer, b.size, begin, end);
  }
  return y.data() as Float32Array;
}

function runGradBias(db: Tensor, dy: Tensor, rows: number, accumulate: boolean, parts: number) {
  for (const [begin, end] of ranges(db.size, parts)) {
    const { kernels } = runtime();
    kernels.biasGradBias(db.pointer, dy.pointer, rows, db.size, accumulate, begin, end);
  }
  return db.data() as Float32Array;
}

describe.each(ROWS)('%i rows', (rows) => {
  test.each(CHANNELS)('of %i channels', (channels) => {
    const seed = 1000 * rows + channels;
    const random = new Random(seed);
    const x = randomValues(rows * channels, random);
    const b = randomValues(channels, random);
    const db = reference.biasGradBias(x, channels);
    const more = db.map((value, c) => value + b[c]!);
    // Sums of multiples of 1/64 below 2^18 are exact.
    for (const parts of PARTS) {
      const label = `seed ${seed}, ${parts} parts`;
      scope(() => {
        const [tx, tb] = [floats(x), floats(b)];
        const y = runForward(tx, tb, rows, parts);
        expectClose(y, reference.biasForward(x, b), { relative: 0, label: `y ${label}` });
        const gradBias = runGradBias(unwritten(channels), tx, rows, false, parts);
        expectClose(gradBias, db, { relative: 0, label: `db ${label}` });
        const accumulated = runGradBias(floats(b), tx, rows, true, parts);
        expectClose(accumulated, more, { relative: 0, label: `db + ${label}` });
      });
    }
  });
});

describe('sums that round', () => {
  const seed = 77;
  const random = new Random(seed);
  const [rows, channels] = [30_000, 7];
  const dy = Float32Array.from({ length: rows * channels }, () => random.uniform(0, 1));

  test('of 30,000 rows lose no more than a few units in the last place', () =>
    scope(() => {
      const db = runGradBias(unwritten(channels), floats(dy), rows, false, 1);
      const expected = reference.biasGradBias(dy, channels);
      expectClose(db, expected, { relative: 2e-6, label: `db, seed ${seed}` });
    }));

  test.each([2, 5, 7])('have the same bits in %i parts', (parts) =>
    scope(() => {
      const tdy = floats(dy);
      const whole = runGradBias(unwritten(channels), tdy, rows, false, 1);
      expect(runGradBias(unwritten(channels), tdy, rows, false, parts)).toEqual(whole);
    }),
  );
});
