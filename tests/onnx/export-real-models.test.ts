// Models that people run, of every format: loaded, written as ONNX, read back, and the same.
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ImportedModule } from '../../src/imported/module.js';
import { loadOnnx, saveOnnx } from '../../src/onnx/index.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { loadTfjs } from '../../src/tfjs/load.js';
import { loadTflite } from '../../src/tflite/index.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { fetcherOf } from '../tfjs/files.js';

const FOLDER = 'real-models';

/** What has no loader of its own, and what is not loaded, with the reason. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'super-resolution-prepost': 'decodes JPEG in the graph',
  'human-handtrack': 'has loops',
};
/** Inputs that decide what a model does: their values are fixed in the file. */
const FIXED: Readonly<Record<string, readonly string[]>> = { 'silero-vad-v5': ['sr'] };
/** Those of torchvision that say something new and are small. */
const SKELETONS = ['squeezenet1_1', 'unet'];

interface CaseInput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: ArrayLike<number | bigint>;
}
interface Tools {
  readCase(folder: string): { cases: readonly { inputs: readonly CaseInput[] }[] };
}

type Load = () => ImportedModule | Promise<ImportedModule>;

/** Every model file, with what loads it. */
function models(): [name: string, folder: string, load: Load][] {
  const root = dataDir + FOLDER;
  if (!existsSync(root)) return [];
  const found: [string, string, Load][] = [];
  for (const folder of readdirSync(root)) {
    if (folder in IMPOSSIBLE || folder.includes('.')) continue;
    for (const file of readdirSync(`${root}/${folder}`)) {
      const read = () => readData(`${FOLDER}/${folder}/${file}`) as Uint8Array<ArrayBuffer>;
      const load: Load | undefined =
        file === 'model.onnx'
          ? () => loadOnnx(read())
          : file.endsWith('.tflite')
            ? () => loadTflite(read())
            : file === 'model.json'
              ? () => loadTfjs(fetcherOf(folder))
              : undefined;
      if (load) found.push([`${folder}: ${file}`, folder, load]);
    }
  }
  const skeletons = SKELETONS.map((name): [string, string, Load] => {
    const folder = `skeletons/${name}`;
    const load = async () => {
      const { fill } = (await import(`${root}/skeletons/fill.mjs`)) as {
        fill(bytes: Uint8Array): Uint8Array;
      };
      return loadOnnx(fill(readData(`${FOLDER}/${folder}/model.skel.onnx`)));
    };
    return [folder, folder, load];
  });
  return [...found, ...skeletons];
}

/** The inputs of a model's first case, by the model's names. */
async function inputsOf(folder: string, model: ImportedModule): Promise<Record<string, Tensor>> {
  const tools = (await import(`${dataDir}${FOLDER}/read-case.mjs`)) as Tools;
  const given = tools.readCase(`${dataDir}${FOLDER}/${folder}`).cases[0]!.inputs;
  return Object.fromEntries(
    model.inputs.map(({ name }, i) => {
      const isSame = (own: CaseInput) => own.name.startsWith(name) || name.startsWith(own.name);
      const input = given.find((own) => own.name === name) ?? given.find(isSame) ?? given[i]!;
      const { shape, dtype, data } = input;
      const isWhole = dtype !== 'float32';
      return [
        name,
        fromData('test', Array.from(data, Number), shape, isWhole ? 'int32' : 'float32'),
      ];
    }),
  );
}

/** Equal but for the order of sums: within 1e-5 of the largest value. */
function expectEqual(got: Record<string, Tensor>, expected: Record<string, Tensor>): void {
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected)) {
    expect(got[name]!.shape, name).toEqual(tensor.shape);
    const [a, b] = [got[name]!.data(), tensor.data()];
    const most = 1e-5 * b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    const worst = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i]!)), 0);
    expect(worst, name).toBeLessThan(most);
  }
}

describeWithData(FOLDER, () => {
  test.each(models())('%s', async (_, folder, load) => {
    const model = await load();
    const inputs = await inputsOf(folder, model);
    const fixed = FIXED[folder] ?? [];
    scope(() => {
      const shapes = Object.fromEntries(
        Object.entries(inputs).map(([name, x]) => [
          name,
          fixed.includes(name) ? x : { shape: x.shape, dtype: x.dtype },
        ]),
      );
      const again = loadOnnx(saveOnnx(model, shapes));
      const open = Object.fromEntries(
        Object.entries(inputs).filter(([name]) => !fixed.includes(name)),
      );
      expectEqual(again.run(open), model.run(inputs));
      again.dispose();
    });
    model.dispose();
  });
});
