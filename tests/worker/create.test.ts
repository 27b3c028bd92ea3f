import { describe, expect, test } from 'vitest';
import { DisposedError, saveModel, ThreadError } from '../../src/index.js';
import { ModelWorker } from '../../src/worker/client.js';
import type { ModelWorkerOptions } from '../../src/worker/options.js';
import { createModelWorker } from '../../src/worker/index.js';
import { barsData, moved, network, openWorker } from './support.js';

const SHAPE = [1, 6, 6, 1];
const OPTIONS = { optimizer: { name: 'SGD', lr: 0.1 }, epochs: 1 } as const;
const one = () => new Float32Array(36);
const data = () => barsData(8);

describe('createModelWorker', () => {
  const model = { type: 'ReLU' };
  test.each([
    [
      [],
      "model: expected what saveModel gave, an architecture (a model's config()), or a file: { onnx }, { tfjs } or { tflite }, got undefined",
    ],
    [
      [{}],
      "model: expected what saveModel gave, an architecture (a model's config()), or a file: { onnx }, { tfjs } or { tflite }, got an object",
    ],
    [[{ json: '{}' }], 'model.weights: expected a Uint8Array, got undefined'],
    [
      [{ json: '{}', weights: moved(new Uint8Array(8)) }],
      'model.weights: expected a Uint8Array, got a Uint8Array whose buffer was moved',
    ],
    [
      [model, { workerScript: new URL('file:///a.js') }],
      'options: expected script, source, variant, precision, threads, maxMemoryBytes, debug, seed, signal, got workerScript',
    ],
    [[model, null], 'options: expected an object, got null'],
    [[model, { seed: '1' }], 'seed: expected a safe non-negative integer, got "1"'],
    [
      [model, { source: new Response() }],
      'source: expected a WebAssembly.Module, its bytes or a URL, got a Response',
    ],
    [[model, { signal: 1 }], 'signal: expected an AbortSignal, got 1'],
    [[model, { script: 'a.js' }], 'script: expected a URL or a Worker of the web, got "a.js"'],
    [[model, {}, {}], 'arguments: expected at most 2 arguments, got 3'],
  ])('refuses %o', async (given, message) => {
    const attempt = (createModelWorker as (...all: unknown[]) => Promise<unknown>)(...given);
    await expect(attempt).rejects.toThrow(new TypeError(`createModelWorker: ${message}`));
  });

  test('names the argument where an architecture is wrong, and the file where a file is', async () => {
    const inner = { type: 'Sequential', layers: [{ type: 'Dense' }] };
    await expect(openWorker(inner)).rejects.toThrow(
      /^createModelWorker: model\.layers\[0\]: type: (?!.*model\.json)/,
    );
    const files = { ...saveModel(network()), json: '{' };
    await expect(openWorker(files)).rejects.toThrow(/^model\.json: /);
  });

  test('refuses what cannot be sent inside of the model', async () => {
    const layer = { type: 'ReLU', inplace: () => true };
    await expect(openWorker({ type: 'Sequential', layers: [layer] })).rejects.toThrow(
      new TypeError(
        'createModelWorker: model.layers.0.inplace: expected plain data, which can be sent to a worker, got a function',
      ),
    );
  });

  test('alone makes a ModelWorker', () => {
    const Kind = ModelWorker as unknown as new () => ModelWorker;
    const message =
      'ModelWorker: constructor: expected createModelWorker to call it, got undefined';
    expect(() => new Kind()).toThrow(new TypeError(message));
  });

  test('leaves the caller its weights', async () => {
    const files = saveModel(network());
    const { length } = files.weights;
    const opened = await openWorker(files, { seed: 2 } satisfies ModelWorkerOptions);
    await opened.worker.terminate();
    expect(files.weights).toHaveLength(length);
  });
});

describe('a running call', () => {
  test('ends with what an asynchronous callback throws', async () => {
    const { worker: own } = await openWorker();
    const onEpoch = async () => {
      await Promise.resolve();
      throw new Error('not written');
    };
    const training = own.fit(data(), { ...OPTIONS, epochs: 1e6, onEpoch });
    await expect(training).rejects.toThrow('not written');
    expect(await own.predict(one(), SHAPE)).toMatchObject({ shape: [1, 2] });
    await own.terminate();
  });

  test('may be aborted after its answer, and after its worker has ended, twice', async () => {
    const { worker: own, channel: ownChannel } = await openWorker();
    const controller = new AbortController();
    await own.save({ signal: controller.signal });
    const pending = own.fit(data(), { ...OPTIONS, epochs: 1e6, signal: controller.signal });
    ownChannel.die('it was killed');
    controller.abort();
    await expect(pending).rejects.toThrow(ThreadError);
    await Promise.all([own.terminate(), own.terminate()]);
    await expect(own.save()).rejects.toThrow(ThreadError);
  });

  test('of a worker that was terminated is a DisposedError, bad arguments a TypeError still', async () => {
    const { worker: own } = await openWorker();
    await own.terminate();
    const inputs = one();
    await expect(own.predict(inputs, SHAPE, { transfer: true })).rejects.toThrow(DisposedError);
    expect(inputs).toHaveLength(36);
    await expect(own.predict(inputs, SHAPE, 5 as never)).rejects.toThrow(TypeError);
  });
});
