// What a worker gets of a model of another library, and what it makes of it.
import { describe, expect, test } from 'vitest';
import { loadStateDict, type Module, tensor } from '../../src/index.js';
import { loadOnnx, saveOnnx } from '../../src/onnx/index.js';
import type { ImportedFile, Importers } from '../../src/worker/imported-file.js';
import { barsData, network, openWorker } from './support.js';

const SHAPE = [8, 6, 6, 1];

/** Importers that keep what they were given, and make the net of tests/training of anything. */
function importers() {
  const calls: unknown[][] = [];
  const models: Module[] = [];
  const load = (...given: unknown[]) => {
    calls.push(given);
    models.push(network());
    return models.at(-1)!;
  };
  const all: Importers = { onnx: load, tfjs: async (...given) => load(...given), tflite: load };
  return { calls, models, all };
}

describe('a model of another library', () => {
  test.each<[string, ImportedFile, unknown]>([
    ['onnx', { onnx: Uint8Array.of(1, 2) }, Uint8Array.of(1, 2)],
    ['tflite', { tflite: Uint8Array.of(3) }, Uint8Array.of(3)],
    ['tfjs', { tfjs: new URL('https://a.example/m.json') }, 'https://a.example/m.json'],
    ['tfjs', { tfjs: 'https://a.example/m.json?key=1' }, 'https://a.example/m.json?key=1'],
    [
      'tfjs',
      { tfjs: { modelJson: '{}', weights: [Uint8Array.of(4)] } },
      { modelJson: '{}', weights: [Uint8Array.of(4)] },
    ],
  ])('of %s is read in the worker, which trains it', async (_, file, source) => {
    await openWorker();
    const { all, calls, models } = importers();
    const { worker } = await openWorker({ ...file, trainable: true, freeze: [/^0/] }, {}, all);
    expect(calls).toEqual([[source, { trainable: true, freeze: [/^0/] }]]);
    expect(worker.details).toEqual({});
    const { inputs } = barsData(8);
    const before = await worker.predict(inputs, SHAPE);
    const x = tensor(inputs, SHAPE);
    expect(before.data).toEqual(models[0]!.predict(x).data());
    await worker.fit(barsData(8), { optimizer: { name: 'SGD', lr: 0.1 }, epochs: 1 });
    expect((await worker.predict(inputs, SHAPE)).data).not.toEqual(before.data);
    await worker.terminate();
  });

  test('is fine-tuned there; its weights come back', async () => {
    await openWorker();
    const onnx = saveOnnx(network(), [1, 6, 6, 1], { layout: 'NHWC' });
    const options = { trainable: true, freeze: [/^5\.bias$/] };
    const { worker } = await openWorker({ onnx, ...options }, {}, { onnx: loadOnnx });
    const data = barsData(32);
    const training = { optimizer: { name: 'Adam', lr: 0.01 }, epochs: 4 } as const;
    const history = await worker.fit(data, training);
    expect(history.at(-1)!['loss']).toBeLessThan(history[0]!['loss']!);
    const weights = await worker.stateDict();
    using model = loadOnnx(onnx, options);
    const before = new Map(model.stateDict());
    loadStateDict(model, weights);
    const changed = [...model.stateDict()].filter(
      ([name, { data: values }]) => String(values) !== String(before.get(name)!.data),
    );
    expect(changed.length).toBeGreaterThan(2);
    const { inputs } = barsData(8);
    const { data: outputs } = await worker.predict(inputs, SHAPE);
    expect(model.predict(tensor(inputs, SHAPE)).data()).toEqual(outputs);
    await worker.terminate();
  });

  test('leaves the caller its bytes', async () => {
    await openWorker();
    const onnx = Uint8Array.of(1, 2, 3);
    const { worker } = await openWorker({ onnx }, {}, importers().all);
    expect(onnx).toEqual(Uint8Array.of(1, 2, 3));
    await worker.terminate();
  });

  test('needs a script that reads it', async () => {
    await openWorker();
    await expect(openWorker({ tflite: new Uint8Array(8) })).rejects.toThrow(
      new TypeError(
        'createModelWorker: model: expected a script that serves it, serveModel({ importers: { tflite: loadTflite } }), got one without tflite',
      ),
    );
  });

  test('is what its importer says where that throws', async () => {
    await openWorker();
    const onnx = () => {
      throw new RangeError('loadOnnx: bytes: expected more, got 0');
    };
    await expect(openWorker({ onnx: new Uint8Array(0) }, {}, { onnx })).rejects.toThrow(
      new RangeError('loadOnnx: bytes: expected more, got 0'),
    );
  });
});
