import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type BatchSource,
  checkpoint,
  DisposedError,
  evaluate,
  fit,
  init,
  InitError,
  manualSeed,
  predict,
  SGD,
  ThreadError,
  weightsSha256,
} from '../../src/index.js';
import { WorkerDataset } from '../../src/worker/worker-dataset.js';
import { bars, flipped, network } from '../training/problem.js';
import { script } from './data-script.js';

const opened: WorkerDataset[] = [];

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

afterEach(async () => {
  for (const data of opened.splice(0)) await data.terminate();
});

async function open(name: string): Promise<WorkerDataset> {
  const data = await WorkerDataset.open(await script(name));
  opened.push(data);
  return data;
}

interface RunOptions {
  readonly validation?: BatchSource;
  readonly resume?: Uint8Array;
  readonly stopAt?: number;
  readonly seed?: number;
  readonly shuffle?: boolean;
  readonly dropLast?: boolean;
}

/** A run with dropout. */
async function run(data: BatchSource, { stopAt, seed = 11, ...options }: RunOptions = {}) {
  manualSeed(seed);
  const model = network();
  let saved: Uint8Array | undefined;
  const controller = new AbortController();
  const history = await fit(model, data, {
    optimizer: new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 }),
    epochs: 3,
    batchSize: 8,
    signal: controller.signal,
    ...options,
    callbacks: [
      { onBatchEnd: (r) => void (r.stepsDone === stopAt && controller.abort(new Error('killed'))) },
      checkpoint({ save: (bytes) => void (saved = bytes) }),
    ],
  }).catch((error: Error) => {
    if (error.message !== 'killed') throw error;
    return [];
  });
  const measured = history.map(({ seconds: _s, samplesPerSecond: _r, ...rest }) => rest);
  return { sha: await weightsSha256(model), history: measured, saved: saved! };
}

describe('a data set in a worker', () => {
  test('is described as the one that its script made', async () => {
    const data = await open('serves');
    const { length, inputShape, classNames, augmented } = data;
    expect({ length, inputShape, classNames, augmented }).toEqual({
      length: 90,
      inputShape: [6, 6, 1],
      classNames: ['across', 'down'],
      augmented: true,
    });
    expect((await open('validation')).augmented).toBe(false);
  });

  test.each([{}, { shuffle: false }, { dropLast: true }])(
    'trains to the same bits as without, with %j',
    async (options) => {
      const [data, validation] = [await open('serves'), await open('validation')];
      const there = await run(data, { validation, ...options });
      const here = await run(flipped(bars(90)), { validation: bars(30, 4), ...options });
      expect(there.history).toHaveLength(3);
      expect(there).toEqual({ ...here, saved: expect.any(Uint8Array) });
    },
  );

  test('goes on from a checkpoint in the middle of an epoch, with a worker or without', async () => {
    const data = await open('serves');
    const whole = await run(flipped(bars(90)));
    for (const stopAt of [1, 11, 12, 13, 24, 35]) {
      const { saved, history } = await run(data, { stopAt });
      expect(history).toEqual([]);
      for (const source of [data, flipped(bars(90))]) {
        const { sha } = await run(source, { resume: saved, seed: 99 });
        expect(sha, `stopped at step ${stopAt}`).toBe(whole.sha);
      }
    }
  });

  test('is evaluated and predicted as without', async () => {
    const data = await open('serves');
    const model = network();
    for (const batchSize of [7, 90, 256]) {
      const here = flipped(bars(90));
      expect(await evaluate(model, data, { batchSize })).toEqual(
        await evaluate(model, here, { batchSize }),
      );
      expect(await predict(model, data, { batchSize })).toEqual(
        await predict(model, here, { batchSize }),
      );
    }
  });

  test('comes in the order asked for, each batch in memory of its own', async () => {
    const data = await open('serves');
    const order = Uint32Array.of(5, 3, 9, 9, 0, 80, 2);
    const batches = [];
    for await (const batch of data.batchesOf(order, 3, 40)) batches.push(batch);
    const here = [];
    for (const batch of flipped(bars(90)).batchesOf(order, 3, 40)) {
      here.push(structuredClone(batch));
    }
    expect(batches).toEqual(here);
    for (const { inputs, labels, indices } of batches) {
      for (const { buffer, byteLength } of [inputs, labels, indices]) {
        expect(buffer.byteLength).toBe(byteLength);
      }
    }
  });

  test('refuses a batch size that is none', async () => {
    const data = await open('serves');
    await expect(evaluate(network(), data, { batchSize: 0 })).rejects.toThrow(
      new RangeError('evaluate: batchSize: expected an integer of at least 1, got 0'),
    );
  });
});

describe('what goes wrong in the worker', () => {
  test.each([
    ['throws', 'serveBatches: a batch could not be prepared: EvalError: no picture'],
    ['dies', 'WorkerDataset: the worker ended unexpectedly: it exited with code 3'],
  ])('ends fit with a ThreadError: a map that %s', async (name, message) => {
    await expect(run(await open(name))).rejects.toThrow(new ThreadError(message));
  });

  test('keeps the place where a map threw', async () => {
    const error = await run(await open('throws')).catch((reason: Error) => reason);
    expect((error as Error).stack).toContain('bars-data');
  });

  test.each([
    ['ends', 'it exited with code 0'],
    ['wrong', 'TypeError: serveBatches: data: expected a Dataset, got an object'],
    ['promise', 'TypeError: serveBatches: data: expected a Dataset, got a Promise'],
  ])('is an InitError at the start: a script that %s', async (name, message) => {
    const attempt = open(name);
    await expect(attempt).rejects.toThrow(InitError);
    await expect(attempt).rejects.toThrow(
      `WorkerDataset: the worker ended unexpectedly: ${message}`,
    );
  });

  test('is an InitError at the start: a script that is missing, or no address', async () => {
    const missing = WorkerDataset.open(new URL('nowhere.mjs', import.meta.url));
    await expect(missing).rejects.toThrow(InitError);
    await expect(missing).rejects.toThrow('nowhere.mjs');
    const remote = WorkerDataset.open(new URL('https://example.com/data.js'));
    await expect(remote).rejects.toThrow(InitError);
    await expect(remote).rejects.toThrow('WorkerDataset: no worker can be started: TypeError');
  });
});

describe('ending', () => {
  test('a signal ends the wait for a script that never serves', async () => {
    const reason = new Error('too slow');
    const controller = new AbortController();
    const attempt = WorkerDataset.open(await script('waits'), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(attempt).rejects.toBe(reason);
  });

  test('a signal ends fit while it waits for a batch, with a checkpoint', async () => {
    const data = await open('hangs');
    const model = network();
    const saved: Uint8Array[] = [];
    const reason = new Error('stop');
    const controller = new AbortController();
    const attempt = fit(model, data, {
      optimizer: new SGD(model.parameters(), { lr: 0.05 }),
      epochs: 1,
      batchSize: 8,
      signal: controller.signal,
      callbacks: [
        {
          onBatchEnd: ({ step }) =>
            void (step === 5 && setTimeout(() => controller.abort(reason), 50)),
        },
        checkpoint({ save: (bytes) => void saved.push(bytes) }),
      ],
    });
    await expect(attempt).rejects.toBe(reason);
    expect(saved).toHaveLength(1);
  });

  test('a signal ends evaluate, predict and the validation of fit while they wait for a batch', async () => {
    const data = await open('hangs');
    const reason = new Error('stop');
    const model = network();
    const soon = () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 50);
      return controller.signal;
    };
    const fitted = (signal: AbortSignal) =>
      fit(model, bars(8), {
        optimizer: new SGD(model.parameters(), { lr: 0.05 }),
        epochs: 1,
        validation: data,
        signal,
        callbacks: [checkpoint({ save: (bytes) => void saved.push(bytes) })],
      });
    const saved: Uint8Array[] = [];
    await expect(evaluate(model, data, { batchSize: 8, signal: soon() })).rejects.toBe(reason);
    await expect(predict(model, data, { batchSize: 8, signal: soon() })).rejects.toBe(reason);
    await expect(fitted(soon())).rejects.toBe(reason);
    expect(saved).toHaveLength(1);
  });

  test('a signal ends the batches themselves', async () => {
    const data = await open('hangs');
    const controller = new AbortController();
    const reason = new Error('stop');
    const order = Uint32Array.from({ length: 90 }, (_, i) => i);
    let count = 0;
    const attempt = (async () => {
      for await (const _ of data.batchesOf(order, 8, 0, controller.signal)) {
        if (++count === 5) setTimeout(() => controller.abort(reason), 50);
      }
    })();
    await expect(attempt).rejects.toBe(reason);
    expect(count).toBe(5);
  });

  test('terminate ends fit with a DisposedError, and leaves nothing open', async () => {
    const handles = () =>
      process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
    const before = handles();
    const data = await open('hangs');
    expect(handles()).toBeGreaterThan(before);
    const attempt = run(data);
    setTimeout(() => void data.terminate(), 100);
    await expect(attempt).rejects.toThrow(
      new DisposedError('WorkerDataset: the worker was terminated'),
    );
    await expect(evaluate(network(), data)).rejects.toThrow(DisposedError);
    await data.terminate();
    expect(handles()).toBe(before);
  });

  test('a worker of the web is taken as it is', async () => {
    const worker = new EventTarget() as Worker;
    worker.postMessage = () => undefined;
    worker.terminate = () => undefined;
    const attempt = WorkerDataset.open(worker);
    const payload = {
      length: 3,
      inputShape: [1],
      targetShape: [],
      classNames: ['x'],
      augmented: false,
    };
    worker.dispatchEvent(new MessageEvent('message', { data: { id: 0, type: 'result', payload } }));
    expect((await attempt).length).toBe(3);
  });
});
