import { describe, test } from 'vitest';
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

describe.each(ROWS)('%i rows', (rows) => {
  test.each(CHANNELS)('of %i channels', (channels) => {
    const seed = 1000 * rows + channels;
    const random = new Random(seed);
    const x = randomValues(rows * channels, random);
    const b = randomValues(channels, random);
    for (const parts of PARTS) {
      const label = `seed ${seed}, ${parts} parts`;
      scope(() => {
        const [tx, tb] = [floats(x), floats(b)];
        const y = runForward(tx, tb, rows, parts);
        expectClose(y, reference.biasForward(x, b), { relative: 0, label: `y ${label}` });
      });
    }
  });
});
