import { describe, expect, test } from 'vitest';
import { capabilities } from '../../src/index.js';
import { loadModel } from '../../src/formats/every-layer.js';
import { saveModel } from '../../src/formats/model.js';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import * as everyLayer from '../../src/layers/index.js';
import type { LayerConfig, Module, Sequential } from '../../src/layers/index.js';
import { Random } from '../../src/random.js';
import { scope } from '../../src/tensor.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import { randomLeaf } from '../support/op.js';
import {
  longNet,
  NETS,
  PICTURE,
  poolingNet,
  shortNet,
  upsamplingNet,
  VOLUME,
  volumeNet,
} from './nets.js';

const ERROR = { name: /^FormatError$/, message: /^model\.(json|safetensors): / };
const bytesInUse = () => capabilities().memory.bytesInUse;
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function predict(model: Module, shape: readonly number[]): number[] {
  return scope(() => [...model.predict(randomLeaf(new Random(3), shape)).data()]);
}

/** Loads damaged files: a model is to predict as the one that was saved, and nothing is to be left in memory. */
async function fuzzModel(
  make: () => Sequential,
  shape: readonly number[],
  file: 'json' | 'weights',
  mutants: number,
  seed: number,
): Promise<void> {
  const model = make();
  const files = saveModel(model, { classNames: ['a', 'b'], mean: 0.5 });
  const expected = predict(model, shape);
  model.dispose();
  const original = file === 'json' ? new TextEncoder().encode(files.json) : files.weights;
  const before = bytesInUse();
  const read = (bytes: Uint8Array) => {
    const part = file === 'json' ? { json: decode(bytes) } : { weights: bytes };
    try {
      const { model, details } = loadModel({ ...files, ...part });
      const output = predict(model, shape);
      model.dispose();
      return { output, details };
    } finally {
      expect(bytesInUse()).toBe(before);
    }
  };
  await fuzz(original, mutants, seed, read, {
    answer: (value) => {
      expect(value).toEqual({ output: expected, details: { classNames: ['a', 'b'], mean: 0.5 } });
    },
    error: ERROR,
  });
}

describe.each([
  ['of most layers', longNet, PICTURE, MUTANTS, 11],
  ['with global pooling', shortNet, PICTURE, MUTANTS / 4, 13],
  ['that makes pictures larger', upsamplingNet, PICTURE, MUTANTS / 10, 15],
  ['of volumes', volumeNet, VOLUME, MUTANTS / 10, 19],
  ['of pools', poolingNet, VOLUME, MUTANTS / 20, 21],
])(
  'damaged copies of a net %s are the right model or a FormatError',
  (_, make, shape, mutants, seed) => {
    test('model.json', async () => {
      await fuzzModel(make, shape, 'json', mutants, seed);
    });

    test('model.safetensors', async () => {
      await fuzzModel(make, shape, 'weights', mutants, seed + 1);
    });

    test('white space between the tokens of model.json may change', () => {
      const model = make();
      const files = saveModel(model, { mean: 0.5 });
      const expected = predict(model, shape);
      model.dispose();
      const json = JSON.stringify(JSON.parse(files.json), null, '\t');
      expect(json).not.toBe(files.json);
      const loaded = loadModel({ ...files, json });
      expect(predict(loaded.model, shape)).toEqual(expected);
      expect(loaded.details).toEqual({ mean: 0.5 });
      loaded.model.dispose();
    });
  },
);

test('damaged files without a checksum, as earlier versions wrote them, end in time and leave nothing', async () => {
  const model = longNet();
  const { json, weights } = saveModel(model);
  model.dispose();
  const { tensors } = readSafetensors(weights);
  const old = writeSafetensors(tensors, { format: 'simdgrad-model', layout: 'HWIO' });
  const before = bytesInUse();
  const load = (bytes: Uint8Array) => {
    loadModel({ json: decode(bytes), weights: old }).model.dispose();
  };
  const check = { answer: () => expect(bytesInUse()).toBe(before), error: ERROR };
  await fuzz(new TextEncoder().encode(json), MUTANTS, 17, load, check);
  expect(bytesInUse()).toBe(before);
});

test('the nets hold every layer', () => {
  const layers = (config: LayerConfig): string[] => [
    config.type,
    ...((config['layers'] ?? []) as LayerConfig[]).flatMap(layers),
  ];
  const nets = NETS.map(([make]) => make());
  const held = nets.flatMap((net) => {
    const types = layers(net.config());
    net.dispose();
    return types;
  });
  expect(new Set([...held, 'Module', 'buffer', 'parameter'])).toEqual(
    new Set(Object.keys(everyLayer)),
  );
});
