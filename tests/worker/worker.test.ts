import { describe, expect, test } from 'vitest';
import {
  DisposedError,
  fit,
  FormatError,
  InitError,
  loadModel,
  manualSeed,
  saveModel,
  SGD,
  ShapeError,
  tensor,
  ThreadError,
} from '../../src/index.js';
import { ModelWorker } from '../../src/worker/client.js';
import { bars, barsData, network, openWorker } from './support.js';

const sgd = { lr: 0.1, momentum: 0.9 };
const optimizer = { name: 'SGD', ...sgd } as const;
const outputsOf = async (worker: ModelWorker) =>
  (await worker.predict(barsData(8).inputs, [8, 6, 6, 1])).data;

describe('createModelWorker', () => {
  test('loads a saved model with its details', async () => {
    await openWorker();
    manualSeed(5);
    const model = network();
    const { worker } = await openWorker(saveModel(model, { classNames: ['across', 'down'] }));
    expect(worker.details).toEqual({ classNames: ['across', 'down'] });
    expect(worker.capabilities).toMatchObject({ variant: 'simd', threads: 1 });
    const { inputs } = barsData(8);
    const { data, shape } = await worker.predict(inputs, [8, 6, 6, 1]);
    expect(shape).toEqual([8, 2]);
    const x = tensor(inputs as Float32Array, [8, 6, 6, 1]);
    expect(data).toEqual(model.predict(x).data());
  });

  test('makes a model from its architecture, with the weights of a seed', async () => {
    const [first, again, other] = await Promise.all(
      [1, 1, 2].map(async (seed) => outputsOf((await openWorker(undefined, { seed })).worker)),
    );
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  test('throws what loading throws, of the same class', async () => {
    const attempt = openWorker({ json: '{}', weights: new Uint8Array(8) });
    await expect(attempt).rejects.toThrow(FormatError);
    await expect(attempt).rejects.toThrow('model.json: expected format simdgrad-model version 1');
  });

  test('throws an InitError where no worker can be started, or it dies at once', async () => {
    const noWorker = () => {
      throw new ReferenceError('Worker is not defined');
    };
    await expect(ModelWorker.open(noWorker, { type: 'ReLU' }, {})).rejects.toThrow(
      new InitError('ModelWorker: no worker can be started: ReferenceError: Worker is not defined'),
    );
    const dead = {
      postMessage: () => undefined,
      unref: () => undefined,
      listen: (_: unknown, ended: (reason: string) => void) => queueMicrotask(() => ended('404')),
      terminate: async () => undefined,
    };
    await expect(ModelWorker.open(() => dead, { type: 'ReLU' }, {})).rejects.toThrow(InitError);
  });
});

describe('predict', () => {
  test('takes bytes as value / 255 and normalises, as a data set does', async () => {
    const { worker } = await openWorker();
    const bytes = Uint8Array.from({ length: 36 }, (_, i) => 7 * i);
    const normalise = { mean: 0.5, std: 0.25 };
    const values = Float32Array.from(bytes, (byte) => (byte / 255 - 0.5) / 0.25);
    const shape = [1, 6, 6, 1];
    expect(await worker.predict(bytes, shape, { normalise })).toEqual(
      await worker.predict(values, shape),
    );
  });

  test('gives the same bits whatever the batch size', async () => {
    const { worker } = await openWorker();
    const { inputs } = barsData(50);
    const whole = await worker.predict(inputs, [50, 6, 6, 1]);
    expect(whole.shape).toEqual([50, 2]);
    expect(await worker.predict(inputs, [50, 6, 6, 1], { batchSize: 7 })).toEqual(whole);
  });

  test('detaches the inputs on request, and only then', async () => {
    const { worker, channel } = await openWorker();
    const all = barsData(8).inputs;
    const part = all.subarray(36, 72);
    const copied = await worker.predict(part, [1, 6, 6, 1]);
    expect(all).toHaveLength(8 * 36);
    expect(channel.bytesMoved, 'of a part of a buffer only the part is sent').toBe(4 * 36);
    const moved = await worker.predict(part, [1, 6, 6, 1], { transfer: true });
    expect(all).toHaveLength(0);
    expect(moved).toEqual(copied);
  });

  test('throws what the op throws, of the same class, and goes on', async () => {
    const { worker } = await openWorker();
    const wrong = worker.predict(new Float32Array(50), [1, 5, 5, 2]);
    await expect(wrong).rejects.toThrow(ShapeError);
    await expect(wrong).rejects.toThrow('conv2d: input channels: expected 1');
    const noArray = worker.predict([1, 2] as unknown as Float32Array, [1, 2]);
    await expect(noArray).rejects.toThrow(TypeError);
    await expect(noArray).rejects.toThrow(
      'predict: inputs: expected a typed array of numbers, got [1, 2]',
    );
    expect(await outputsOf(worker)).toHaveLength(16);
  });
});

describe('fit', () => {
  test('gives the bits and the history of fit in the same thread', async () => {
    const { worker } = await openWorker();
    const options = { epochs: 3, batchSize: 16, seed: 7 };
    manualSeed(1);
    const model = network();
    const expected = await fit(model, bars(100).normalise({ mean: 0.3, std: 2 }), {
      ...options,
      optimizer: new SGD(model.parameters(), sgd),
      validation: bars(40),
    });
    const data = { ...barsData(100), normalise: { mean: 0.3, std: 2 } };
    const validation = barsData(40);
    const history = await worker.fit(data, { ...options, optimizer, validation });
    const measured = (records: typeof history) =>
      records.map(({ seconds: _s, samplesPerSecond: _r, ...rest }) => rest);
    expect(measured(history)).toEqual(measured(expected));
    const { json, weights } = await worker.save();
    expect(weights).toEqual(saveModel(model).weights);
    expect(loadModel({ json, weights }).model.parameters()).toHaveLength(4);
  });

  test('reports every step, then the epoch, in order', async () => {
    const { worker } = await openWorker();
    const reports: string[] = [];
    const history = await worker.fit(barsData(40), {
      optimizer: { name: 'Adam' },
      schedule: { name: 'cosine', lr: 0.01 },
      epochs: 2,
      batchSize: 16,
      progressIntervalMs: 0,
      onProgress: ({ epoch, step, steps }) => void reports.push(`${epoch}: ${step}/${steps}`),
      onEpoch: ({ epoch }) => void reports.push(`epoch ${epoch}`),
    });
    expect(reports).toEqual([
      ...['1: 1/3', '1: 2/3', '1: 3/3', 'epoch 1'],
      ...['2: 1/3', '2: 2/3', '2: 3/3', 'epoch 2'],
    ]);
    expect(history).toHaveLength(2);
  });

  test('rejects at once on abort in mid-training and stops; the worker is free for more', async () => {
    const { worker } = await openWorker();
    const controller = new AbortController();
    let steps = 0;
    const training = worker.fit(barsData(200), {
      optimizer,
      epochs: 100_000,
      progressIntervalMs: 0,
      signal: controller.signal,
      onProgress: () => void (++steps === 4 && controller.abort(new Error('enough'))),
    });
    await expect(training).rejects.toThrow('enough');
    expect(steps).toBe(4);
    const before = await worker.save();
    const history = await worker.fit(barsData(32), { optimizer, epochs: 1 });
    expect(history).toHaveLength(1);
    expect((await worker.save()).weights).not.toEqual(before.weights);
    expect(steps).toBe(4);
  });

  test('answers predict and save while it runs, which leaves no trace in the weights', async () => {
    const trained = async (whileTraining: (worker: ModelWorker) => Promise<unknown>) => {
      const { worker } = await openWorker();
      let others: Promise<unknown> = Promise.resolve();
      let finished = false;
      let duringTraining = false;
      await worker.fit(barsData(64), {
        optimizer,
        epochs: 300,
        seed: 2,
        onEpoch: ({ epoch }) => {
          if (epoch === 2) others = whileTraining(worker).then(() => (duringTraining = !finished));
        },
      });
      finished = true;
      await others;
      return { weights: (await worker.save()).weights, duringTraining };
    };
    const disturbed = await trained((worker) => Promise.all([outputsOf(worker), worker.save()]));
    expect(disturbed.duringTraining).toBe(true);
    const quiet = await trained(() => Promise.resolve());
    expect(disturbed.weights).toEqual(quiet.weights);
  });

  test('runs one training after the other', async () => {
    const { worker } = await openWorker();
    const reports: string[] = [];
    const train = (name: string) =>
      worker.fit(barsData(32), {
        optimizer,
        epochs: 2,
        onEpoch: ({ epoch }) => void reports.push(`${name} ${epoch}`),
      });
    await Promise.all([train('first'), train('second')]);
    expect(reports).toEqual(['first 1', 'first 2', 'second 1', 'second 2']);
  });

  test('detaches the data on request, once where two parts share a buffer', async () => {
    const { worker } = await openWorker();
    const { inputs, labels, ...rest } = barsData(40);
    const part = (begin: number, end: number) => ({
      ...rest,
      inputs: (inputs as Float32Array).subarray(begin * 36, end * 36),
      labels: Array.from(labels).slice(begin, end),
    });
    const options = { optimizer, epochs: 1, validation: part(30, 40) };
    await worker.fit(part(0, 30), options);
    expect(inputs).toHaveLength(40 * 36);
    await worker.fit(part(0, 30), { ...options, transfer: true });
    expect(inputs).toHaveLength(0);
  });

  test('ends with what a callback throws', async () => {
    const { worker } = await openWorker();
    const onEpoch = () => {
      throw new Error('from the callback');
    };
    const training = worker.fit(barsData(32), { optimizer, epochs: 100_000, onEpoch });
    await expect(training).rejects.toThrow('from the callback');
    expect(await outputsOf(worker)).toHaveLength(16);
  });

  test.each([
    [
      { optimizer: { name: 'Sgd', lr: 1 } },
      'fit: optimizer: expected a name out of SGD, Adam, AdamW, Adadelta, Adagrad, Adamax, NAdam, RAdam, RMSprop, Lion, got "Sgd"',
    ],
    [
      { schedule: { name: 'sine', lr: 1 } },
      'fit: schedule: expected a name out of constant, step, multiStep, exponential, polynomial, cosine, warmRestarts, oneCycle, got "sine"',
    ],
    [{ optimizer: { name: 'SGD', lr: -1 } }, 'SGD: lr: expected a number ≥ 0, got -1'],
    [{ epochs: 0 }, 'fit: epochs: expected an integer of at least 1, got 0'],
  ])('rejects %o', async (options, message) => {
    const { worker } = await openWorker();
    const training = worker.fit(barsData(8), { optimizer, epochs: 1, ...(options as object) });
    await expect(training).rejects.toThrow(new RangeError(message));
  });
});

describe('the end of a worker', () => {
  test('terminate rejects what is pending and what comes later', async () => {
    const { worker } = await openWorker();
    const training = worker.fit(barsData(64), { optimizer, epochs: 1000 });
    const rejected = expect(training).rejects.toThrow(
      new DisposedError('ModelWorker: the worker was terminated'),
    );
    await worker.terminate();
    await rejected;
    await expect(worker.save()).rejects.toThrow(DisposedError);
    await worker.terminate();
  });

  test('so does its death, with the reason', async () => {
    const { worker, channel } = await openWorker();
    const training = worker.fit(barsData(64), { optimizer, epochs: 1000 });
    channel.die('exit code 9');
    const message = 'ModelWorker: the worker ended unexpectedly: exit code 9';
    await expect(training).rejects.toThrow(new ThreadError(message));
    await expect(worker.save()).rejects.toThrow(ThreadError);
  });

  test('a signal that was aborted before sends nothing', async () => {
    const { worker, channel } = await openWorker();
    const { posted } = channel;
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(worker.save({ signal })).rejects.toThrow('never mind');
    const data = barsData(8);
    const options = { optimizer, epochs: 1, signal, transfer: true };
    await expect(worker.fit(data, options)).rejects.toThrow('never mind');
    expect(data.inputs).toHaveLength(8 * 36);
    expect(channel.posted).toBe(posted);
    await expect(openWorker(undefined, { signal })).rejects.toThrow('never mind');
  });
});
