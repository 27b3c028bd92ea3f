import { describe, expect, test } from 'vitest';
import { InitError, ThreadError } from '../../src/index.js';
import { findPort } from '../../src/runtime/worker-port.js';
import { serveBatches } from '../../src/worker/serve-batches.js';
import { WorkerDataset } from '../../src/worker/worker-dataset.js';
import { bars, moved } from './support.js';

describe('WorkerDataset', () => {
  const script = new URL('file:///nowhere.mjs');
  test.each([
    [[], 'WorkerDataset: script: expected a URL or a Worker of the web, got undefined'],
    [
      ['./data.js'],
      'WorkerDataset: script: expected a URL or a Worker of the web, got "./data.js"',
    ],
    [[script, { timeout: 5 }], 'WorkerDataset: options: expected signal, timeoutMs, got timeout'],
    [[script, null], 'WorkerDataset: options: expected an object, got null'],
    [[script, { signal: 'soon' }], 'WorkerDataset: signal: expected an AbortSignal, got "soon"'],
    [[script, {}, 1], 'WorkerDataset.open: arguments: expected at most 2 arguments, got 3'],
  ])('open refuses %o', async (given, message) => {
    const attempt = (WorkerDataset.open as (...all: unknown[]) => Promise<unknown>)(...given);
    await expect(attempt).rejects.toThrow(new TypeError(message));
  });

  test('alone opens itself', () => {
    const Kind = WorkerDataset as unknown as new () => WorkerDataset;
    const message =
      'WorkerDataset: constructor: expected WorkerDataset.open to call it, got undefined';
    expect(() => new Kind()).toThrow(new TypeError(message));
  });

  /** A worker of the web in this thread: nothing but what it is told to send. */
  class Silent extends EventTarget {
    readonly posted: unknown[] = [];
    postMessage = (message: unknown): void => void this.posted.push(message);
    terminate = (): void => undefined;
    say(data: unknown): void {
      this.dispatchEvent(new MessageEvent('message', { data }));
    }
  }
  const details = {
    length: 9,
    inputShape: [2],
    targetShape: [],
    classNames: ['a'],
    augmented: false,
  };
  const open = async () => {
    const silent = new Silent();
    const opened = WorkerDataset.open(silent as unknown as Worker);
    silent.say({ id: 0, type: 'result', payload: details });
    return { silent, set: await opened };
  };
  const order = Uint32Array.of(0, 1, 2);

  test.each([
    [[], 'order: expected positions in a Uint32Array, got undefined'],
    [[[1], 1], 'order: expected positions in a Uint32Array, got [1]'],
    [
      [moved(new Uint32Array(4)), 1],
      'order: expected positions in a Uint32Array, got a Uint32Array whose buffer was moved',
    ],
    [[order, 1, '7'], 'seed: expected a safe non-negative integer, got "7"'],
    [[order, 1, 0, {}], 'signal: expected an AbortSignal, got an object'],
    [[order, 1, 0, undefined, 1], 'arguments: expected at most 4 arguments, got 5'],
  ])('batchesOf refuses %o', async (given, message) => {
    const { set, silent } = await open();
    const call = () => (set.batchesOf as (...all: unknown[]) => unknown).call(set, ...given);
    expect(call).toThrow(new TypeError(`batchesOf: ${message}`));
    expect(silent.posted).toEqual([]);
  });

  const EXPECTED =
    "expected the worker's answers alone, as messages with id, type and payload, got";
  const malformed: [unknown, string][] = [
    [null, `${EXPECTED} null`],
    ['hello', `${EXPECTED} "hello"`],
    [{}, `${EXPECTED} id undefined, type undefined, payload undefined`],
    [{ id: 1, type: 'error' }, `${EXPECTED} id 1, type "error", payload undefined`],
    [{ type: 'unreadable' }, 'the worker could not read a message'],
    [{ id: 1, type: 'result' }, 'expected a batch of 2 values, got undefined'],
    [
      {
        id: 1,
        type: 'result',
        payload: { inputs: new Float32Array(3), targets: new Int32Array(1) },
      },
      'expected a batch of 2 values, got a Float32Array of 3 values',
    ],
  ];

  test.each(malformed)(
    'rejects what waits where the script sends %o',
    async (message, expected) => {
      const { set, silent } = await open();
      const batch = set.batchesOf(order, 1).next();
      silent.say(message);
      await expect(batch).rejects.toThrow(new ThreadError(`WorkerDataset: ${expected}`));
    },
  );

  test.each(malformed.slice(0, 5))(
    'cannot be opened where it sends %o',
    async (message, expected) => {
      const silent = new Silent();
      const opened = WorkerDataset.open(silent as unknown as Worker);
      silent.say(message);
      await expect(opened).rejects.toThrow(new InitError(`WorkerDataset: ${expected}`));
    },
  );

  test('cannot be opened where the script says what is no data set', async () => {
    const silent = new Silent();
    const opened = WorkerDataset.open(silent as unknown as Worker);
    silent.say({ id: 0, type: 'result', payload: [] });
    await expect(opened).rejects.toThrow(
      new InitError(
        'WorkerDataset: expected a data set of serveBatches, got []: length 0, inputShape undefined',
      ),
    );
  });

  test('a worker that takes no messages any more, or exits, ends what waits', async () => {
    const { set, silent } = await open();
    const controller = new AbortController();
    const batch = set.batchesOf(order, 1, 0, controller.signal).next();
    silent.postMessage = () => {
      throw new DOMException('Worker has been terminated', 'InvalidStateError');
    };
    controller.abort(new Error('enough'));
    await expect(batch).rejects.toThrow('enough');
    await expect(set.batchesOf(order, 1).next()).rejects.toThrow(
      new ThreadError('batchesOf: the worker takes no messages: "Worker has been terminated"'),
    );
    silent.dispatchEvent(new Event('close'));
    await expect(set.batchesOf(order, 1).next()).rejects.toThrow(
      new ThreadError('WorkerDataset: the worker ended unexpectedly: it exited'),
    );
    await set.terminate();
  });
});

describe('serveBatches', () => {
  test.each([
    [[], 'data: expected a Dataset, got undefined'],
    [[null], 'data: expected a Dataset, got null'],
    [[Promise.resolve(bars(2))], 'data: expected a Dataset, got a Promise'],
    [[bars(2), {}], 'arguments: expected at most 1 argument, got 2'],
  ])('refuses %o', (given, message) => {
    const call = () => (serveBatches as (...all: unknown[]) => void)(...given);
    expect(call).toThrow(new TypeError(`serveBatches: ${message}`));
  });

  test('is for workers', () => {
    const page = { self: globalThis, window: globalThis, postMessage: () => undefined };
    Object.assign(globalThis, page);
    const builtin = process.getBuiltinModule;
    process.getBuiltinModule = (() => ({ parentPort: null })) as never;
    try {
      expect(() => findPort('serveBatches')).toThrow(
        new InitError('serveBatches: thread: expected a worker, got the main thread'),
      );
    } finally {
      process.getBuiltinModule = builtin;
      for (const name of Object.keys(page)) delete (globalThis as Record<string, unknown>)[name];
    }
  });
});
