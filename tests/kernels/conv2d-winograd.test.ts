import { describe, expect, test } from 'vitest';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { F23, F43, F45, type WinogradFilter } from '../../src/ops/conv/winograd-filter.js';
import {
  planWinograd,
  planWinogradGradInput,
  WINOGRAD_FIELDS,
  type WinogradPlan,
} from '../../src/ops/conv/winograd-plan.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { type Pointers, withPlan } from '../support/conv2d-kernels.js';
import { WINOGRAD_FILTERS } from '../support/filters.js';
import { expectFused } from '../support/fused.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/conv2d.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

/** y by the plan of the forward pass, dx by that of the input gradient, in `parts` calls. */
function run(
  y: Tensor,
  x: Tensor,
  w: Tensor,
  plan: WinogradPlan,
  parts: number,
  { bias = 0, activation = 0, residual = 0 }: Pointers = {},
) {
  const { kernels } = runtime();
  withPlan(WINOGRAD_FIELDS, plan, (geometry, packed, scratch) => {
    const isPacked = plan.packedBytes > 0;
    for (const [begin, end] of isPacked ? ranges(plan.packTasks, parts) : []) {
      kernels.conv2dPackWeightWinograd(packed, w.pointer, scratch, geometry, begin, end);
    }
    const weights = isPacked ? packed : w.pointer;
    const values = [y.pointer, x.pointer, weights, bias, activation, residual, scratch] as const;
    for (const [begin, end] of ranges(plan.tasks, parts)) {
      kernels.conv2dForwardWinograd(...values, geometry, begin, end);
    }
  });
}

/** y and dx, with each of `forms` of the weights: unpacked or not. */
function checkBoth(
  g: Conv2dGeometry,
  { filter, relative }: (typeof WINOGRAD_FILTERS)[number],
  random: Random,
  label: string,
  forms: readonly boolean[] = [random.integer(2) === 1],
) {
  const values = (count: number) => randomValues(count, random);
  const x = values(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const w = values(filter.kernelSize ** 2 * g.inChannels * g.outChannels);
  const b = random.integer(2) ? values(g.outChannels) : null;
  const dy = values(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const expected = reference.conv2dForward(x, w, b, g);
  const expectedDx = reference.conv2dGradInput(dy, w, g);
  const expectedMore = expectedDx.map((value, i) => value + x[i]!);
  for (const unpacked of forms) {
    const parts = pick(random, [1, 1, 2, 5]);
    const named = `${label}, ${unpacked ? 'unpacked' : 'packed'}`;
    scope(() => {
      const [tx, tw, tb, tdy] = [floats(x), floats(w), b && floats(b), floats(dy)];
      const [y, bias] = [unwritten(dy.length), tb?.pointer ?? 0];
      const forward = planWinograd(g, filter, unpacked);
      run(y, tx, tw, forward, parts, { bias });
      expectClose(y.data(), expected, { relative, label: `y ${named}` });
      const fused = (to: Tensor, activation: number, residual: number) =>
        run(to, tx, tw, forward, parts, { bias, activation, residual });
      expectFused(y, random, fused, named);

      const dx = unwritten(x.length);
      const plan = planWinogradGradInput(g, filter, unpacked);
      run(dx, tdy, tw, plan, parts);
      // An empty picture in the middle of padding, or the rim of a padded one, may see only zeros.
      expectClose(dx.data(), expectedDx, { relative, absolute: 1e-6, label: `dx ${named}` });
      const moreDx = floats(x);
      run(moreDx, tdy, tw, plan, parts, { residual: moreDx.pointer });
      expectClose(moreDx.data(), expectedMore, {
        relative,
        absolute: 1e-6,
        label: `dx + ${named}`,
      });
    });
  }
}

describe.each(WINOGRAD_FILTERS)('winograd kernels of $name', (named) => {
  const { filter } = named;
  const r = filter.kernelSize;
  const same = (r - 1) / 2;

  test('agree with the reference on random awkward geometries', () => {
    const seed = 20_262;
    const random = new Random(seed);
    let done = 0;
    while (done < 60) {
      const [inChannels, outChannels] = [1 + random.integer(19), 1 + random.integer(19)];
      const x = [random.integer(4), 1 + random.integer(17), 1 + random.integer(19), inChannels];
      const w = [r, r, inChannels, outChannels];
      const padding = pick(random, [0, 1, 1, 2, 3, [1, 0], [0, 1, 2, 3], [3, 2, 0, 1], r - 1]);
      let g: Conv2dGeometry;
      try {
        g = conv2dGeometry('test', x, w, { padding });
      } catch {
        continue;
      }
      checkBoth(g, named, random, `seed ${seed} case ${done} ${JSON.stringify({ x, w, padding })}`);
      done++;
    }
  });

  test.each([
    { name: 'several runs of channels', x: [1, 5, 6, 150], w: [r, r, 150, 70], padding: same },
    { name: 'whole runs of channels', x: [2, 6, 5, 128], w: [r, r, 128, 64], padding: same },
    { name: 'many blocks', x: [3, 17, 19, 3], w: [r, r, 3, 2], padding: same },
    { name: 'larger blocks', x: [18, 1, 1, 516], w: [r, r, 516, 516], padding: same },
    { name: 'short last row and column', x: [3, 14, 14, 9], w: [r, r, 9, 11], padding: same },
    { name: 'short last row', x: [1, 13, 12, 9], w: [r, r, 9, 11], padding: same },
    { name: 'short last column', x: [2, 16, 14, 9], w: [r, r, 9, 11], padding: same },
    {
      name: 'last row and column short by one',
      x: [2, 15, 15, 9],
      w: [r, r, 9, 11],
      padding: same,
    },
    { name: 'the same, smaller', x: [2, 7, 7, 9], w: [r, r, 9, 11], padding: same },
    { name: 'short rows and columns only', x: [1, 2, 1, 9], w: [r, r, 9, 11], padding: same },
    { name: 'short, unpacked', x: [1, 6, 10, 300], w: [r, r, 300, 260], padding: same },
    { name: '1x1 picture', x: [3, 1, 1, 5], w: [r, r, 5, 4], padding: same },
    { name: 'picture without pixels', x: [1, 0, 2, 3], w: [r, r, 3, 4], padding: r - 1 },
    { name: 'padding beyond the kernel', x: [1, 3, 2, 2], w: [r, r, 2, 3], padding: 6 },
    { name: 'empty batch', x: [0, 5, 5, 2], w: [r, r, 2, 3], padding: same },
  ])('agree with the reference: $name', ({ x, w, padding }) => {
    const g = conv2dGeometry('test', x, w, { padding });
    const random = new Random(8);
    const label = JSON.stringify({ x, w, padding });
    checkBoth(g, named, random, label, [false, true]);
  });

  test.each([
    { name: 'packed', x: [3, 13, 14, 7], w: [r, r, 7, 70] },
    { name: 'packed, one block,', x: [1, 8, 8, 30], w: [r, r, 30, 75] },
    { name: 'unpacked', x: [1, 6, 5, 150], w: [r, r, 150, 140] },
  ])('give the same bits in any number of parts with $name weights', ({ name, x, w }) => {
    const seed = 98;
    const random = new Random(seed);
    const g = conv2dGeometry('test', x, w, { padding: same });
    const uniform = (...shape: number[]) =>
      Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-1, 1));
    const [vx, vw, vb] = [uniform(...x), uniform(...w), uniform(g.outChannels)];
    const vdy = uniform(g.batch, g.outHeight, g.outWidth, g.outChannels);
    const unpacked = name === 'unpacked';
    const plan = planWinograd(g, filter, unpacked);
    const gradPlan = planWinogradGradInput(g, filter, unpacked);
    expect(plan.tasks).toBeGreaterThan(2);
    const results = [1, 2, 5, 99].map((parts) =>
      scope(() => {
        const [y, dx] = [unwritten(vdy.length), floats(vx)];
        run(y, floats(vx), floats(vw), plan, parts, { bias: floats(vb).pointer });
        run(dx, floats(vdy), floats(vw), gradPlan, parts, { residual: dx.pointer });
        return { y: y.data(), dx: dx.data() };
      }),
    );
    expect(results[1], `seed ${seed}, 2 parts`).toEqual(results[0]);
    expect(results[2], `seed ${seed}, 5 parts`).toEqual(results[0]);
    expect(results[3], `seed ${seed}, each task alone`).toEqual(results[0]);
  });

  test('keep a number that is not finite within the tiles that see it', () => {
    const g = conv2dGeometry('test', [1, 12, 12, 1], [r, r, 1, 1], { padding: same });
    scope(() => {
      const x = new Float32Array(144).fill(1);
      x[0] = NaN;
      const y = unwritten(144);
      run(y, floats(x), floats(new Float32Array(r * r).fill(1)), planWinograd(g, filter), 1);
      y.data().forEach((value, i) => {
        const outside = i % 12 >= filter.outputTile || i >= 12 * filter.outputTile;
        if (outside) expect(value, `pixel ${i}`).toBeGreaterThan(3.9);
        else expect(value, `pixel ${i}`).toBeNaN();
      });
    });
  });
});

test.each([
  { filter: F43, size: [14, 14], short: [true, true] },
  { filter: F43, size: [13, 16], short: [true, false] },
  { filter: F43, size: [16, 15], short: [false, true] },
  { filter: F23, size: [7, 8], short: [true, false] },
  { filter: F45, size: [14, 16], short: [true, false] },
  // The microkernel takes four tiles, of which none would be less.
  { filter: F43, size: [12, 15], short: [false, false] },
  { filter: F43, size: [7, 7], short: [false, false] },
  // A block is not an image.
  { filter: F43, size: [18, 18], short: [false, false] },
  { filter: F23, size: [14, 14], short: [false, false] },
])('tiles of outputs of $filter.outputTile at $size are short at the end: $short', (options) => {
  const { filter, size, short } = options;
  const r = filter.kernelSize;
  const padding = (r - 1) / 2;
  const g = conv2dGeometry('test', [2, ...size, 8], [r, r, 8, 4], { padding });
  const { fullRows, fullColumns, tilesWide, tilesPerImage } = planWinograd(g, filter);
  expect([fullRows < tilesPerImage / tilesWide, fullColumns < tilesWide]).toEqual(short);
});

test.each<[WinogradFilter, number, number[]]>([
  [F23, 7, [0, 1, 2]],
  [F43, 15, [0, 1, 2, 3, 4]],
  [F43, 14, [0, 1, 2, 5]],
  [F43, 13, [0, 1, 2]],
  [F45, 14, [0, 1, 2, 3, 4, 5, 6]],
])('the points of short tiles: %j at %d', (filter, size, points) => {
  const r = filter.kernelSize;
  const padding = (r - 1) / 2;
  const g = conv2dGeometry('test', [1, size, size, 8], [r, r, 8, 4], { padding });
  expect(planWinograd(g, filter).rowPoints).toBe(points.reduce((bits, i) => bits + 2 ** i, 0));
});
