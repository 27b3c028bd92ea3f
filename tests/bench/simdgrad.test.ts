import { beforeAll, describe, expect, test } from 'vitest';
import { makeInputs, type Adapter } from '../../bench/adapter.js';
import { loadSimdgrad } from '../../bench/simdgrad.js';
import { graphOf, trainings } from '../../bench/nets/graph.js';
import { answerTo, prepareTask, type OpTask } from '../../bench/task.js';
import { prepareTrainer } from '../../bench/train.js';
import { conv2dGeometry, pool2dGeometry, type Workload } from '../../bench/workloads.js';
import { relativeError } from '../../src/cli/bench/relative-error.js';
import { capabilities } from '../../src/index.js';

let simdgrad: Adapter;
beforeAll(async () => {
  simdgrad = await loadSimdgrad();
});

const passes = ['forward', 'gradInput', 'gradWeight'] as const;
const poolPasses = ['forward', 'gradInput'] as const;
const conv2d = (id: string, ...sizes: Parameters<typeof conv2dGeometry>): Workload => {
  return { id, op: 'conv2d', passes, g: conv2dGeometry(...sizes) };
};
const workloads: Workload[] = [
  conv2d('3x3, padding', 2, 7, 6, 5, 9, 3, 3, 1, 1),
  conv2d('stride 2, last row unused', 1, 8, 8, 4, 4, 3, 3, 2),
  conv2d('stride 2, uneven ends', 1, 8, 9, 3, 8, 3, 3, 2, 1),
  conv2d('height 1', 2, 1, 17, 4, 6, 1, 5, 1, 0, 2),
  conv2d('depthwise', 2, 7, 5, 7, 7, 3, 3, 1, 1, 1, 7),
  { id: 'dense', op: 'linear', passes, rows: 6, inFeatures: 7, outFeatures: 5 },
  { id: 'max pool', op: 'maxPool2d', passes: poolPasses, g: pool2dGeometry(2, 4, 6, 5, 2) },
  { id: 'average pool', op: 'avgPool2d', passes: poolPasses, g: pool2dGeometry(1, 7, 8, 3, 3) },
];

describe.each(workloads)('simdgrad $id', (workload) => {
  test.each(workload.passes)('%s is right after many runs, and frees its memory', async (pass) => {
    const task: OpTask = { suite: 'ops', workload, pass };
    const prepared = (await prepareTask(simdgrad, task))!;
    await prepared.run();
    const before = capabilities().memory.bytesInUse;
    for (let runs = 0; runs < 5; runs++) await prepared.run();
    expect(capabilities().memory.bytesInUse).toBe(before);
    const { expected } = await answerTo(task);
    expect(relativeError(await prepared.output(), expected)).toBeLessThan(1e-5);
  });

  test('other passes are not offered', () => {
    const inputs = makeInputs(workload);
    const all = ['forward', 'gradInput', 'gradWeight', 'infer', 'train'] as const;
    const offered = all.filter((pass) => simdgrad.prepare(workload, pass, inputs) !== null);
    expect(offered).toEqual(workload.passes);
  });
});

test('simdgrad training steps free their memory', async () => {
  const graph = graphOf(trainings.find(({ id }) => id === 'train_lenet_sgdm_b32')!);
  const prepared = (await prepareTrainer(simdgrad, graph))!;
  const before = capabilities().memory.bytesInUse;
  for (let steps = 0; steps < 3; steps++) await prepared.run();
  expect(capabilities().memory.bytesInUse).toBe(before);
});
