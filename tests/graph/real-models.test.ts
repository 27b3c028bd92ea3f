// Models that people run, compiled: what a session gives is what the model gives.
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { compile } from '../../src/graph/compile.js';
import type { Model } from '../../src/layers/module.js';
import { loadOnnx } from '../../src/onnx/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { expectClose } from '../support/compare.js';

const FOLDER = 'real-models';
/** Its path depends on an input, the sampling rate. */
const WITHOUT_GRAPH = ['silero-vad-v5'];
/** It decodes files. */
const NOT_LOADED = ['super-resolution-prepost'];

type Named = Record<string, Tensor>;

interface Case {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
    readonly data: ArrayLike<number | bigint> | null;
  }[];
}

const folders = existsSync(dataDir + FOLDER)
  ? readdirSync(dataDir + FOLDER).filter(
      (name) => existsSync(`${dataDir}${FOLDER}/${name}/model.onnx`) && !NOT_LOADED.includes(name),
    )
  : [];

function inputsOf({ inputs }: Case): Named {
  return Object.fromEntries(
    inputs.map(({ name, shape, dtype, data }) => {
      const isWhole = dtype === 'int64' || dtype === 'int32';
      return [
        name,
        fromData('test', Array.from(data!, Number), shape, isWhole ? 'int32' : 'float32'),
      ];
    }),
  );
}

describeWithData(FOLDER, () => {
  test.each(folders)('%s', async (name) => {
    const { heap } = runtime();
    const before = [heap.bytesInUse, heap.tensors];
    const { readCase } = (await import(`${dataDir}${FOLDER}/read-case.mjs`)) as {
      readCase(folder: string): { readonly cases: readonly Case[] };
    };
    const [first] = readCase(`${dataDir}${FOLDER}/${name}`).cases;
    scope(() => {
      const model = loadOnnx(readData(`${FOLDER}/${name}/model.onnx`));
      const inputs = inputsOf(first!);
      const named: Model = {
        forward: (x) => model.run(x as unknown as Named) as unknown as Tensor,
        parameters: () => model.parameters(),
      };
      if (WITHOUT_GRAPH.includes(name)) {
        expect(() => compile(named, inputs)).toThrow(TraceError);
      } else {
        const session = compile(named, inputs);
        const [expected, got] = [model.run(inputs), session.run(inputs) as Named];
        for (const [output, { shape }] of Object.entries(expected)) {
          expect(got[output]!.shape).toEqual(shape);
          const close = { relative: 1e-4, absolute: 1e-5, label: output };
          expectClose(got[output]!.data(), expected[output]!.data(), close);
        }
        session.dispose();
      }
      model.dispose();
    });
    expect([heap.bytesInUse, heap.tensors]).toEqual(before);
  });
});
