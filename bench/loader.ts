// What a worker that prepares the batches saves: `npx tsx bench/loader.ts [THREADS]` after `npm run build`.
// The same epochs with and without it, in turns, with a check that the weights are equal.
import { readFileSync } from 'node:fs';
import { buildModel } from '../src/cli/models.js';
import {
  type BatchSource,
  fit,
  init,
  manualSeed,
  SGD,
  terminate,
  weightsSha256,
} from '../src/index.js';
import { WorkerDataset } from '../src/worker/index.js';
import { makeData } from './loader-data.js';

const BATCH_SIZE = 32;
const ROUNDS = 9;
const STEPS = { lenet: 60, cifar: 20 };

const threads = Number(process.argv[2] ?? 1);
const source = readFileSync(new URL('../build/release.wasm', import.meta.url));
const workerScript = new URL('../dist/pool-worker.js', import.meta.url);
await init({ source, workerScript, threads });

/** Trains for an epoch. @returns microseconds for a step, and the weights */
async function epoch(name: 'lenet' | 'cifar', data: BatchSource): Promise<[number, string]> {
  manualSeed(1);
  const model = buildModel(name, data.inputShape, 10);
  const optimizer = new SGD(model.parameters(), { lr: 0.001 });
  const begin = performance.now();
  await fit(model, data, { optimizer, epochs: 1, batchSize: BATCH_SIZE });
  const microseconds = (1000 * (performance.now() - begin)) / STEPS[name];
  const digest = await weightsSha256(model);
  for (const parameter of model.parameters()) parameter.dispose();
  optimizer.dispose();
  return [microseconds, digest];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

for (const name of ['lenet', 'cifar'] as const) {
  for (const map of [null, 'shifted', 'turned'] as const) {
    const spec = [name, STEPS[name] * BATCH_SIZE, map] as const;
    process.env['LOADER_DATA'] = JSON.stringify(spec);
    const there = await WorkerDataset.open(new URL('loader-data.js', import.meta.url));
    const here = makeData(...spec);
    const times: [without: number, with_: number][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [without, weights] = await epoch(name, here);
      const [withIt, sameWeights] = await epoch(name, there);
      if (weights !== sameWeights) throw new Error(`${name}: other weights with the worker`);
      times.push([without, withIt]);
    }
    await there.terminate();
    const best = [0, 1].map((i) => Math.min(...times.map((pair) => pair[i]!)).toFixed(0));
    const ratio = median(times.map(([without, withIt]) => without / withIt)).toFixed(3);
    const label = `${name}, ${map ?? 'not augmented'}`;
    console.log(
      `${label}: ${best[0]} µs a step without, ${best[1]} with; ${ratio}x (median of rounds)`,
    );
  }
}
await terminate();
