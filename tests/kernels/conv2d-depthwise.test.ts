import { describe, expect, test } from 'vitest';
import {
  DEPTHWISE_FIELDS,
  type DepthwisePlan,
  planDepthwise,
  planDepthwiseGradInput,
} from '../../src/ops/conv2d-depthwise.js';
import {
  conv2dGeometry,
  type Conv2dGeometry,
  type Conv2dOptions,
} from '../../src/ops/conv2d-geometry.js';
import { Random } from '../../src/random.js';
import { writeGeometry } from '../../src/runtime/geometry-block.js';
import { runtime } from '../../src/runtime/runtime.js';
import { withScratch } from '../../src/runtime/storage.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { expectFused } from '../support/fused.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/conv2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const RELATIVE = 2e-6;

function geometryOf(
  batch: number,
  size: readonly [number, number],
  channels: number,
  kernel: readonly [number, number],
  options: Conv2dOptions,
): Conv2dGeometry {
  const w = [...kernel, 1, channels];
  return conv2dGeometry('test', [batch, ...size, channels], w, { ...options, groups: channels });
}

/** Runs `body` with the geometry written. */
function withGeometry(plan: DepthwisePlan, body: (geometry: number) => void): void {
  withScratch(4 * DEPTHWISE_FIELDS.length, (geometry) => {
    writeGeometry(geometry, DEPTHWISE_FIELDS, plan);
    body(geometry);
  });
}

/** Runs `body` with the geometry written and the weights packed. */
function withPacked(
  plan: DepthwisePlan,
  w: Tensor,
  rotated: boolean,
  body: (geometry: number, packed: number) => void,
): void {
  withGeometry(plan, (geometry) =>
    withScratch(plan.packedBytes, (packed) => {
      runtime().kernels.conv2dPackWeightDepthwise(packed, w.pointer, geometry, rotated);
      body(geometry, packed);
    }),
  );
}

function runForward(
  y: Tensor,
  x: Tensor,
  w: Tensor,
  b: Tensor | null,
  g: Conv2dGeometry,
  n: number,
  activation = 0,
) {
  const { kernels } = runtime();
  const plan = planDepthwise(g);
  withPacked(plan, w, false, (geometry, packed) => {
    const bias = b?.pointer ?? 0;
    for (const [begin, end] of ranges(plan.tasks, n)) {
      kernels.conv2dForwardDepthwise(
        y.pointer,
        x.pointer,
        packed,
        bias,
        activation,
        geometry,
        begin,
        end,
      );
    }
  });
}

function runGradInput(
  dx: Tensor,
  dy: Tensor,
  w: Tensor,
  g: Conv2dGeometry,
  accumulate: boolean,
  parts: number,
) {
  const { kernels } = runtime();
  const plan = planDepthwiseGradInput(g);
  withPacked(plan, w, true, (geometry, packed) => {
    const [to, from] = [dx.pointer, dy.pointer];
    for (const [begin, end] of ranges(plan.tasks, parts)) {
      kernels.conv2dGradInputDepthwise(to, from, packed, geometry, accumulate, begin, end);
    }
  });
}

function runGradWeight(
  dw: Tensor,
  x: Tensor,
  dy: Tensor,
  g: Conv2dGeometry,
  accumulate: boolean,
  parts: number,
) {
  const { kernels } = runtime();
  const plan = planDepthwise(g);
  const pointers = [dw.pointer, x.pointer, dy.pointer] as const;
  withGeometry(plan, (geometry) =>
    withScratch(plan.scratchBytes, (scratch) => {
      for (const [begin, end] of ranges(plan.weightTasks, parts)) {
        const range = [begin, end] as const;
        kernels.conv2dGradWeightDepthwise(...pointers, scratch, geometry, accumulate, ...range);
      }
    }),
  );
}

function plus(values: Float64Array, offset: ArrayLike<number>): Float64Array {
  return values.map((value, i) => value + offset[i]!);
}

function checkAll(g: Conv2dGeometry, random: Random, label: string) {
  const values = (count: number) => randomValues(count, random);
  const x = values(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const w = values(g.kernelHeight * g.kernelWidth * g.inChannels);
  const b = random.integer(2) ? values(g.outChannels) : null;
  const dy = values(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const parts = pick(random, [1, 1, 2, 5]);
  scope(() => {
    const [tx, tw, tb, tdy] = [floats(x), floats(w), b && floats(b), floats(dy)];
    const expectValues = (actual: Tensor, expected: Float64Array, name: string) =>
      expectClose(actual.data(), expected, { relative: RELATIVE, label: `${name} ${label}` });

    const y = unwritten(dy.length);
    runForward(y, tx, tw, tb, g, parts);
    expectValues(y, reference.conv2dForward(x, w, b, g), 'y');
    const fused = (to: Tensor, f: number) => runForward(to, tx, tw, tb, g, parts, f);
    expectFused(y, random, fused, label);

    const [dx, moreDx] = [unwritten(x.length), floats(x)];
    const expectedDx = reference.conv2dGradInput(dy, w, g);
    runGradInput(dx, tdy, tw, g, false, parts);
    expectValues(dx, expectedDx, 'dx');
    runGradInput(moreDx, tdy, tw, g, true, parts);
    expectValues(moreDx, plus(expectedDx, x), 'dx +');

    const [dw, moreDw] = [unwritten(w.length), floats(w)];
    const expectedDw = reference.conv2dGradWeight(x, dy, g);
    runGradWeight(dw, tx, tdy, g, false, parts);
    expectValues(dw, expectedDw, 'dw');
    runGradWeight(moreDw, tx, tdy, g, true, parts);
    expectValues(moreDw, plus(expectedDw, w), 'dw +');
  });
}

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
    runForward(y, floats(x), w, null, g, 1);
    const touched = [...y.data()].flatMap((value, i) => (Number.isNaN(value) ? [i] : []));
    expect(touched).toEqual([0, 2, 16, 18]);
    runForward(
      y,
      floats(new Float32Array(80)),
      floats(new Float32Array(18).fill(Infinity)),
      null,
      g,
      1,
    );
    expect(y.data().every(Number.isNaN), 'zero times infinity').toBe(true);
    const corner = geometryOf(1, [1, 1], 1, [3, 3], { padding: 1 });
    const infiniteBorder = new Float32Array(9).fill(Infinity);
    infiniteBorder[4] = 2;
    runForward(y, floats([3]), floats(infiniteBorder), null, corner, 1);
    expect(y.data()[0], 'the padding is not multiplied').toBe(6);
  });
});

describe('results have the same bits in any number of parts', () => {
  test.each<{ name: string; g: Conv2dGeometry }>([
    { name: '3x3', g: geometryOf(2, [12, 15], 150, [3, 3], { padding: 1 }) },
    { name: '5x5, strided', g: geometryOf(3, [14, 13], 70, [5, 5], { padding: 2, stride: 2 }) },
    { name: 'fewer tasks than parts', g: geometryOf(1, [3, 5], 3, [3, 3], {}) },
  ])('$name', ({ g }) => {
    const seed = 99;
    const random = new Random(seed);
    const fractions = (count: number) =>
      Float32Array.from({ length: count }, () => random.uniform(-1, 1));
    const vx = fractions(g.batch * g.inHeight * g.inWidth * g.inChannels);
    const vdy = fractions(g.batch * g.outHeight * g.outWidth * g.outChannels);
    const vw = fractions(g.kernelHeight * g.kernelWidth * g.inChannels);
    const vb = fractions(g.inChannels);
    const results = [1, 2, 5].map((parts) =>
      scope(() => {
        const [tx, tw, tb, tdy] = [floats(vx), floats(vw), floats(vb), floats(vdy)];
        const [y, dx, dw] = [unwritten(vdy.length), floats(vx), floats(vw)];
        runForward(y, tx, tw, tb, g, parts);
        runGradInput(dx, tdy, tw, g, true, parts);
        runGradWeight(dw, tx, tdy, g, true, parts);
        return { y: y.data(), dx: dx.data(), dw: dw.data() };
      }),
    );
    expect(results[1], `seed ${seed}, 2 parts`).toEqual(results[0]);
    expect(results[2], `seed ${seed}, 5 parts`).toEqual(results[0]);
  });
});
