import { describe, expect, test } from 'vitest';
import { activate, activationBlock } from '../../src/ops/activation.js';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { planConv2d, planConv2dGradInput, planConv2dGradWeight } from '../../src/ops/conv/plan.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { runForward, runGradInput, runGradWeight } from '../support/conv2d-kernels.js';
import { ACTIVATIONS, expectFused } from '../support/fused.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/conv2d.js';
import { floats, unwritten } from '../support/tensors.js';

const RELATIVE = 2e-6;

function plus(values: Float64Array, offset: ArrayLike<number>): Float64Array {
  return values.map((value, i) => value + offset[i]!);
}

function checkAll(g: Conv2dGeometry, random: Random, label: string) {
  const values = (count: number) => randomValues(count, random);
  const x = values(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const w = values((g.kernelHeight * g.kernelWidth * g.inChannels * g.outChannels) / g.groups);
  const b = random.integer(2) ? values(g.outChannels) : null;
  const dy = values(g.batch * g.outHeight * g.outWidth * g.outChannels);
  const parts = pick(random, [1, 1, 2, 5]);
  scope(() => {
    const [tx, tw, tb, tdy] = [floats(x), floats(w), b && floats(b), floats(dy)];
    const bias = tb?.pointer ?? 0;
    const y = unwritten(dy.length);
    runForward(y, tx, tw, planConv2d(g), parts, { bias });
    expectClose(y.data(), reference.conv2dForward(x, w, b, g), {
      relative: RELATIVE,
      label: `y ${label}`,
    });
    const fused = (to: Tensor, activation: number, residual: number) =>
      runForward(to, tx, tw, planConv2d(g), parts, { bias, activation, residual });
    expectFused(y, random, fused, label);

    const phases = planConv2dGradInput(g);
    const dx = unwritten(x.length);
    const expectedDx = reference.conv2dGradInput(dy, w, g);
    runGradInput(dx, tdy, tw, phases, parts);
    expectClose(dx.data(), expectedDx, { relative: RELATIVE, label: `dx ${label}` });
    const moreDx = floats(x);
    runGradInput(moreDx, tdy, tw, phases, parts, { residual: moreDx.pointer });
    expectClose(moreDx.data(), plus(expectedDx, x), { relative: RELATIVE, label: `dx + ${label}` });
    const biased = unwritten(x.length);
    const otherBias = floats(values(g.inChannels)).pointer;
    runGradInput(biased, tdy, tw, phases, parts, { bias: otherBias });
    const fusedDx = (to: Tensor, activation: number, residual: number) =>
      runGradInput(to, tdy, tw, phases, parts, { bias: otherBias, activation, residual });
    expectFused(biased, random, fusedDx, `dx ${label}`);

    const dw = unwritten(w.length);
    const expectedDw = reference.conv2dGradWeight(x, dy, g);
    runGradWeight(dw, tx, tdy, planConv2dGradWeight(g), false, parts);
    expectClose(dw.data(), expectedDw, { relative: RELATIVE, label: `dw ${label}` });
    const moreDw = floats(w);
    runGradWeight(moreDw, tx, tdy, planConv2dGradWeight(g), true, parts);
    expectClose(moreDw.data(), plus(expectedDw, w), { relative: RELATIVE, label: `dw + ${label}` });
  });
}

describe('conv2d kernels agree with the reference', () => {
  test('on random awkward geometries', () => {
    const seed = 20_261;
    const random = new Random(seed);
    let done = 0;
    while (done < 400) {
      const groups = pick(random, [1, 1, 1, 2, 3]);
      const inChannels = groups * (1 + random.integer(groups > 1 ? 3 : 9));
      const outChannels = groups * (1 + random.integer(groups > 1 ? 3 : 17));
      const x = [random.integer(4), 1 + random.integer(9), 1 + random.integer(9), inChannels];
      const kernel = [1 + random.integer(5), 1 + random.integer(5)];
      const w = [...kernel, inChannels / groups, outChannels];
      const options = {
        groups,
        stride: [1 + random.integer(4), 1 + random.integer(4)],
        dilation: [pick(random, [1, 1, 2, 3]), pick(random, [1, 1, 2, 3])],
        padding: pick(random, [0, 1, 2, [3, 0], [0, 1, 2, 3], [4, 2, 0, 1], 'same' as const]),
      };
      let g: Conv2dGeometry;
      try {
        g = conv2dGeometry('test', x, w, options);
      } catch {
        continue;
      }
      checkAll(g, random, `seed ${seed} case ${done} ${JSON.stringify({ x, w, ...options })}`);
      done++;
    }
  });

  test.each([
    {
      name: 'several blocks of rows in an image',
      x: [2, 40, 60, 16],
      w: [3, 3, 16, 9],
      padding: 1,
      stride: 1,
    },
    {
      name: 'several blocks, strided',
      x: [1, 61, 60, 16],
      w: [5, 3, 16, 8],
      padding: 2,
      stride: 2,
    },
    {
      name: 'several blocks without padding',
      x: [1, 64, 64, 16],
      w: [1, 1, 16, 12],
      padding: 0,
      stride: 1,
    },
    {
      name: 'parts of the sums over pixels',
      x: [11, 5, 6, 3],
      w: [3, 3, 3, 11],
      padding: 1,
      stride: 2,
    },
    {
      name: 'channels beyond one slab row',
      x: [1, 3, 3, 5000],
      w: [3, 3, 5000, 2],
      padding: 1,
      stride: 1,
    },
    {
      name: 'parts of the output channels',
      x: [1, 4, 5, 130],
      w: [3, 3, 130, 70],
      padding: 1,
      stride: 2,
    },
    { name: '1x1 image, 5x5 kernel', x: [3, 1, 1, 3], w: [5, 5, 3, 4], padding: 2, stride: 1 },
    { name: 'stride beyond the kernel', x: [1, 11, 13, 2], w: [2, 2, 2, 3], padding: 0, stride: 5 },
    { name: 'padding beyond the kernel', x: [1, 3, 2, 2], w: [2, 2, 2, 3], padding: 6, stride: 3 },
    { name: 'empty batch', x: [0, 5, 5, 2], w: [3, 3, 2, 3], padding: 1, stride: 1 },
  ])('$name', ({ x, w, padding, stride }) => {
    const g = conv2dGeometry('test', x, w, { padding, stride });
    checkAll(g, new Random(7), JSON.stringify({ x, w, padding, stride }));
  });
});

test('a number that is not finite stays in its receptive field', () => {
  const g = conv2dGeometry('test', [1, 5, 5, 1], [3, 3, 1, 1], {});
  scope(() => {
    const x = new Float32Array(25).fill(1);
    x[0] = NaN;
    x[24] = Infinity;
    const y = unwritten(9);
    runForward(y, floats(x), floats(new Float32Array(9).fill(1)), planConv2d(g), 1);
    expect([...y.data()]).toEqual([NaN, 9, 9, 9, 9, 9, 9, 9, Infinity]);
  });
});

test.each(ACTIVATIONS)('parts of the output channels end with %o', (activation) => {
  const random = new Random(5);
  const plan = planConv2d(conv2dGeometry('test', [1, 4, 5, 130], [3, 3, 130, 70], {}));
  expect(plan.parts).toBe(9);
  scope(() => {
    const [x, w] = [floats(randomValues(2600, random)), floats(randomValues(81_900, random))];
    const [sums, y] = [unwritten(420), unwritten(420)];
    runForward(sums, x, w, plan, 1);
    runForward(y, x, w, plan, 4, { activation: activationBlock(activation) });
    expect(y.data()).toEqual(activate(sums, activation).data());
  });
});

describe('results have the same bits in any number of parts', () => {
  test.each([
    {
      name: 'several blocks',
      x: [2, 40, 60, 16],
      w: [3, 3, 16, 9],
      padding: 1,
      stride: 1,
      groups: 1,
    },
    {
      name: 'strided, groups',
      x: [3, 9, 8, 6],
      w: [3, 2, 3, 10],
      padding: 2,
      stride: 2,
      groups: 2,
    },
    {
      name: 'parts of the output channels',
      x: [2, 4, 5, 130],
      w: [3, 3, 130, 70],
      padding: 1,
      stride: 1,
      groups: 1,
    },
    {
      name: 'parts of one block',
      x: [1, 7, 7, 40],
      w: [1, 1, 40, 204],
      padding: 0,
      stride: 1,
      groups: 1,
    },
    {
      name: 'parts of groups',
      x: [1, 7, 7, 48],
      w: [3, 3, 16, 72],
      padding: 1,
      stride: 1,
      groups: 3,
    },
    {
      name: 'parts of whole groups, strided',
      x: [1, 9, 9, 60],
      w: [3, 3, 5, 84],
      padding: 1,
      stride: 2,
      groups: 12,
    },
    {
      name: 'parts of the sums over pixels',
      x: [9, 5, 6, 3],
      w: [3, 3, 3, 11],
      padding: 1,
      stride: 1,
      groups: 1,
    },
    {
      name: 'fewer tasks than parts',
      x: [1, 5, 5, 1],
      w: [3, 3, 1, 1],
      padding: 0,
      stride: 1,
      groups: 1,
    },
  ])('$name', ({ x, w, padding, stride, groups }) => {
    const seed = 99;
    const random = new Random(seed);
    const g = conv2dGeometry('test', x, w, { padding, stride, groups });
    const rounded = (shape: number[]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return Float32Array.from({ length: size }, () => random.uniform(-1, 1));
    };
    const [vx, vw, vb] = [rounded(x), rounded(w), rounded([g.outChannels])];
    const vdy = rounded([g.batch, g.outHeight, g.outWidth, g.outChannels]);
    const results = [1, 2, 5, 99].map((parts) =>
      scope(() => {
        const [tx, tw, tb, tdy] = [floats(vx), floats(vw), floats(vb), floats(vdy)];
        const [y, dx, dw] = [unwritten(vdy.length), floats(vx), floats(vw)];
        runForward(y, tx, tw, planConv2d(g), parts, { bias: tb.pointer });
        runGradInput(dx, tdy, tw, planConv2dGradInput(g), parts, { residual: dx.pointer });
        runGradWeight(dw, tx, tdy, planConv2dGradWeight(g), true, parts);
        return { y: y.data(), dx: dx.data(), dw: dw.data() };
      }),
    );
    expect(results[1], `seed ${seed}, 2 parts`).toEqual(results[0]);
    expect(results[2], `seed ${seed}, 5 parts`).toEqual(results[0]);
    expect(results[3], `seed ${seed}, each task alone`).toEqual(results[0]);
  });
});

test('the weight gradient is made of partial sums where there are blocks enough and weights few', () => {
  const sumsOf = (batch: number, channels: number) => {
    const [x, w] = [
      [batch, 5, 6, channels],
      [3, 3, channels, channels],
    ];
    return planConv2dGradWeight(conv2dGeometry('test', x, w, { padding: 1 })).sums;
  };
  expect([sumsOf(8, 3), sumsOf(7, 3), sumsOf(8, 85), sumsOf(8, 86)]).toEqual([8, 0, 8, 0]);
});
