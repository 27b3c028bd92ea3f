// Trains one network with `precision: 'fast'` and with `'exact'`, from the same seeds, on MNIST and on CIFAR-10, and
// prints the accuracies on the test data, which docs/accuracy.md sums up.
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

const SEEDS = { mnist: 4, cifar10: 12 };
const EPOCHS = { mnist: 1, cifar10: 5 };
const PRECISIONS = ['fast', 'exact'] as const;

type Data = keyof typeof EPOCHS;

async function loadCifar10(folder: string): Promise<{ train: Dataset; test: Dataset }> {
  const read = (part: string) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(part))
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  return { train: await cifar10Dataset(read('train')), test: await cifar10Dataset(read('test')) };
}

/** Accuracy and loss on the test data after training. */
async function train(folder: string, data: Data, precision: 'fast' | 'exact', seed: number) {
  const source = readFileSync(new URL('../build/release.wasm', import.meta.url));
  await init({ source, precision });
  manualSeed(seed);
  const path = join(folder, data);
  const loaded = data === 'mnist' ? await loadDataset(path) : await loadCifar10(path);
  const statistics = loaded.train.statistics();
  const model = buildModel('cifar', loaded.train.inputShape, 10);
  const optimizer = new Adam(model.parameters());
  await fit(model, loaded.train.normalise(statistics), { optimizer, epochs: EPOCHS[data] });
  return evaluate(model, loaded.test.normalise(statistics));
}

/** The library is initialised once in a process: every training has one of its own. */
function trainElsewhere(folder: string, data: Data, precision: string, seed: number) {
  const arguments_ = [fileURLToPath(import.meta.url), folder, data, precision, String(seed)];
  const printed = execFileSync(process.execPath, [...process.execArgv, ...arguments_]);
  return JSON.parse(printed.toString()) as Record<'accuracy' | 'loss', number>;
}

function printTable(folder: string): void {
  console.log('| data, seed | fast: accuracy, loss | exact: accuracy, loss |\n| --- | --- | --- |');
  for (const data of Object.keys(EPOCHS) as Data[]) {
    for (let seed = 0; seed < SEEDS[data]; seed++) {
      const cells = PRECISIONS.map((precision) => {
        const { accuracy, loss } = trainElsewhere(folder, data, precision, seed);
        return `${(100 * accuracy).toFixed(2)} %, ${loss.toFixed(4)}`;
      });
      console.log(`| ${data}, ${seed} | ${cells.join(' | ')} |`);
    }
  }
}

const [folder, data, precision, seed] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected the folder of the data sets');
if (data === undefined) printTable(folder);
else {
  const result = await train(folder, data as Data, precision as 'fast' | 'exact', Number(seed));
  console.log(JSON.stringify(result));
}
