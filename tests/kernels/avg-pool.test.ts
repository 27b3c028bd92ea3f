import { describe, expect, test } from 'vitest';
import {
  inputRows,
  outputRows,
  poolBlock,
  type PoolGeometry,
} from '../../src/ops/pool/geometry.js';
import { full } from '../../src/creation.js';
import { avgPool1d } from '../../src/ops/pool/avg-pool.js';
import { avgPool2d } from '../../src/ops/pool/avg-pool.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { poolGeometry, randomPool } from '../support/pool-geometry.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/pool2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

/** Of sums of up to 256 terms, and of more. */
const RELATIVE = 5e-7;
const RELATIVE_OF_MANY = 2e-6;

/** What the reference calls the divisor of the kernels. */
function divisorOf(divisor: number): [countIncludePad: boolean, override?: number] {
  return divisor > 0 ? [false, divisor] : [divisor < 0];
}

function checkAll(
  g: PoolGeometry,
  divisor: number,
  random: Random,
  label: string,
  relative = RELATIVE,
) {
  const { kernels } = runtime();
  const x = randomValues(inputRows(g) * g.inWidth * g.channels, random);
  const dy = randomValues(outputRows(g) * g.outWidth * g.channels, random);
  const before = randomValues(x.length, random);
  const parts = pick(random, [1, 1, 2, 5]);
  scope(() => {
    const [tx, tdy, y] = [floats(x), floats(dy), unwritten(dy.length)];
    const [fresh, sum] = [unwritten(x.length), floats(before)];
    const [shares, freshOfShares, sumOfShares] = [
      unwritten(dy.length),
      unwritten(x.length),
      floats(before),
    ];
    const geometry = poolBlock(g);
    for (const [begin, end] of ranges(outputRows(g), parts)) {
      kernels.avgPoolForward(y.pointer, tx.pointer, geometry, divisor, begin, end);
      const to = shares.pointer;
      kernels.avgPoolGradShares(to, tdy.pointer, geometry, divisor, begin, end);
    }
    for (const [begin, end] of ranges(inputRows(g), parts)) {
      const gradient = (to: Tensor, accumulate: boolean) =>
        kernels.avgPoolGradInput(
          to.pointer,
          tdy.pointer,
          geometry,
          divisor,
          accumulate,
          begin,
          end,
        );
      gradient(fresh, false);
      gradient(sum, true);
      const ofShares = (to: Tensor, accumulate: boolean) =>
        kernels.avgPoolGradInputOfShares(
          to.pointer,
          shares.pointer,
          geometry,
          accumulate,
          begin,
          end,
        );
      ofShares(freshOfShares, false);
      ofShares(sumOfShares, true);
    }
    const hasGaps = Math.max(g.dilationDepth, g.dilationHeight, g.dilationWidth) > 1;
    const expectedY = reference.avgPool2dForward(x, g, ...divisorOf(divisor));
    const expectedDx = reference.avgPool2dGradInput(dy, g, ...divisorOf(divisor));
    const added = expectedDx.map((value, i) => value + before[i]!);
    expectClose(y.data(), expectedY, { relative, label: `y ${label}` });
    for (const dx of hasGaps ? [fresh] : [fresh, freshOfShares]) {
      expectClose(dx.data(), expectedDx, { relative, label: `dx ${label}` });
    }
    for (const dx of hasGaps ? [sum] : [sum, sumOfShares]) {
      expectClose(dx.data(), added, { relative, label: `dx + ${label}` });
    }
  });
}

const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 32];

describe('average pooling agrees with the reference', () => {
  test('on random awkward geometries', () => {
    const seed = 20_263;
    const random = new Random(seed);
    for (let done = 0; done < 400; done++) {
      const [g, text] = randomPool(random, CHANNELS);
      const divisor = pick(random, [-1, 0, 3]);
      checkAll(g, divisor, random, `seed ${seed} case ${done} ${text} divisor ${divisor}`);
    }
  });

  test.each([
    { name: '2x2', x: [2, 8, 8, 32], kernel: 2, options: {} },
    { name: 'stride beyond the kernel', x: [1, 11, 13, 3], kernel: 2, options: { stride: 5 } },
    { name: '1x1 image, kernel larger', x: [3, 1, 1, 5], kernel: 3, options: { padding: 1 } },
    { name: 'whole image', x: [2, 7, 5, 19], kernel: [7, 5], options: {} },
    { name: 'overlap', x: [1, 9, 9, 20], kernel: 5, options: { stride: 1, padding: 2 } },
    { name: 'empty batch', x: [0, 5, 5, 2], kernel: 2, options: {} },
  ])('$name', ({ x, kernel, options }) => {
    const g = poolGeometry(x, { kernelSize: kernel, ...options });
    for (const divisor of [-1, 0, 7]) checkAll(g, divisor, new Random(7), `divisor ${divisor}`);
  });

  test.each([
    { name: 'one large window', x: [2, 20, 30, 21], kernel: [20, 30], options: {} },
    {
      name: 'one channel, rows of runs',
      x: [1, 3, 700, 1],
      kernel: [2, 600],
      options: { stride: 1 },
    },
    { name: 'overlap', x: [1, 26, 27, 3], kernel: 17, options: { stride: 1, padding: 16 } },
    {
      name: 'strides',
      x: [2, 40, 41, 5],
      kernel: [20, 14],
      options: { stride: [3, 2], padding: 5 },
    },
    {
      name: 'ceil',
      x: [1, 33, 34, 2],
      kernel: 20,
      options: { stride: 9, ceilMode: true, padding: 9 },
    },
    {
      name: 'gaps',
      x: [1, 40, 41, 5],
      kernel: 17,
      options: { stride: 3, padding: 2, dilation: 2 },
    },
    { name: 'volumes', x: [2, 5, 18, 17, 3], kernel: [2, 17, 17], options: { stride: 1 } },
    {
      name: 'more kernel than pixels',
      x: [1, 5, 6, 3],
      kernel: 20,
      options: { padding: 19, stride: 1 },
    },
  ])('large windows: $name', ({ x, kernel, options }) => {
    const g = poolGeometry(x, { kernelSize: kernel, ...options });
    for (const divisor of [-1, 0]) {
      checkAll(g, divisor, new Random(7), `divisor ${divisor}`, RELATIVE_OF_MANY);
    }
  });

  test('where a window has no pixel: 0', () => {
    // The host refuses such padding; a kernel that divided by the number of pixels would give NaN.
    const g = {
      ...poolGeometry([1, 2, 2, 3], { kernelSize: 1 }),
      padTop: 1,
      padLeft: 2,
      outHeight: 3,
    };
    for (const divisor of [-1, 0, 7]) checkAll(g, divisor, new Random(8), `divisor ${divisor}`);
  });
});

test('a number that is not finite stays in its windows', () => {
  const g = poolGeometry([1, 4, 4, 1], { kernelSize: 2 });
  scope(() => {
    const x = new Float32Array(16).fill(1);
    x[0] = NaN;
    x[15] = Infinity;
    const [tx, y] = [floats(x), unwritten(4)];
    const geometry = poolBlock(g);
    runtime().kernels.avgPoolForward(y.pointer, tx.pointer, geometry, -1, 0, 2);
    expect([...y.data()]).toEqual([NaN, 1, 1, Infinity]);
  });
});

describe('the rounding error of large windows', () => {
  const exact = Math.fround(0.1);

  test.each([
    [1, 1_000_000],
    [1000, 1000],
    [1_000_000, 1],
  ])('%d x %d pixels', (height, width) => {
    scope(() => {
      const x = full([1, height, width, 1], 0.1);
      for (const countIncludePad of [true, false]) {
        const y = avgPool2d(x, [height, width], { padding: 0, countIncludePad });
        expect(Math.abs(y.item() / exact - 1)).toBeLessThan(5e-6);
      }
    });
  });

  test('the gradient of a pixel that many windows see', () => {
    scope(() => {
      const x = full([1, 20_001, 1], 0);
      x.requiresGrad = true;
      avgPool1d(x, 10_001, { stride: 1 }).backward(full([1, 10_001, 1], 0.1));
      const middle = x.grad!.view()[10_000]!;
      expect(Math.abs(middle / exact - 1)).toBeLessThan(1e-6);
    });
  });
});
