import { describe, expect, test } from 'vitest';
import { planDepthwise } from '../../src/ops/conv/depthwise.js';
import type { Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { Random } from '../../src/random.js';
import { scope } from '../../src/tensor.js';
import { checkAll, checkParts, geometryOf, run } from '../support/conv2d-depthwise-kernels.js';
import { pick } from '../support/random.js';
import { floats, unwritten } from '../support/tensors.js';

/** A geometry that a depthwise convolution may have, or undefined where the kernel is larger than the input. */
function randomGeometry(random: Random): Conv2dGeometry | undefined {
  const upTo = (n: number) => 1 + random.integer(n);
  const channels = pick(random, [upTo(19), upTo(19), upTo(4), 32, 64 + random.integer(9)]);
  const largest = channels > 19 ? 9 : 20;
  const size = [upTo(largest), upTo(largest)] as const;
  const kernel = pick(random, [3, 5, 0]);
  try {
    return geometryOf(random.integer(4), size, channels, [kernel || upTo(7), kernel || upTo(7)], {
      stride: pick(random, [1, 2, [upTo(4), upTo(4)]]),
      dilation: pick(random, [1, 1, [upTo(4), upTo(4)]]),
      padding: pick(random, [0, 1, 2, [3, 0], [0, 1, 2, 3], [4, 2, 0, 1], 'same' as const]),
    });
  } catch {
    return undefined;
  }
}

describe('depthwise kernels agree with the reference', () => {
  test('on random awkward geometries', () => {
    const seed = 20_263;
    const random = new Random(seed);
    for (let done = 0; done < 400;) {
      const g = randomGeometry(random);
      if (!g) continue;
      checkAll(g, random, `seed ${seed} case ${done} ${JSON.stringify(g)}`);
      done++;
    }
  });

  test.each(
    [7, 14, 21].flatMap((width) =>
      [1, 2].flatMap((stride) =>
        [0, 1, 2, [1, 0, 0, 1], 'same' as const].map((padding) => ({ width, stride, padding })),
      ),
    ),
  )('on strips of $width pixels, stride $stride, padding $padding', (options) => {
    const { width, stride, padding } = options;
    const random = new Random(width);
    const [before, after] =
      padding === 'same'
        ? [stride % 2, 1]
        : Array.isArray(padding)
          ? [padding[1]!, padding[3]!]
          : [padding, padding];
    // So many columns that the output has `width`.
    const columns = (width - 1) * stride + 3 - before - after;
    for (const channels of [4, 19, 20]) {
      const g = geometryOf(2, [5, columns], channels, [3, 3], { stride, padding });
      expect(g.outWidth).toBe(width);
      checkAll(g, random, JSON.stringify({ ...options, channels }));
    }
  });

  test.each<{ name: string; g: Conv2dGeometry }>([
    {
      name: 'more channels than the weight gradient takes at once, several blocks of rows',
      g: geometryOf(2, [9, 70], 150, [3, 3], { padding: 1 }),
    },
    {
      name: '5x5, strided, wide',
      g: geometryOf(1, [13, 40], 36, [5, 5], { padding: 2, stride: 2 }),
    },
    {
      name: 'pixels that share their sets of a cache',
      g: geometryOf(2, [5, 14], 512, [3, 3], { padding: 1 }),
    },
    { name: 'a signal', g: geometryOf(3, [1, 50], 6, [1, 5], { padding: [0, 2] }) },
    {
      name: 'stride and dilation with a common divisor',
      g: geometryOf(1, [17, 19], 5, [3, 4], { padding: 3, stride: [4, 6], dilation: [2, 4] }),
    },
    {
      name: 'stride that divides the dilation',
      g: geometryOf(1, [18, 20], 4, [3, 3], { padding: 2, stride: 2, dilation: 4 }),
    },
    { name: '1x1 image, 5x5 kernel', g: geometryOf(3, [1, 1], 3, [5, 5], { padding: 2 }) },
    { name: 'stride beyond the kernel', g: geometryOf(1, [11, 13], 2, [2, 2], { stride: 5 }) },
    {
      name: 'padding beyond the kernel',
      g: geometryOf(1, [3, 2], 2, [2, 2], { padding: 6, stride: 3 }),
    },
    {
      name: 'padding beyond the kernel, dense',
      g: geometryOf(1, [9, 9], 7, [3, 3], { padding: 5 }),
    },
    { name: 'few rows: bands', g: geometryOf(1, [7, 7], 263, [3, 3], { padding: 1 }) },
    { name: 'empty batch', g: geometryOf(0, [5, 5], 6, [3, 3], { padding: 1 }) },
    { name: 'no pixels', g: geometryOf(2, [0, 2], 6, [2, 2], { padding: 1 }) },
  ])('$name', ({ g }) => {
    checkAll(g, new Random(7), JSON.stringify(g));
  });
});

describe('gigantic options', () => {
  const BIG = 1_000_000_000;
  const MAX = 2 ** 31 - 1;

  test.each<{ size: [number, number]; kernel: [number, number]; options: Conv2dOptions }>([
    { size: [3, 3], kernel: [1, 1], options: { stride: BIG } },
    { size: [3, 3], kernel: [2, 2], options: { stride: MAX, padding: 1 } },
    { size: [3, 3], kernel: [1, 1], options: { dilation: MAX } },
    { size: [3, 3], kernel: [1, 2], options: { dilation: [MAX, 1], stride: [2, 1] } },
    { size: [1, 1], kernel: [1, 1], options: { padding: [BIG, 0], stride: [BIG, 1] } },
    { size: [2, 2], kernel: [2, 2], options: { padding: BIG, stride: BIG } },
    { size: [2, 2], kernel: [2, 2], options: { padding: BIG, dilation: BIG, stride: BIG } },
    { size: [2, 2], kernel: [2, 2], options: { padding: [0, BIG], stride: [1, BIG] } },
    { size: [2, 2], kernel: [2, 2], options: { padding: BIG, dilation: BIG, stride: MAX } },
  ])('$size with $kernel, $options', ({ size, kernel, options }) => {
    const g = geometryOf(1, size, 5, kernel, options);
    checkAll(g, new Random(8), JSON.stringify(g));
  });
});

test('a number that is not finite stays in its receptive field and its channel', () => {
  const g = geometryOf(1, [5, 8], 2, [3, 3], { padding: 1 });
  scope(() => {
    const x = new Float32Array(80).fill(1);
    x[0] = NaN;
    const w = floats(new Float32Array(18).fill(1));
    const y = unwritten(80);
    run(y, floats(x), w, planDepthwise(g), 1);
    const touched = [...y.data()].flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
    expect(touched).toEqual([0, 2, 16, 18]);
    const infinite = floats(new Float32Array(18).fill(Infinity));
    run(y, floats(new Float32Array(80)), infinite, planDepthwise(g), 1);
    expect(y.data().every(Number.isNaN), 'zero times infinity').toBe(true);
    const corner = geometryOf(1, [1, 1], 1, [3, 3], { padding: 1 });
    const infiniteBorder = new Float32Array(9).fill(Infinity);
    infiniteBorder[4] = 2;
    run(y, floats([3]), floats(infiniteBorder), planDepthwise(corner), 1);
    expect(y.data()[0], 'the padding is not multiplied').toBe(6);
  });
});

describe('results have the same bits in any number of parts', () => {
  test.each<{ name: string; g: Conv2dGeometry }>([
    { name: '3x3', g: geometryOf(2, [12, 15], 150, [3, 3], { padding: 1 }) },
    { name: '5x5, strided', g: geometryOf(3, [14, 13], 70, [5, 5], { padding: 2, stride: 2 }) },
    { name: 'bands', g: geometryOf(1, [7, 7], 264, [3, 3], { padding: 1 }) },
    { name: 'bands, strided', g: geometryOf(1, [9, 9], 387, [5, 5], { padding: 2, stride: 2 }) },
    { name: 'fewer tasks than parts', g: geometryOf(1, [3, 5], 3, [3, 3], {}) },
  ])('$name', ({ g }) => checkParts(g));
});
