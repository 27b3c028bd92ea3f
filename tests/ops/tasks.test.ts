import { describe, expect, test } from 'vitest';
import { planDepthwise, planDepthwiseGradInput } from '../../src/ops/conv/depthwise.js';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { planConv2d, planConv2dGradInput } from '../../src/ops/conv/plan.js';
import { F23, F43, F45, winogradApplies } from '../../src/ops/conv/winograd-filter.js';
import { planWinograd, planWinogradGradInput } from '../../src/ops/conv/winograd-plan.js';
import { linearGeometry, planForward, planGradWeight } from '../../src/ops/linear-plan.js';
import { cutTasks, WORTH_THREADS } from '../../src/ops/tasks.js';

const TASKS = 8;
/** How many times the mean the largest task may be. */
const EVEN = 1.5;

/** Sizes of the pieces of `size`, all but the last of `piece`. */
function pieces(size: number, piece: number): number[] {
  const count = Math.ceil(size / piece);
  return Array.from({ length: count }, (_, i) => Math.min(piece, size - i * piece));
}

/** Whether there are eight tasks, or `most`, products of the pieces of each axis, of nearly even size. */
function expectEven(multiplyAdds: number, axes: readonly number[][], label: string, most = TASKS) {
  if (multiplyAdds < WORTH_THREADS) return;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const tasks = axes.reduce((product, axis) => product * axis.length, 1);
  const mean = axes.reduce((product, axis) => (product * sum(axis)) / axis.length, 1);
  const largest = axes.reduce((product, axis) => product * Math.max(...axis), 1);
  expect(tasks, `tasks of ${label}`).toBeGreaterThanOrEqual(Math.min(TASKS, most));
  expect(largest / mean, `the largest task of ${label}`).toBeLessThanOrEqual(EVEN);
}

function images(batch: number): number[] {
  return Array.from({ length: batch }, () => 1);
}

type Spatial = Pick<Conv2dGeometry, 'batch' | 'outHeight' | 'outChannels'>;

function checkIndirect(g: Conv2dGeometry, label: string) {
  const check = (plan: ReturnType<typeof planConv2d>, of: Spatial, name: string) =>
    expectEven(
      plan.multiplyAdds,
      [
        images(of.batch),
        pieces(of.outHeight, plan.blockRows),
        pieces(of.outChannels, plan.partColumns),
      ],
      `${name} ${label}`,
    );
  const plan = planConv2d(g);
  check(plan, plan, 'y');
  for (const phase of planConv2dGradInput(g)) check(phase, phase, 'dx');
}

function checkWinograd(g: Conv2dGeometry, label: string) {
  for (const filter of [F23, F43, F45]) {
    if (!winogradApplies(g, filter)) continue;
    for (const plan of [planWinograd(g, filter), planWinogradGradInput(g, filter)]) {
      const axes = [
        pieces(plan.tiles, plan.blockTiles),
        pieces(plan.outChannels, plan.partColumns),
      ];
      // A block of tiles, which may be an image with short ones, is cut by panels of output channels alone.
      const most = axes[0]!.length * Math.ceil(plan.outChannels / 8);
      expectEven(plan.multiplyAdds, axes, `${JSON.stringify(filter)} ${label}`, most);
    }
  }
}

function checkDepthwise(g: Conv2dGeometry, label: string) {
  for (const plan of [planDepthwise(g), planDepthwiseGradInput(g)]) {
    const channels = pieces(plan.inChannels, plan.bandChannels);
    const rows = images(plan.batch * plan.outHeight);
    expectEven(plan.multiplyAdds, [rows, channels], label);
    expectEven(plan.multiplyAdds, [images(plan.weightTasks)], `dw ${label}`);
  }
}

/** Convolutions of common and of awkward sizes. */
function convolutions(): Conv2dGeometry[] {
  const all: Conv2dGeometry[] = [];
  for (const [kernel, stride] of [
    [1, 1],
    [1, 2],
    [3, 1],
    [3, 2],
    [5, 1],
    [5, 2],
  ] as const) {
    for (const size of [4, 7, 13, 14, 28, 35, 56]) {
      for (const [from, to] of [
        [16, 64],
        [48, 192],
        [96, 96],
        [128, 256],
        [512, 64],
      ] as const) {
        const x = [1, size, size, from];
        all.push(
          conv2dGeometry('test', x, [kernel, kernel, from, to], { stride, padding: kernel >> 1 }),
        );
      }
    }
  }
  return all;
}

describe('work that is worth two threads is at least eight tasks of nearly even size', () => {
  test('of convolutions and their input gradients', () => {
    const geometries = convolutions();
    expect(geometries.length).toBeGreaterThan(200);
    for (const g of geometries) {
      checkIndirect(g, JSON.stringify(g));
      checkWinograd(g, JSON.stringify(g));
    }
  });

  test('of convolutions in groups', () => {
    for (const [groups, channels] of [
      [2, 128],
      [32, 256],
      [4, 60],
    ] as const) {
      for (const size of [7, 14, 28]) {
        const w = [3, 3, channels / groups, channels];
        const g = conv2dGeometry('test', [1, size, size, channels], w, { groups, padding: 1 });
        checkIndirect(g, JSON.stringify(g));
      }
    }
  });

  test('of depthwise convolutions', () => {
    for (const size of [4, 7, 14, 28, 56]) {
      for (const channels of [32, 144, 512, 960]) {
        for (const stride of [1, 2]) {
          const options = { stride, padding: 1, groups: channels };
          const x = [1, size, size, channels];
          const g = conv2dGeometry('test', x, [3, 3, 1, channels], options);
          checkDepthwise(g, JSON.stringify(g));
        }
      }
    }
  });

  test('of dense layers', () => {
    for (const rows of [1, 2, 7, 32, 100]) {
      for (const [from, to] of [
        [4096, 1000],
        [1280, 1000],
        [784, 256],
        [64, 4096],
      ] as const) {
        const g = linearGeometry(rows, from, to);
        const label = JSON.stringify(g);
        for (const plan of [planForward(g), planForward(linearGeometry(rows, to, from))]) {
          const axes = [pieces(rows, plan.blockRows), pieces(plan.columns, plan.partColumns)];
          // The microkernel of a single row computes 24 columns at a time.
          const most = rows > 1 ? TASKS : Math.ceil(plan.columns / 24);
          expectEven(plan.multiplyAdds!, axes, label, most);
        }
        const dw = planGradWeight(g);
        const axes = [pieces(from, dw.partRows), pieces(to, dw.blockColumns)];
        expectEven(dw.multiplyAdds!, axes, `dw ${label}`);
      }
    }
  });
});

test('work that is not worth two threads is one task', () => {
  const work = { multiplyAdds: WORTH_THREADS - 1, images: 1, rows: 9, columns: 90, columnStep: 8 };
  expect(cutTasks(work)).toEqual({ blockRows: 9, blocks: 1, partColumns: 96, parts: 1 });
});

test('columns are cut before rows, and both where neither is enough', () => {
  const work = { multiplyAdds: WORTH_THREADS, images: 1, rows: 9, columns: 90, columnStep: 8 };
  expect(cutTasks(work)).toEqual({ blockRows: 9, blocks: 1, partColumns: 8, parts: 12 });
  const few = { ...work, columns: 20 };
  expect(cutTasks(few)).toEqual({ blockRows: 3, blocks: 3, partColumns: 8, parts: 3 });
  const blocks = { ...work, mostRows: 3 };
  expect(cutTasks(blocks)).toEqual({ blockRows: 3, blocks: 3, partColumns: 32, parts: 3 });
});
