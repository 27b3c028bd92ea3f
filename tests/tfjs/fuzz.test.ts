import { describe, expect, test } from 'vitest';
import { noGrad } from '../../src/autograd.js';
import { zeros } from '../../src/creation.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope } from '../../src/tensor.js';
import { loadTfjs } from '../../src/tfjs/load.js';
import type { TfjsFiles } from '../../src/tfjs/source.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import { CLASSIFIER, GRAPH, LOOP } from './small.js';

/** Loads a model and runs it; whatever happens, its memory is free again. */
async function run(files: TfjsFiles): Promise<readonly number[]> {
  const before = runtime().heap.bytesInUse;
  try {
    using net = await loadTfjs(files, { trainable: true, limits: { weightBytes: 2 ** 20 } });
    return scope(() => {
      const inputs = net.inputs.map(({ name, shape = [] }) => {
        const sizes = shape.map((size) => Math.min(size ?? 2, 64));
        return [name, zeros(sizes)] as const;
      });
      try {
        const [y] = Object.values(noGrad(() => net.run(Object.fromEntries(inputs))));
        return y!.shape;
      } catch (error) {
        // What a model computes may not fit its inputs: the node says so.
        expect((error as Error).message).toMatch(/^(node .* \(.*\)|run): /s);
        throw new RangeError(`model.json: ${(error as Error).message}`, { cause: error });
      }
    });
  } finally {
    expect(runtime().heap.bytesInUse).toBe(before);
  }
}

const accepted = {
  answer: (shape: unknown) => expect(Array.isArray(shape)).toBe(true),
  error: { name: /^(FormatError|RangeError|OutOfMemoryError)$/, message: /^model\.json: / },
};

describe.each([
  ['layers-model', CLASSIFIER],
  ['graph-model', GRAPH],
  ['graph with a loop', () => LOOP()],
])('damaged copies of a %s end in an error of ours or run', (_, files) => {
  const { modelJson, weights } = files();

  test('model.json', async () => {
    const json = new TextEncoder().encode(modelJson as string);
    await fuzz(json, MUTANTS / 3, 1, (bytes) => run({ modelJson: bytes, weights }), accepted);
  });

  test('weights', async () => {
    const read = (bytes: Uint8Array) => run({ modelJson, weights: [bytes] });
    await fuzz(weights[0]!, MUTANTS / 30, 2, read, accepted);
  });

  test('truncated at every tenth byte', async () => {
    const json = new TextEncoder().encode(modelJson as string);
    for (let length = 0; length < json.length; length += 10) {
      const cut = { modelJson: json.subarray(0, length), weights };
      await expect(run(cut)).rejects.toThrow(/^model\.json/);
    }
    for (let length = 0; length < weights[0]!.length; length += 10) {
      const cut = { modelJson, weights: [weights[0]!.subarray(0, length)] };
      await expect(run(cut)).rejects.toThrow(/^model\.json: weights: expected \d+ bytes/);
    }
  });
});
