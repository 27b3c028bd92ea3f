import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { loadModel } from '../../src/formats/every-layer.js';
import { saveModel } from '../../src/formats/model.js';
import { writeSafetensors } from '../../src/formats/safetensors.js';
import { expectNothingLeft } from '../support/memory.js';
import { makeModel, savedModel } from './saved.js';

describe('weights that do not fit', () => {
  test('are a FormatError where they are damaged', () => {
    const { json, weights } = savedModel();
    expectNothingLeft(() => {
      for (const damaged of [weights.subarray(0, -1), new TextEncoder().encode('<html></html>')]) {
        expect(() => loadModel({ json, weights: damaged })).toThrow(FormatError);
      }
    });
  });

  const OURS = { format: 'simdgrad-model', layout: 'HWIO' };
  const file = (
    arrays: Record<string, [shape: number[], data: Float32Array | Int32Array]>,
    metadata: Record<string, string> = OURS,
  ) =>
    writeSafetensors(
      new Map(Object.entries(arrays).map(([path, [shape, data]]) => [path, { shape, data }])),
      metadata,
    );
  const json = JSON.stringify({
    format: 'simdgrad-model',
    version: 1,
    architecture: {
      type: 'Sequential',
      layers: [{ type: 'Linear', inFeatures: 2, outFeatures: 2 }],
    },
  });
  const weight: [number[], Float32Array] = [[2, 2], Float32Array.of(1, 2, 3, 4)];
  const bias: [number[], Float32Array] = [[2], Float32Array.of(5, NaN)];

  test.each<[string, Uint8Array, string]>([
    [
      'of PyTorch',
      file({ '0.weight': weight, '0.bias': bias }, { format: 'pt' }),
      "expected format simdgrad-model, got pt: weights there are [out, in] if they are PyTorch's: ",
    ],
    [
      'without metadata',
      file({ '0.weight': weight, '0.bias': bias }, {}),
      'expected format simdgrad-model, got none: weights there are [out, in]',
    ],
    [
      'of another layout',
      file({ '0.weight': weight, '0.bias': bias }, { ...OURS, layout: 'OIHW' }),
      'expected layout HWIO, got OIHW: weights there',
    ],
    [
      'with other metadata',
      file({ '0.weight': weight, '0.bias': bias }, { ...OURS, chksum: '0' }),
      'simdgrad-model: names: expected format, layout, checksum, got chksum',
    ],
    [
      'of integers',
      file({ '0.weight': [[2, 2], Int32Array.of(1, 2, 3, 4)], '0.bias': bias }),
      '0.weight: expected F32 of shape [2,2], got I32 of shape [2,2]',
    ],
    [
      'of another shape',
      file({ '0.weight': [[4], weight[1]], '0.bias': bias }),
      '0.weight: expected F32 of shape [2,2], got F32 of shape [4]',
    ],
    [
      'without a bias',
      file({ '0.weight': weight }),
      '0.bias: expected F32 of shape [2], got nothing',
    ],
    [
      'with one parameter more',
      file({ '0.weight': weight, '0.bias': bias, '1.weight': weight }),
      '1.weight: the model has no such parameter',
    ],
    [
      'with another checksum',
      file({ '0.weight': weight, '0.bias': bias }, { ...OURS, checksum: '12345678' }),
      'expected checksum 12345678, got ',
    ],
  ])('are a FormatError %s; nothing is left', (_, weights, message) => {
    expectNothingLeft(() => {
      expect(() => loadModel({ json, weights })).toThrow(FormatError);
      expect(() => loadModel({ json, weights })).toThrow(`model.safetensors: ${message}`);
    });
  });

  test('may lie in any order, at any address, hold NaN, and have no checksum', () => {
    const weights = file({ '0.bias': bias, '0.weight': weight });
    for (let shift = 0; shift < 4; shift++) {
      const moved = new Uint8Array(weights.length + shift);
      moved.set(weights, shift);
      const { model } = loadModel({ json, weights: moved.subarray(shift) });
      const state = model.stateDict();
      expect([...state.keys()]).toEqual(['0.weight', '0.bias']);
      expect([...state.values()].map(({ data }) => data)).toEqual([weight[1], bias[1]]);
      expect(model.parameters().every(({ requiresGrad }) => requiresGrad)).toBe(true);
      model.dispose();
    }
  });
});

describe.each(['float16', 'bfloat16'] as const)('weights as %s', (dtype) => {
  test('take half the bytes, are rounded once, and have a checksum', () =>
    expectNothingLeft(() => {
      const model = makeModel();
      const files = saveModel(model, {}, { dtype });
      const values = model.parameters().reduce((sum, { size }) => sum + size, 0);
      expect(saveModel(model).weights.length - files.weights.length).toBeGreaterThan(
        2 * values - 16,
      );
      const loaded = loadModel(files).model;
      const step = dtype === 'float16' ? 2 ** -11 : 2 ** -8;
      const [before, after] = [model, loaded].map((one) => [...one.stateDict().values()]);
      before!.forEach(({ data }, i) =>
        data.forEach((value, j) => {
          const error = Math.abs(after![i]!.data[j]! - value);
          expect(error).toBeLessThanOrEqual(Math.max(step * Math.abs(value), 2 ** -25));
        }),
      );
      expect(saveModel(loaded, {}, { dtype })).toEqual(files);
      files.weights[files.weights.length - 1]! ^= 1;
      expect(() => loadModel(files)).toThrow('model.safetensors: expected checksum');
      model.dispose();
      loaded.dispose();
    }));
});
