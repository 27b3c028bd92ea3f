import { describe, test } from 'vitest';
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

describe.each(SHAPES)('$batch pictures of $pixels pixels, $channels channels', (shape) => {
  const { batch, pixels, channels } = shape;
  const seed = 71 + pixels + channels;
  const random = new Random(seed);
  const x = randomValues(batch * pixels * channels, random);
  const dy = randomValues(batch * channels, random);

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
