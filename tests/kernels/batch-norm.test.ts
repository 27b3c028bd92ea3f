import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/batch-norm.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const ROWS = [1, 2, 5, 256, 257, 600];
const CHANNELS = [1, 2, 3, 4, 5, 8, 9, 16, 17];
const PARTS = [1, 2, 5];
/** Groups of rows with statistics of their own. */
const outerOf = (rows: number) => (rows < 256 ? 3 : rows === 257 ? 2 : 1);

describe.each(ROWS)('%i rows', (rows) => {
  test.each(CHANNELS)('of %i channels', (channels) => {
    const seed = 1000 * rows + channels;
    const random = new Random(seed);
    const draw = (size: number, offset = 0) => randomValues(size, random).map((v) => v + offset);
    // Far from 0: what is computed from sums of squares would be nothing but rounding errors.
    const outer = outerOf(rows);
    const [size, vectors] = [outer * rows * channels, outer * channels];
    const x = draw(size, 300);
    const dy = draw(size);
    const before = draw(size);
    const [mean, a, b, k] = [draw(vectors, 300), draw(vectors), draw(vectors), draw(vectors)];
    const bits: Float32Array[][] = [];
    for (const parts of PARTS) {
      scope(() => {
        const { kernels } = runtime();
        const [tx, tdy, tm, ta, tb, tk] = [x, dy, mean, a, b, k].map((v) => floats(v).pointer);
        const [y, dx, alone] = [unwritten(size), floats(before), unwritten(size)];
        const [variance, dw, db] = [unwritten(vectors), unwritten(vectors), unwritten(vectors)];
        const sizes = [rows, channels] as const;
        const scratch = unwritten(16 * 4).pointer;
        for (const [begin, end] of ranges(outer * rows, parts)) {
          kernels.batchNormForward(y.pointer, tx!, tm!, ta!, tb!, ...sizes, begin, end);
          const own = [tdy!, tx!, tm!, ta!, tb!, tk!, ...sizes] as const;
          kernels.batchNormGradInput(dx.pointer, ...own, true, begin, end);
          const none = [tdy!, 0, 0, ta!, 0, 0, ...sizes] as const;
          kernels.batchNormGradInput(alone.pointer, ...none, false, begin, end);
        }
        for (const [begin, end] of ranges(vectors, parts)) {
          kernels.batchNormVariance(
            variance.pointer,
            tx!,
            tm!,
            scratch,
            1 / rows,
            ...sizes,
            begin,
            end,
          );
          const own = [tdy!, tx!, tm!, ta!, scratch, ...sizes] as const;
          kernels.batchNormGradWeightBias(dw.pointer, db.pointer, ...own, begin, end);
        }
        bits.push([y, dx, alone, variance, dw, db].map((t) => t.data() as Float32Array));
      });
    }
    for (const other of bits.slice(1)) expect(other).toEqual(bits[0]);
    const own = (i: number) => Math.floor(i / (rows * channels)) * channels + (i % channels);
    const ones = new Float64Array(size).fill(1);
    const [y, dx, alone, variance, dw, db] = bits[0]!;
    const close = (got: Float32Array, expected: Float64Array, label: string, tolerance = 1e-6) =>
      expectClose(got, expected, {
        relative: tolerance,
        absolute: tolerance,
        label: `${label} ${seed}`,
      });
    close(y!, reference.batchNormForward(x, mean, a, b, rows, channels), 'y');
    const gradient = reference.batchNormGradInput(dy, x, mean, a, b, k, rows, channels);
    close(
      dx!,
      gradient.map((value, i) => value + before[i]!),
      'dx',
      3e-6,
    );
    close(
      alone!,
      Float64Array.from(dy, (value, i) => value * a[own(i)]!),
      'dx of constants',
    );
    const centred = Float64Array.from(x, (value, i) => value - mean[own(i)]!);
    const squares = reference.sumDeviations(x, centred, mean, rows, channels);
    close(
      variance!,
      squares.map((value) => value / rows),
      'variance',
      3e-6,
    );
    const sums = reference.sumDeviations(x, dy, mean, rows, channels);
    const slack = 1e-5 * Math.sqrt(rows);
    close(
      dw!,
      sums.map((value, c) => value * a[c]!),
      'dw',
      slack,
    );
    close(
      db!,
      reference.sumDeviations(dy, ones, new Float64Array(vectors), rows, channels),
      'db',
      slack,
    );
  });
});
