import { describe, expect, test } from 'vitest';
import { planDepthwise, planDepthwiseGradInput } from '../../src/ops/conv/depthwise.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { Random } from '../../src/random.js';
import { checkAll, checkParts, geometryOf } from '../support/conv2d-depthwise-kernels.js';

type Size = readonly [height: number, width: number];
interface Case {
  batch: number;
  size: Size;
  kernel: Size;
  options: Conv2dOptions;
}

const CASES: Case[] = [
  { batch: 1, size: [5, 14], kernel: [3, 3], options: { padding: 1 } },
  { batch: 2, size: [7, 7], kernel: [3, 3], options: { padding: 1, stride: 2 } },
  { batch: 1, size: [4, 9], kernel: [5, 5], options: { padding: 2 } },
  { batch: 2, size: [3, 5], kernel: [2, 3], options: { stride: [1, 3] } },
  { batch: 1, size: [9, 4], kernel: [3, 2], options: { dilation: [3, 2], padding: [3, 1] } },
  {
    batch: 2,
    size: [8, 5],
    kernel: [3, 3],
    options: { stride: [2, 1], dilation: [2, 1], padding: 2 },
  },
  { batch: 1, size: [3, 2], kernel: [2, 2], options: { padding: 6, stride: 3 } },
  { batch: 1, size: [2, 2], kernel: [2, 2], options: { padding: 1e9, stride: 1e9 } },
  { batch: 0, size: [5, 5], kernel: [3, 3], options: { padding: 1 } },
  { batch: 1, size: [0, 2], kernel: [2, 2], options: { padding: 1 } },
  { batch: 1, size: [2, 0], kernel: [2, 2], options: { padding: 1 } },
];

/** More rows than the copy has room for, forwards and in the gradient of a stride. */
const SEVERAL_BANDS: Case[] = [
  { batch: 1, size: [9, 40], kernel: [3, 3], options: { padding: 1 } },
  { batch: 1, size: [20, 42], kernel: [2, 2], options: { stride: 2 } },
  { batch: 1, size: [2, 230], kernel: [1, 1], options: {} },
];

describe('where pixels crowd the cache, copies of bands', () => {
  test.each([...CASES, ...SEVERAL_BANDS])(
    'agree with the reference: $batch of $size, kernel $kernel, $options',
    ({ batch, size, kernel, options }) => {
      const g = geometryOf(batch, size, 512, kernel, options);
      expect(planDepthwise(g).xPixel).not.toBe(4 * g.inChannels);
      checkAll(g, new Random(11), JSON.stringify(g));
    },
  );

  test.each(SEVERAL_BANDS)('are several: $size', ({ batch, size, kernel, options }) => {
    const g = geometryOf(batch, size, 512, kernel, options);
    expect(planDepthwise(g).bandRows).toBeLessThan(g.outHeight);
    expect(planDepthwiseGradInput(g).bandRows).toBeLessThan(g.inHeight);
  });

  test('have the same bits in any number of parts', () => {
    checkParts(geometryOf(1, [7, 40], 512, [3, 3], { padding: 1 }));
  });
});

test.each([
  [512, true],
  [1024, true],
  [256, false],
  [520, false],
])('bands of %d channels are copied: %s', (channels, copied) => {
  const plan = planDepthwise(geometryOf(1, [14, 14], channels, [3, 3], { padding: 1 }));
  expect(plan.bandBytes > 0).toBe(copied);
});
