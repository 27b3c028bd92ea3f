import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { tensor } from '../../src/creation.js';
import type { ImportedModule } from '../../src/imported/module.js';
import { scope } from '../../src/tensor.js';
import type { TfjsFetcher } from '../../src/tfjs/source.js';
import { dataDir } from '../data/support.js';

/** What read-case.mjs beside the models gives. */
export interface RealCase {
  readonly inputs: readonly {
    name: string;
    shape: number[];
    dtype: string;
    data: ArrayLike<number>;
  }[];
  readonly outputs: readonly {
    name: string;
    shape: number[];
    stride: number;
    refNoise?: number | null;
    expected: Float32Array;
  }[];
}

interface ReadCase {
  readCase(folder: string): { cases: RealCase[] };
  compare(
    output: RealCase['outputs'][number],
    actual: ArrayLike<number>,
    tolerance: { rtol: number; atol: number },
  ): { excess: number; max: number };
}

const readers = async () => (await import(`${dataDir}real-models/read-case.mjs`)) as ReadCase;

export const folderOf = (model: string) => `${dataDir}real-models/${model}`;

export const fetcherOf =
  (model: string, modelJson = 'model.json'): TfjsFetcher =>
  (path) =>
    readFileSync(join(folderOf(model), path === 'model.json' ? modelJson : path));

export async function casesOf(model: string): Promise<RealCase[]> {
  return (await readers()).readCase(folderOf(model)).cases;
}

/** Runs a case, and compares every output that it has. */
export async function expectCase(net: ImportedModule, { inputs, outputs }: RealCase) {
  const { compare } = await readers();
  scope(() => {
    const tensors = inputs.map(({ data, shape }) => tensor(data, shape));
    const only = net.inputs.length === 1 && net.inputs[0]!.name;
    const named = Object.fromEntries(inputs.map(({ name }, i) => [only || name, tensors[i]!]));
    const results = noGrad(() => net.run(named));
    for (const output of outputs) {
      const name = net.outputs.length === 1 ? net.outputs[0]! : output.name;
      const atol = Math.max(1e-4, 10 * (output.refNoise ?? 0));
      const { excess, max } = compare(output, results[name]!.data(), { rtol: 1e-3, atol });
      expect(results[name]!.shape, name).toEqual(output.shape);
      expect(excess, `${name}: largest difference ${max}`).toBeLessThanOrEqual(0);
    }
  });
}
