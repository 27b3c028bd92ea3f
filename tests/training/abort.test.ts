import { getEventListeners } from 'node:events';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BatchSource, evaluate, fit, predict, SGD } from '../../src/index.js';
import type { Batch } from '../../src/data/dataset-types.js';
import { bars, network } from './problem.js';

const READY = 2;
const reason = new Error('stop');
const nextTask = () => new Promise((resolve) => setImmediate(resolve));

/** Batches of which the third is never there unless `settle` says what becomes of it. */
class Hanging implements BatchSource {
  readonly #data = bars(32);
  readonly length = this.#data.length;
  readonly inputShape = this.#data.inputShape;
  readonly augmented = false;
  asked = 0;
  open = 0;
  onClose = () => {};
  settle!: { resolve: () => void; reject: (error: Error) => void };
  /** When the third batch is waited for. */
  readonly waiting: Promise<void>;
  readonly #ready: number;
  #wait!: () => void;

  constructor(ready = READY) {
    this.#ready = ready;
    this.waiting = new Promise((resolve) => (this.#wait = resolve));
  }

  async *batchesOf(order: Uint32Array, batchSize: number): AsyncGenerator<Batch, void> {
    this.open++;
    try {
      for (const batch of this.#data.batchesOf(order, batchSize)) {
        if (this.asked++ === this.#ready) {
          await new Promise<void>((resolve, reject) => {
            this.settle = { resolve, reject };
            this.#wait();
          });
        }
        yield batch;
      }
    } finally {
      await nextTask();
      this.open--;
      this.onClose();
    }
  }
}

type Operation = (data: BatchSource, signal: AbortSignal) => Promise<unknown>;

function train(data: BatchSource, signal: AbortSignal, validation?: BatchSource) {
  const model = network();
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  return fit(model, data, {
    ...{ optimizer, epochs: 2, batchSize: 8, shuffle: false, signal },
    ...(validation && { validation }),
  });
}

const operations: Record<string, Operation> = {
  evaluate: (data, signal) => evaluate(network(), data, { batchSize: 8, signal }),
  predict: (data, signal) => predict(network(), data, { batchSize: 8, signal }),
  fit: (data, signal) => train(data, signal),
  'the validation of fit': (data, signal) => train(bars(16), signal, data),
};

const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);

beforeEach(() => void process.on('unhandledRejection', note));

afterEach(async () => {
  await nextTask();
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

describe.each(Object.entries(operations))('a signal ends %s', (_, operation) => {
  /** Aborts it while it waits for a batch; the source is as it was left. */
  async function abort(data: Hanging, why: unknown = reason): Promise<void> {
    const controller = new AbortController();
    const attempt = operation(data, controller.signal);
    await data.waiting;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort(why);
    await expect(attempt).rejects.toBe(why);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  }

  test.each([0, 1, READY])('which waits for a batch after %i others', async (ready) => {
    const data = new Hanging(ready);
    await abort(data);
    expect(data.asked).toBe(ready + 1);
  });

  test.each([
    ['an error of another realm', runInNewContext('new Error("stop")')],
    ['text', 'stop'],
    ['null', null],
  ])('with a reason that is %s', (_kind, why) => abort(new Hanging(), why));

  test('whatever comes of the batch later, and closes the source then', async () => {
    const data = new Hanging();
    await abort(data);
    expect(data.open).toBe(1);
    data.settle.resolve();
    await vi.waitFor(() => expect(data.open).toBe(0));
    expect(data.asked).toBe(READY + 1);
  });

  test.each(['the batch', 'closing'])('and drops it when %s fails later', async (part) => {
    const data = new Hanging();
    await abort(data);
    if (part === 'the batch') data.settle.reject(new Error('too late'));
    else {
      data.onClose = () => {
        throw new Error('too late');
      };
      data.settle.resolve();
    }
    await vi.waitFor(() => expect(data.open).toBe(0));
  });

  test('where the abort makes the batch fail before anybody else hears of it', async () => {
    const controller = new AbortController();
    const data = new Hanging();
    // As in browsers, which run microtasks between two listeners.
    controller.signal.addEventListener('abort', (event) => {
      event.stopImmediatePropagation();
      data.settle.reject(new Error('ended by the abort'));
    });
    const attempt = operation(data, controller.signal);
    await data.waiting;
    controller.abort(reason);
    await expect(attempt).rejects.toBe(reason);
    expect(data.open).toBe(0);
  });

  test('where it is aborted by the source itself', async () => {
    const controller = new AbortController();
    const { length, inputShape } = bars(32);
    const batchesOf = (): AsyncIterable<Batch> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          controller.abort(reason);
          return new Promise(() => undefined);
        },
      }),
    });
    const data = { length, inputShape, augmented: false, batchesOf };
    await expect(operation(data, controller.signal)).rejects.toBe(reason);
  });

  test('before it asks for a batch', async () => {
    const data = new Hanging();
    await expect(operation(data, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(data.asked).toBe(0);
  });

  test('no more than an error of the source, which is passed on', async () => {
    const { signal } = new AbortController();
    const data = new Hanging();
    const attempt = operation(data, signal);
    await data.waiting;
    data.settle.reject(new EvalError('no picture'));
    await expect(attempt).rejects.toThrow(new EvalError('no picture'));
    expect(data.open).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('an error of a callback closes the source before fit rejects', async () => {
  const data = new Hanging();
  const model = network();
  const onBatchEnd = () => {
    throw new EvalError('no callback');
  };
  const attempt = fit(model, data, {
    ...{ optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 1, batchSize: 8 },
    callbacks: [{ onBatchEnd }],
  });
  await expect(attempt).rejects.toThrow(new EvalError('no callback'));
  expect(data).toMatchObject({ open: 0, asked: 1 });
});

test('fit asks for no batch after a step that ends with an abort', async () => {
  const controller = new AbortController();
  const data = new Hanging(Infinity);
  const model = network();
  const attempt = fit(model, data, {
    ...{ optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 1, batchSize: 8 },
    signal: controller.signal,
    callbacks: [{ onBatchEnd: () => controller.abort(reason) }],
  });
  await expect(attempt).rejects.toBe(reason);
  expect(data.asked).toBe(1);
});
