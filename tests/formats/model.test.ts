import { describe, expect, test, vi } from 'vitest';
import { FormatError, OutOfMemoryError } from '../../src/errors.js';
import { layerFromConfig, loadModel, saveModel } from '../../src/formats/model.js';
import { writeSafetensors } from '../../src/formats/safetensors.js';
import {
  Conv2d,
  Flatten,
  Hardtanh,
  Linear,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../../src/layers/index.js';
import { generator } from '../../src/generator.js';
import { capabilities, tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft } from '../support/memory.js';
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

/** So many Sequentials inside one another. */
function nested(depth: number): unknown {
  let config: unknown = { type: 'ReLU' };
  for (let i = 0; i < depth; i++) config = { type: 'Sequential', layers: [config] };
  return config;
}

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
      'details that are no object',
      '{"format":"simdgrad-model","version":1,"details":[]}',
      'model.json: details: expected an object, got []',
    ],
    [
      'an unknown name',
      '{"format":"simdgrad-model","version":1,"detials":{}}',
      'model.json: simdgrad-model: names: expected format, version, details, architecture, got detials',
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
  const unknown = (got: string, place = '') =>
    `model.json: architecture${place}: type: expected one of ${known}, got ${got}`;

  test.each<[string, unknown, string]>([
    ['none', undefined, unknown('undefined')],
    ['null', null, unknown('undefined')],
    ['text', 'ReLU', unknown('undefined')],
    ['an unknown layer', { type: 'BatchNorm2d' }, unknown('BatchNorm2d')],
    ['a name of Object', { type: 'constructor' }, unknown('constructor')],
    [
      'a layer inside without a type',
      { type: 'Sequential', layers: [relu, {}] },
      unknown('undefined', '.layers[1]'),
    ],
    ['a long name', { type: 'x'.repeat(1e5) }, `got "${'x'.repeat(60)}`],
    [
      'no layers inside',
      { type: 'Sequential' },
      'model.json: architecture: Sequential: layers: expected an array of layers, got undefined',
    ],
    [
      'an unknown argument',
      { type: 'Sequential', layers: [relu, { ...linear, units: 3 }] },
      'model.json: architecture.layers[1]: Linear: options: expected bias, got units',
    ],
    [
      'an argument of a layer that has none',
      { type: 'ReLU', slope: 1 },
      'model.json: architecture: ReLU: arguments: expected none, got slope',
    ],
    [
      'an argument beside the only one',
      { type: 'Dropout', p: 0.5, rate: 1 },
      'model.json: architecture: Dropout: arguments: expected p, got rate, which is p here',
    ],
    [
      'an argument of a Sequential',
      { type: 'Sequential', layers: [], name: 'a' },
      'model.json: architecture: Sequential: arguments: expected layers, got name',
    ],
    [
      '70 Sequentials inside one another',
      nested(70),
      'model.json: architecture: expected at most 10000 layers, 64 inside one another, got more',
    ],
    [
      '2,000 Sequentials inside one another',
      nested(2000),
      'model.json: expected at most 65536 values, 256 objects and arrays inside one another, got more at character ',
    ],
    [
      '10,001 layers',
      { type: 'Sequential', layers: new Array(10_000).fill(relu) },
      'model.json: architecture: expected at most 10000 layers, 64 inside',
    ],
    [
      'a wrong argument, after a layer that was made',
      {
        type: 'Sequential',
        layers: [linear, { type: 'Sequential', layers: [linear, { ...linear, inFeatures: 0 }] }],
      },
      'model.json: architecture.layers[1].layers[1]: Linear: inFeatures: expected an integer of at least 1, got 0',
    ],
    [
      'an argument of the wrong kind',
      { ...linear, outFeatures: '3' },
      'model.json: architecture: Linear: outFeatures: expected an integer of at least 1, got "3"',
    ],
    [
      'a gigantic layer',
      { ...linear, inFeatures: 2 ** 20, outFeatures: 2 ** 20 },
      'model.json: architecture: parameter: shape: [1048576,1048576] has 1099511627776 elements, the limit is 536870911 (2 GiB)',
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

describe('loadModel', () => {
  test('leaves the generator of random numbers as it is', () => {
    const { json, weights } = savedModel();
    const before = generator().state();
    loadModel({ json, weights }).model.dispose();
    expect(generator().state()).toEqual(before);
  });

  test('allocates nothing for weights that are not there', () => {
    const { weights } = savedModel();
    const { memory } = capabilities();
    for (const outFeatures of [10_000, 50_000]) {
      const architecture = { type: 'Linear', inFeatures: 10_000, outFeatures };
      const json = JSON.stringify({ format: 'simdgrad-model', version: 1, architecture });
      expect(() => loadModel({ json, weights })).toThrow(
        `model.safetensors: weight: expected F32 of shape [10000,${outFeatures}], got nothing`,
      );
    }
    expect(capabilities().memory).toEqual(memory);
  });

  test('frees what it made where memory ends, and the next call succeeds', () => {
    const files = savedModel();
    const { heap } = runtime();
    for (let limit = 1; limit <= 3; limit++) {
      let calls = 0;
      const allocate = vi.spyOn(heap, 'allocate').mockImplementation(function (bytes) {
        if (++calls > limit) throw new OutOfMemoryError('no more');
        return Object.getPrototypeOf(heap).allocate.call(heap, bytes) as number;
      });
      expectNothingLeft(() => expect(() => loadModel(files)).toThrow(OutOfMemoryError));
      allocate.mockRestore();
    }
    loadModel(files).model.dispose();
  });

  test('finds one changed weight, option or detail, whichever file holds it', () => {
    const { json, weights } = savedModel();
    const model = makeModel();
    const other = saveModel(model, { labels: ['a', 'b', 'd'] });
    model.dispose();
    const flipped = weights.slice();
    flipped[flipped.length - 1]! ^= 1;
    for (const files of [
      { json, weights: flipped },
      { json: json.replace('"same"', '1'), weights },
      { json: json.replace('"b"', '"x"'), weights },
      { json, weights: other.weights },
    ]) {
      expectNothingLeft(() => {
        expect(() => loadModel(files)).toThrow(FormatError);
        expect(() => loadModel(files)).toThrow(
          /^model.safetensors: expected checksum \w{8}, got \w{8}: it or model.json was changed since saveModel, or/,
        );
      });
    }
  });

  test('takes a model.json that was only written differently', () => {
    const { document, weights } = savedModel();
    loadModel({ json: JSON.stringify(document), weights }).model.dispose();
    loadModel({ json: JSON.stringify(document, null, '\t'), weights }).model.dispose();
  });

  test('refuses a header of a million brackets at once', () => {
    const { json } = savedModel();
    const weights = new Uint8Array(90e6).fill(0x5b);
    for (const bytes of [90e6 - 8, 2 ** 24]) {
      new DataView(weights.buffer).setBigUint64(0, BigInt(bytes), true);
      const begin = performance.now();
      expect(() => loadModel({ json, weights })).toThrow(FormatError);
      expect(() => loadModel({ json: '['.repeat(2 ** 24), weights })).toThrow(FormatError);
      expect(performance.now() - begin).toBeLessThan(3000);
    }
  });
});

/* eslint-disable @typescript-eslint/no-explicit-any */
describe('arguments of the wrong kind are named', () => {
  const relu = new ReLU();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  test.each<[string, (...args: any[]) => unknown, any[], string]>([
    ['saveModel', saveModel, [], 'saveModel: model: expected a Module, got undefined'],
    ['saveModel', saveModel, [{}], 'saveModel: model: expected a Module, got an object'],
    ['saveModel', saveModel, [relu, 5], 'saveModel: details: expected an object, got 5'],
    ['saveModel', saveModel, [relu, circular], 'saveModel: details: expected plain JSON: '],
    ['saveModel', saveModel, [relu, { n: 5n }], 'saveModel: details: expected plain JSON: '],
    ['saveModel', saveModel, [relu, {}, 1], 'saveModel: arguments: expected at most 2 arguments'],
    ['loadModel', loadModel, [], 'loadModel: files: expected json and weights, got undefined'],
    ['loadModel', loadModel, ['model.json'], 'loadModel: files: expected json and weights'],
    ['loadModel', loadModel, [{}], 'loadModel: files.json: expected a string, got undefined'],
    [
      'loadModel',
      loadModel,
      [{ json: '' }],
      'loadModel: files.weights: expected a Uint8Array, got',
    ],
    ['loadModel', loadModel, [{}, 1], 'loadModel: arguments: expected at most 1 argument, got 2'],
    [
      'layerFromConfig',
      layerFromConfig,
      [],
      'layerFromConfig: config: expected an object with a type',
    ],
    [
      'layerFromConfig',
      layerFromConfig,
      ['ReLU'],
      'layerFromConfig: config: expected an object with',
    ],
  ])('%s', (_, call, args, message) => {
    expect(() => call(...args)).toThrow(TypeError);
    expect(() => call(...args)).toThrow(message);
  });

  test('layerFromConfig names itself, not a file, and frees what it made', () => {
    const linear = { type: 'Linear', inFeatures: 2, outFeatures: 3 };
    const circle: any = { type: 'Sequential', layers: [linear] };
    circle.layers.push(circle, circle);
    expectNothingLeft(() => {
      for (const [config, message] of [
        [
          { type: 'Sequential', layers: [linear, { ...linear, bais: 1 }] },
          '.layers[1]: Linear: options: ',
        ],
        [{ type: 'Linear' }, ': Linear: inFeatures: expected an integer'],
        [circle, ': expected at most '],
      ] as const) {
        expect(() => layerFromConfig(config)).toThrow(FormatError);
        expect(() => layerFromConfig(config)).toThrow(`layerFromConfig: config${message}`);
      }
    });
  });
});

describe('what saveModel writes, loadModel reads', () => {
  test('infinite bounds', () =>
    expectNothingLeft(() => {
      const model = new Sequential(new Hardtanh(-1, Infinity), new Hardtanh(-Infinity, 2));
      const loaded = loadModel(saveModel(model)).model;
      scope(() => {
        const x = tensor([-Infinity, -2, 1, 3, Infinity]);
        expect(loaded.predict(x).toArray()).toEqual([-1, -1, 1, 2, 2]);
      });
    }));

  test('or it refuses to write: too many layers, details too deep', () => {
    const deep = JSON.parse('{"a":'.repeat(300) + '1' + '}'.repeat(300)) as Record<string, unknown>;
    expect(() => saveModel(new ReLU(), deep)).toThrow(
      'saveModel: expected at most 65536 values, 256 objects and arrays inside one another',
    );
    expect(() =>
      saveModel(new Sequential(...Array.from({ length: 10_000 }, () => new ReLU()))),
    ).toThrow('saveModel: model: expected at most 10000 layers');
  });
});
