// Trains networks of 3x3 and of 5x5 convolutions with `precision: 'fast'` and with `'exact'`, from the same seeds, on MNIST
// and on CIFAR-10, and prints the accuracies on the test data, which docs/accuracy.md sums up.
//
//   npx tsx bench/precision.ts DIR     with the folders mnist (IDX files) and cifar10 (CIFAR-10's binary files)

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel } from '../src/cli/models.js';
import {
  Adam,
  cifar10Dataset,
  type Dataset,
  evaluate,
  fit,
  init,
  manualSeed,
} from '../src/index.js';
import { loadDataset } from '../src/node/index.js';

const RUNS = [
  { data: 'mnist', model: 'cifar', epochs: 1, seeds: 4 },
  { data: 'mnist', model: 'lenet', epochs: 1, seeds: 8 },
  { data: 'cifar10', model: 'cifar', epochs: 5, seeds: 12 },
] as const;
const PRECISIONS = ['fast', 'exact'] as const;

type Run = (typeof RUNS)[number];
type Precision = (typeof PRECISIONS)[number];

async function loadCifar10(folder: string): Promise<{ train: Dataset; test: Dataset }> {
  const read = (part: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(part))
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  return { train: await cifar10Dataset(read('train')), test: await cifar10Dataset(read('test')) };
}

/** Accuracy and loss on the test data after training. */
async function train(folder: string, run: Run, precision: Precision, seed: number) {
  const source = readFileSync(new URL('../build/release.wasm', import.meta.url));
  await init({ source, precision });
  manualSeed(seed);
  const path = join(folder, run.data);
  const loaded = run.data === 'mnist' ? await loadDataset(path) : await loadCifar10(path);
  const statistics = loaded.train.statistics();
  const model = buildModel(run.model, loaded.train.inputShape, 10);
  const optimizer = new Adam(model.parameters());
  await fit(model, loaded.train.normalise(statistics), { optimizer, epochs: run.epochs });
  return evaluate(model, loaded.test.normalise(statistics));
}

/** The library is initialised once in a process: every training has one of its own. */
function trainElsewhere(folder: string, run: number, precision: Precision, seed: number) {
  const arguments_ = [fileURLToPath(import.meta.url), folder, String(run), precision, String(seed)];
  const printed = execFileSync(process.execPath, [...process.execArgv, ...arguments_]);
  return JSON.parse(printed.toString()) as Record<'accuracy' | 'loss', number>;
}

function printTable(folder: string): void {
  console.log(
    '| data, network, seed | fast: accuracy, loss | exact: accuracy, loss |\n| --- | --- | --- |',
  );
  RUNS.forEach(({ data, model, seeds }, run) => {
    for (let seed = 0; seed < seeds; seed++) {
      const cells = PRECISIONS.map((precision) => {
        const { accuracy, loss } = trainElsewhere(folder, run, precision, seed);
        return `${(100 * accuracy).toFixed(2)} %, ${loss.toFixed(4)}`;
      });
      console.log(`| ${data}, ${model}, ${seed} | ${cells.join(' | ')} |`);
    }
  });
}

const [folder, run, precision, seed] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected the folder of the data sets');
if (run === undefined) printTable(folder);
else {
  const result = await train(folder, RUNS[Number(run)]!, precision as Precision, Number(seed));
  console.log(JSON.stringify(result));
}
