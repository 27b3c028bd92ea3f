// This checkout next to another one of the project, say of the commit before a change: operations, gradients, networks
// and training steps in turns, everyone in a process of its own, checked against float64 first, as in `npm run bench`.
//
//   npx tsx bench/checkouts.ts DIR [ID,…] [VARIANT] [ROUNDS]        default all ids, relaxed, 30 rounds
//
// Both need `npm ci && npm run build:wasm`. A time is the minimum of the rounds; where a machine is busy for seconds, take more.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compare } from './harness.js';
import { Isolate } from './isolate.js';
import { nets, trainings } from './nets/graph.js';
import { answerTo, labelsOf, type Task } from './task.js';
import { type Conv2dWorkload, conv2dGeometry, workloads } from './workloads.js';

const registryOf = (checkout: string) => pathToFileURL(join(checkout, 'bench/implementations.ts'));

/** Depthwise convolutions whose pixels share sets of a cache, beside those of workloads.json. */
const crowded = [
  ['dw3x3_512x28', 28, 512, 1],
  ['dw3x3s2_512x14', 14, 512, 2],
  ['dw3x3_1024x7', 7, 1024, 1],
  ['dw3x3_1024x14', 14, 1024, 1],
] as const;
const operations = [
  ...workloads,
  ...crowded.map(([id, size, channels, stride]): Conv2dWorkload => ({
    id,
    op: 'conv2d',
    g: conv2dGeometry(1, size, size, channels, channels, 3, 3, stride, 1, 1, channels),
    passes: ['forward', 'gradInput'],
  })),
];

function tasksOf(ids: readonly string[] | undefined): Task[] {
  const isChosen = ({ id }: { id: string }) => ids === undefined || ids.includes(id);
  const ops = operations.filter(isChosen).flatMap((workload) =>
    workload.passes.map((pass): Task => ({
      suite: pass === 'forward' ? 'ops' : 'grads',
      workload,
      pass,
    })),
  );
  const inferences = nets.filter(isChosen).map(({ id }): Task => ({ suite: 'nets', id }));
  const steps = trainings.filter(isChosen).map(({ id }): Task => ({ suite: 'train', id }));
  return [...ops, ...inferences, ...steps];
}

/** Milliseconds in the other checkout and in this one. */
async function bothTimes(
  task: Task,
  registries: readonly URL[],
  name: string,
  rounds: number,
): Promise<[other: number, own: number]> {
  const isolates = registries.map((registry) => new Isolate(registry, name, task));
  try {
    const [other, own] = (await compare(isolates, await answerTo(task), { rounds })).map(
      (timing) => {
        if (timing === null || timing.msMin === null)
          throw new Error(timing?.error ?? `${name} cannot do it`);
        return timing.msMin;
      },
    );
    return [other!, own!];
  } finally {
    await Promise.all(isolates.map((isolate) => isolate.end()));
  }
}

const [directory = '', ids, variant = 'relaxed', rounds = '30'] = process.argv.slice(2);
const tasks = tasksOf(ids?.split(','));
const other = registryOf(resolve(directory));
if (directory === '' || !existsSync(other) || tasks.length === 0) {
  const known = [...operations, ...nets, ...trainings].map(({ id }) => id).join(', ');
  console.error(
    `checkouts: expected DIR [ID,…] [VARIANT] [ROUNDS], DIR a checkout, ID of ${known}`,
  );
  process.exit(2);
}
const name = variant === 'simd' ? 'simdgrad' : `simdgrad:${variant}`;
for (const task of tasks) {
  const registries = [other, registryOf(resolve(import.meta.dirname, '..'))];
  const [before, now] = await bothTimes(task, registries, name, Number(rounds));
  const { id, pass } = labelsOf(task);
  console.log(
    `${id} ${pass} ${variant}: ${before.toPrecision(3)} ms there, ${now.toPrecision(3)} ms here, ` +
      `${(before / now).toFixed(2)} times as fast`,
  );
}
