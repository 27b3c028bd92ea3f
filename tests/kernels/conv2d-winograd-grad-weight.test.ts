import { describe, expect, test } from 'vitest';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import {
  planWinogradGradWeight,
  WINOGRAD_FIELDS,
  type WinogradPlan,
} from '../../src/ops/conv/winograd-plan.js';
import { withPartialSums } from '../../src/ops/partial-sums.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { withPlan } from '../support/conv2d-kernels.js';
import { WINOGRAD_FILTERS } from '../support/filters.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/conv2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

function runGradWeight(
  dw: Tensor,
  x: Tensor,
  dy: Tensor,
  plan: WinogradPlan,
  accumulate: boolean,
  parts: number,
) {
  withPartialSums(dw, plan.sums, accumulate, (to, accumulates) =>
    withPlan(WINOGRAD_FIELDS, plan, (geometry, _packed, scratch) => {
      for (const [begin, end] of ranges(plan.tasks, parts)) {
        runtime().kernels.conv2dGradWeightWinograd(
          to,
          x.pointer,
          dy.pointer,
          scratch,
          geometry,
          accumulates,
          begin,
          end,
        );
      }
    }),
  );
}

function check(
  g: Conv2dGeometry,
  { filter, relative }: (typeof WINOGRAD_FILTERS)[number],
  random: Random,
  label: string,
) {
  const x = randomValues(g.batch * g.inHeight * g.inWidth * g.inChannels, random);
  const dy = randomValues(g.batch * g.outHeight * g.outWidth * g.outChannels, random);
  const before = randomValues(filter.kernelSize ** 2 * g.inChannels * g.outChannels, random);
  const parts = pick(random, [1, 1, 2, 5]);
  const plan = planWinogradGradWeight(g, filter);
  const expected = reference.conv2dGradWeight(x, dy, g);
  // A tap that sees only padding has the gradient 0 beside the rounding errors of the others.
  const close = { relative, absolute: 1e-6 };
  scope(() => {
    const [tx, tdy] = [floats(x), floats(dy)];
    const dw = unwritten(before.length);
    runGradWeight(dw, tx, tdy, plan, false, parts);
    expectClose(dw.data(), expected, { ...close, label: `dw ${label}` });
    const more = floats(before);
    runGradWeight(more, tx, tdy, plan, true, parts);
    const sum = expected.map((value, i) => value + before[i]!);
    expectClose(more.data(), sum, { ...close, label: `dw + ${label}` });
  });
}

describe.each(WINOGRAD_FILTERS)('winograd weight gradient of $name', (named) => {
  const { filter } = named;
  const r = filter.kernelSize;
  const same = (r - 1) / 2;

  test('agrees with the reference on random awkward geometries', () => {
    const seed = 20_263;
    const random = new Random(seed);
    let done = 0;
    while (done < 60) {
      const [inChannels, outChannels] = [1 + random.integer(37), 1 + random.integer(19)];
      const x = [random.integer(4), 1 + random.integer(17), 1 + random.integer(19), inChannels];
      const w = [r, r, inChannels, outChannels];
      const padding = pick(random, [0, 1, 1, 2, 3, [1, 0], [0, 1, 2, 3], [3, 2, 0, 1], r - 1]);
      let g: Conv2dGeometry;
      try {
        g = conv2dGeometry('test', x, w, { padding });
      } catch {
        continue;
      }
      check(g, named, random, `seed ${seed} case ${done} ${JSON.stringify({ x, w, padding })}`);
      done++;
    }
  });

  test.each([
    { name: 'several runs of channels', x: [1, 5, 6, 150], w: [r, r, 150, 70], padding: same },
    { name: 'whole runs of channels', x: [2, 6, 5, 128], w: [r, r, 128, 64], padding: same },
    { name: 'several blocks of tiles', x: [5, 17, 19, 60], w: [r, r, 60, 60], padding: same },
    { name: 'parts of the sums over tiles', x: [9, 31, 30, 5], w: [r, r, 5, 7], padding: same },
    { name: '1x1 picture', x: [3, 1, 1, 5], w: [r, r, 5, 4], padding: same },
    { name: 'picture without pixels', x: [1, 0, 2, 3], w: [r, r, 3, 4], padding: r - 1 },
    { name: 'padding beyond the kernel', x: [1, 3, 2, 2], w: [r, r, 2, 3], padding: 6 },
    { name: 'empty batch', x: [0, 5, 5, 40], w: [r, r, 40, 3], padding: same },
  ])('agrees with the reference: $name', ({ x, w, padding }) => {
    const g = conv2dGeometry('test', x, w, { padding });
    check(g, named, new Random(8), JSON.stringify({ x, w, padding }));
  });

  test.each([
    { name: 'channels', x: [4, 17, 19, 70], outChannels: 66, isSummed: false },
    { name: 'few input channels', x: [1, 35, 39, 9], outChannels: 150, isSummed: false },
    { name: 'sums over tiles', x: [9, 31, 30, 5], outChannels: 7, isSummed: true },
  ])('has the same bits in any number of parts of the $name', ({ x, outChannels, isSummed }) => {
    const seed = 99;
    const random = new Random(seed);
    const [batch, height, width, inChannels] = x as [number, number, number, number];
    const g = conv2dGeometry('test', x, [r, r, inChannels, outChannels], { padding: same });
    const uniform = (size: number) =>
      Float32Array.from({ length: size }, () => random.uniform(-1, 1));
    const pixels = batch * height * width;
    const [vx, dy] = [uniform(pixels * inChannels), uniform(pixels * outChannels)];
    const before = uniform(r * r * inChannels * outChannels);
    const plan = planWinogradGradWeight(g, filter);
    expect(plan.sums > 0).toBe(isSummed);
    expect(plan.tasks).toBeGreaterThan(2);
    expect(plan.tiles).toBeGreaterThan(plan.blockTiles);
    const results = [1, 2, 5, 99].map((parts) =>
      scope(() => {
        const dw = floats(before);
        runGradWeight(dw, floats(vx), floats(dy), plan, true, parts);
        return dw.data();
      }),
    );
    expect(results[1], `seed ${seed}, 2 parts`).toEqual(results[0]);
    expect(results[2], `seed ${seed}, 5 parts`).toEqual(results[0]);
    expect(results[3], `seed ${seed}, each task alone`).toEqual(results[0]);
  });
});
