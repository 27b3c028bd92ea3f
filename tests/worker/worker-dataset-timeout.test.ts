import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { evaluate, fit, init, InitError, predict, SGD, ThreadError } from '../../src/index.js';
import { WorkerDataset } from '../../src/worker/worker-dataset.js';
import { bars, network } from '../training/problem.js';
import { script } from './data-script.js';

const COUNT = 30;

/** A worker of the web which serves bars, one batch after the other. */
class BarsWorker extends EventTarget {
  readonly #data = bars(COUNT);
  readonly #answered: (send: () => void) => void;
  terminated = false;

  /** @param answered calls what sends an answer, when it is ready */
  constructor(answered: (send: () => void) => void) {
    super();
    this.#answered = answered;
  }

  serve(): void {
    const { length, inputShape, targetShape, classNames, augmented } = this.#data;
    this.#send(0, { length, inputShape, targetShape, classNames, augmented });
  }

  postMessage({ id, payload }: { id: number; payload?: { indices: Uint32Array } }): void {
    if (!payload) return;
    this.#answered(() => this.#send(id, this.#data.batch(payload.indices)));
  }

  terminate(): void {
    this.terminated = true;
  }

  #send(id: number, payload: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data: { id, type: 'result', payload } }));
  }
}

async function open(timeoutMs: number, answered: (send: () => void) => void) {
  const worker = new BarsWorker(answered);
  const attempt = WorkerDataset.open(worker as unknown as Worker, { timeoutMs });
  worker.serve();
  return attempt;
}

/** Answers that each take this long, one after the other. */
function slowly(milliseconds: number): (send: () => void) => void {
  let last = Promise.resolve();
  return (send) => {
    last = last.then(() => new Promise((resolve) => setTimeout(resolve, milliseconds))).then(send);
  };
}

function block(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

afterEach(() => vi.restoreAllMocks());

const train = (data: WorkerDataset, signal?: AbortSignal) => {
  const model = network();
  const optimizer = new SGD(model.parameters(), { lr: 0.05 });
  return fit(model, data, { optimizer, epochs: 1, batchSize: 8, ...(signal && { signal }) });
};

describe('timeoutMs', () => {
  test('ends the wait for a script that never serves, and the worker', async () => {
    const attempt = WorkerDataset.open(await script('waits'), { timeoutMs: 50 });
    const message = 'WorkerDataset: the worker gave no answer within 50 ms';
    await expect(attempt).rejects.toThrow(new InitError(message));
    const worker = new BarsWorker(() => undefined);
    const silent = WorkerDataset.open(worker as unknown as Worker, { timeoutMs: 20 });
    await expect(silent).rejects.toThrow(InitError);
    expect(worker.terminated).toBe(true);
  });

  const operations: Record<string, (data: WorkerDataset) => Promise<unknown>> = {
    fit: train,
    evaluate: (data) => evaluate(network(), data, { batchSize: 8 }),
    predict: (data) => predict(network(), data, { batchSize: 8 }),
  };

  test.each(Object.entries(operations))('ends %s where no batch comes any more', async (_, run) => {
    let batches = 0;
    const data = await open(20, (send) => void (++batches < 3 && setImmediate(send)));
    const message = 'WorkerDataset: the worker gave no answer within 20 ms';
    await expect(run(data)).rejects.toThrow(new ThreadError(message));
  });

  test('is the time of each wait, not of all, nor of steps', async () => {
    const data = await open(150, slowly(100));
    expect(await train(data)).toHaveLength(1);
    const quick = await open(20, (send) => void setImmediate(send));
    let count = 0;
    for await (const { labels } of quick.batchesOf(new Uint32Array(COUNT), 8)) {
      block(40);
      count += labels.length;
    }
    expect(count).toBe(COUNT);
  });

  test('takes an answer that came while this thread was busy', async () => {
    // The timer is due first.
    const data = await open(30, (send) => {
      setImmediate(() => {
        block(60);
        setImmediate(send);
      });
    });
    expect(await predict(network(), data, { batchSize: COUNT })).toMatchObject({
      shape: [COUNT, 2],
    });
  });

  test('of 0 is for ever', async () => {
    const data = await open(0, slowly(30));
    expect(await train(data)).toHaveLength(1);
  });

  test('leaves an abort its reason, and no timer behind', async () => {
    const [set, clear] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')];
    let batches = 0;
    const data = await open(10_000, (send) => void (++batches < 3 && setImmediate(send)));
    const reason = new Error('stop');
    const controller = new AbortController();
    const attempt = train(data, controller.signal);
    setTimeout(() => controller.abort(reason), 200);
    await expect(attempt).rejects.toBe(reason);
    const started = set.mock.results.filter((_, i) => set.mock.calls[i]![1] === 10_000);
    expect(started.length).toBeGreaterThan(2);
    const cleared = clear.mock.calls.map(([timer]) => timer);
    for (const { value } of started) expect(cleared).toContain(value);
  });

  test.each([
    [-1, RangeError],
    [NaN, RangeError],
    [Infinity, RangeError],
    [2 ** 31, RangeError],
    ['20', TypeError],
  ])('of %o is refused, before anything is started', async (timeoutMs, kind) => {
    const nowhere = new URL('file:///nowhere.mjs');
    const attempt = WorkerDataset.open(nowhere, { timeoutMs: timeoutMs as number });
    const got = JSON.stringify(timeoutMs).replace('null', String(timeoutMs));
    const message = `WorkerDataset: timeoutMs: expected a number in [0, 2147483647], got ${got}`;
    await expect(attempt).rejects.toThrow(new kind(message));
  });
});
