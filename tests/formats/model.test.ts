import { describe, expect, test, vi } from 'vitest';
import { FormatError, OutOfMemoryError } from '../../src/errors.js';
import { loadModel } from '../../src/formats/every-layer.js';
import { saveModel } from '../../src/formats/model.js';
import { Hardtanh, Module, ReLU, Sequential } from '../../src/layers/index.js';
import { generator } from '../../src/generator.js';
import { capabilities, tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';
import { makeModel, savedModel } from './saved.js';

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

  test('refuse a model with a layer whose class has no signature', () =>
    expectNothingLeft(() => {
      class Custom extends Module {
        override forward(x: Tensor): Tensor {
          return x;
        }
      }
      const model = new Sequential(new ReLU(), new Custom());
      expect(() => saveModel(model)).toThrow(
        'Custom: the class has no static signature of its own: a model that holds it cannot be saved',
      );
    }));
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
    for (let limit = 0; limit < 3; limit++) {
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
