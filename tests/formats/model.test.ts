import { describe, expect, test } from 'vitest';
import { FormatError, ShapeError } from '../../src/errors.js';
import { loadModel, saveModel } from '../../src/formats/model.js';
import { writeSafetensors } from '../../src/formats/safetensors.js';
import {
  Conv2d,
  Flatten,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectError, expectNothingLeft } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';

const makeModel = () =>
  new Sequential(
    new Conv2d(1, 4, 3, { padding: 'same' }),
    new ReLU(),
    new MaxPool2d(2),
    new Flatten(),
    new Linear(16, 3, { bias: false }),
  );

/** The files of a small model, its `model.json` parsed. */
function savedModel() {
  const model = makeModel();
  const files = saveModel(model, { labels: ['a', 'b', 'c'] });
  model.dispose();
  return { ...files, document: JSON.parse(files.json) as Record<string, unknown> };
}

describe('saveModel and loadModel', () => {
  test('give back the layers, the details and every bit of the output', () =>
    expectNothingLeft(() => {
      const model = makeModel();
      const details = { labels: ['a', 'b'], mean: 0.1, nested: { image: [4, 4, 1] } };
      const loaded = loadModel(saveModel(model, details));
      expect(loaded.details).toEqual(details);
      expect(loaded.model.config()).toEqual(model.config());
      expect(loaded.model.stateDict()).toEqual(model.stateDict());
      scope(() => {
        const x = randomLeaf(new Random(91), [2, 4, 4, 1]);
        expect(loaded.model.predict(x).data()).toEqual(model.predict(x).data());
      });
      for (const m of [model, loaded.model]) m.dispose();
    }));

  test('save the same bytes again', () =>
    expectNothingLeft(() => {
      const { json, weights } = savedModel();
      const { model, details } = loadModel({ json, weights });
      expect(saveModel(model, details)).toEqual({ json, weights });
      model.dispose();
    }));

  test('need no details', () => {
    const { model, details } = loadModel(saveModel(new Sequential(new ReLU())));
    expect([details, model.parameters()]).toEqual([{}, []]);
  });

  test('refuse a model with a layer that has no config', () =>
    expectNothingLeft(() => {
      class Custom extends Module {
        override forward(x: Tensor): Tensor {
          return x;
        }
      }
      const model = new Sequential(new ReLU(), new Custom());
      expect(() => saveModel(model)).toThrow(
        'Custom: config() is missing: a model that holds it cannot be saved',
      );
    }));
});

describe('model.json is a FormatError', () => {
  test.each<[string, string, string]>([
    ['an HTML page', '<!doctype html>', 'model.json: not JSON: '],
    ['nothing', '', 'model.json: not JSON: '],
    [
      'null',
      'null',
      'model.json: expected format simdgrad-model version 1, got undefined version undefined',
    ],
    [
      'an array',
      '[]',
      'model.json: expected format simdgrad-model version 1, got undefined version undefined',
    ],
    [
      'another format',
      '{"format":"keras","version":1}',
      'model.json: expected format simdgrad-model version 1, got keras version 1',
    ],
    [
      'another version',
      '{"format":"simdgrad-model","version":2}',
      'model.json: expected format simdgrad-model version 1, got simdgrad-model version 2',
    ],
  ])('that is %s', (_, json, message) => {
    const { weights } = savedModel();
    expect(() => loadModel({ json, weights })).toThrow(FormatError);
    expect(() => loadModel({ json, weights })).toThrow(message);
  });

  const relu = { type: 'ReLU' };
  const linear = { type: 'Linear', inFeatures: 2, outFeatures: 3, bias: true };
  const known =
    'AvgPool1d, AvgPool2d, Conv1d, Conv2d, Dropout, Flatten, GlobalAvgPool2d, Hardswish, Hardtanh, ' +
    'LeakyReLU, Linear, MaxPool1d, MaxPool2d, ReLU, ReLU6, Sequential, Sigmoid, SiLU, Tanh';
  const unknown = (got: string) => `model.json: layer type: expected one of ${known}, got ${got}`;

  test.each<[string, unknown, string]>([
    ['none', undefined, unknown('undefined')],
    ['null', null, unknown('undefined')],
    ['text', 'ReLU', unknown('undefined')],
    ['an unknown layer', { type: 'BatchNorm2d' }, unknown('BatchNorm2d')],
    ['a name of Object', { type: 'constructor' }, unknown('constructor')],
    [
      'a layer inside without a type',
      { type: 'Sequential', layers: [relu, {}] },
      unknown('undefined'),
    ],
    ['no layers inside', { type: 'Sequential' }, 'model.json: TypeError: '],
    [
      'a wrong argument, after a layer that was made',
      {
        type: 'Sequential',
        layers: [linear, { type: 'Sequential', layers: [linear, { ...linear, inFeatures: 0 }] }],
      },
      'model.json: RangeError: Linear: inFeatures: expected an integer of at least 1, got 0',
    ],
    [
      'an argument of the wrong kind',
      { ...linear, outFeatures: '3' },
      'model.json: TypeError: Linear: outFeatures: expected an integer of at least 1, got "3"',
    ],
    [
      'a gigantic layer',
      { ...linear, inFeatures: 2 ** 20, outFeatures: 2 ** 20 },
      'model.json: ShapeError: parameter: shape: [1048576,1048576] has 1099511627776 elements, the limit is 536870911 (2 GiB)',
    ],
  ])('whose architecture is %s; nothing is left', (_, architecture, message) => {
    const { document, weights } = savedModel();
    const json = JSON.stringify({ ...document, architecture });
    expectNothingLeft(() => {
      expect(() => loadModel({ json, weights })).toThrow(FormatError);
      expect(() => loadModel({ json, weights })).toThrow(message);
    });
  });
});

describe('weights that do not fit', () => {
  test('are a FormatError where they are damaged', () => {
    const { json, weights } = savedModel();
    expectNothingLeft(() => {
      for (const damaged of [weights.subarray(0, -1), new TextEncoder().encode('<html></html>')]) {
        expect(() => loadModel({ json, weights: damaged })).toThrow(FormatError);
      }
    });
  });

  test('are a ShapeError where they belong to another model; nothing is left', () => {
    const { json } = savedModel();
    const weights = writeSafetensors(
      new Map([['0.weight', { shape: [1], data: new Float32Array(1) }]]),
    );
    expectError(
      () => loadModel({ json, weights }),
      ShapeError,
      'loadStateDict: 0.weight: expected shape [3,3,1,4], got [1]',
    );
  });
});
