// Models that people run, loaded and run as they stand, against what ONNX Runtime gives.
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadOnnx } from '../../src/onnx/index.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { readTensorFile } from '../support/onnx-tensor.js';

const FOLDER = 'real-models';

/** Models that are not run, each with what loading says. */
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'super-resolution-prepost': 'com.microsoft.extensions:DecodeImage (',
};

interface CaseTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}
interface CaseInput extends CaseTensor {
  readonly source: { readonly kind: string; readonly output?: string };
  readonly data: ArrayLike<number | bigint> | null;
}
interface CaseOutput extends CaseTensor {
  readonly expected: Float32Array;
  readonly stride: number;
  readonly refNoise?: number;
}
interface ModelCase {
  readonly model?: string;
  readonly file?: string;
  readonly cases: readonly {
    readonly inputs: readonly CaseInput[];
    readonly outputs: readonly CaseOutput[];
  }[];
}
interface Tools {
  readCase(folder: string): ModelCase & { readonly refNoise?: number };
}

const foldersOf = (folder: string) =>
  existsSync(dataDir + folder)
    ? readdirSync(dataDir + folder).filter((name) =>
        ['model.onnx', 'model.skel.onnx'].some((file) =>
          existsSync(`${dataDir}${folder}/${name}/${file}`),
        ),
      )
    : [];

function inputOf({ shape, dtype, data }: CaseInput): Tensor {
  const isWhole = dtype === 'int64' || dtype === 'int32';
  return fromData('test', Array.from(data!, Number), shape, isWhole ? 'int32' : 'float32');
}

/** The most that an element may be wrong. */
const allowance = (expected: number, refNoise: number) =>
  Math.max(1e-4, 10 * refNoise) + 1e-3 * Math.abs(expected);

function expectOutput(output: Tensor, wanted: CaseOutput, refNoise: number): void {
  const values = output.data();
  wanted.expected.forEach((expected, i) => {
    const got = values[i * wanted.stride]!;
    if (Math.abs(got - expected) <= allowance(expected, refNoise)) return;
    expect.fail(`${wanted.name} [${i * wanted.stride}]: expected ${expected}, got ${got}`);
  });
}

async function runModel(folder: string, bytes: Uint8Array): Promise<void> {
  const tools = (await import(`${dataDir}${FOLDER}/read-case.mjs`)) as Tools;
  const { cases, refNoise = 0 } = tools.readCase(`${dataDir}${folder}`);
  const model = loadOnnx(bytes);
  let before: Record<string, Tensor> = {};
  for (const { inputs, outputs } of cases) {
    const given = inputs.map((input) => [
      input.name,
      input.data ? inputOf(input) : before[input.source.output!]!,
    ]);
    before = model.run(Object.fromEntries(given) as Record<string, Tensor>);
    for (const output of outputs) {
      expectOutput(before[output.name]!, output, output.refNoise ?? refNoise);
    }
  }
  model.dispose();
}

describeWithData(FOLDER, () => {
  describe('models', () => {
    test.each(foldersOf(FOLDER))('%s', async (name) => {
      const bytes = readData(`${FOLDER}/${name}/model.onnx`);
      const reason = IMPOSSIBLE[name];
      if (reason === undefined) await runModel(`${FOLDER}/${name}`, bytes);
      else expect(() => loadOnnx(bytes)).toThrow(reason);
    });
  });

  describe("torchvision's architectures", () => {
    test.each(foldersOf(`${FOLDER}/skeletons`))('%s', async (name) => {
      const folder = `${FOLDER}/skeletons/${name}`;
      const { fill } = (await import(`${dataDir}${FOLDER}/skeletons/fill.mjs`)) as {
        fill(bytes: Uint8Array): Uint8Array;
      };
      await runModel(folder, fill(readData(`${folder}/model.skel.onnx`)));
    });
  });
});

describeWithData('models', () => {
  const sets = ['mnist-8', 'squeezenet1.1', 'ultraface-rfb-320'].flatMap((name) => {
    const folder = `${dataDir}models/${name}`;
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return files
      .filter((file) => file.endsWith('.onnx'))
      .flatMap((file) =>
        files.filter((set) => set.startsWith('test_data')).map((set) => [name, file, set]),
      );
  });

  test.each(sets)('%s: %s, %s', (name, file, set) => {
    scope(() => {
      const folder = `models/${name}`;
      const model = loadOnnx(readData(`${folder}/${file}`));
      const read = (path: string) => readTensorFile(readData(`${folder}/${set}/${path}`));
      const x = read('input_0.pb');
      const y = model.run({
        [model.inputs[0]!.name]: fromData('test', x.data, x.shape, 'float32'),
      });
      model.outputs.forEach((output, i) => {
        const { name: _, shape, data } = read(`output_${i}.pb`);
        const expected = Float32Array.from(data);
        const wanted = { name: output, shape, dtype: 'float32', expected, stride: 1 };
        // Half precision of the weights.
        expectOutput(y[output]!, wanted, file!.includes('fp16') ? 1e-4 : 0);
      });
      model.dispose();
    });
  });
});
