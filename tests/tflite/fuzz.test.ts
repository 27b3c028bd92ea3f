// Damaged files give an error of ours, or a model, within a second and without a leak.
import { expect, test } from 'vitest';
import { runtime } from '../../src/runtime/runtime.js';
import { ImportedModule, loadTflite } from '../../src/tflite/index.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import { tfliteFile } from '../support/tflite-file.js';

const FILE = tfliteFile({
  tensors: [
    { name: 'x', shape: [1, 4, 4, 1], type: 'int8', scales: [0.5], zeroPoints: [1] },
    {
      name: 'w16',
      shape: [2, 2, 2, 1],
      type: 'float16',
      data: [0x3c00, 0x3800, 0, 0xbc00, 0, 0, 0, 0x3c00],
    },
    { name: 'w', shape: [2, 2, 2, 1] },
    { name: 'b', shape: [2], type: 'int32', data: [3, -4], scales: [0.5, 1] },
    { name: 'c', shape: [1, 3, 3, 2] },
    { name: 'p', shape: [1, 1, 1, 2] },
    { name: 'shape', shape: [2], type: 'int32', data: [1, 2] },
    { name: 'y', shape: [1, 2] },
  ],
  operators: [
    { code: 6, inputs: [1], outputs: [2] },
    {
      code: 3,
      inputs: [0, 2, 3],
      outputs: [4],
      options: [1, [{ i8: 1 }, { i32: 1 }, { i32: 1 }, { i8: 1 }]],
    },
    {
      code: 1,
      inputs: [4],
      outputs: [5],
      options: [5, [{ i8: 1 }, { i32: 3 }, { i32: 3 }, { i32: 3 }, { i32: 3 }]],
    },
    { code: 22, inputs: [5, 6], outputs: [7] },
  ],
  inputs: [0],
  outputs: [7],
});
const ERRORS = { name: /^(FormatError|OutOfMemoryError)$/, message: /^(tflite|node )/ };

test('the file itself is right', () => {
  const model = loadTflite(FILE);
  expect(model.outputs).toEqual(['y']);
  model.dispose();
});

test('cut off at every byte', () => {
  const { bytes } = runtime().heap;
  for (let length = 0; length < FILE.length; length++) {
    try {
      loadTflite(FILE.slice(0, length)).dispose();
    } catch (error) {
      expect((error as Error).name).toMatch(ERRORS.name);
    }
  }
  expect(runtime().heap.bytes).toBe(bytes);
});

test('damaged', async () => {
  const { bytes } = runtime().heap;
  await fuzz(FILE, MUTANTS, 17, (damaged) => loadTflite(damaged as Uint8Array<ArrayBuffer>), {
    answer(model) {
      expect(model).toBeInstanceOf(ImportedModule);
      (model as ImportedModule).dispose();
    },
    error: ERRORS,
  });
  expect(runtime().heap.bytes).toBe(bytes);
});
