// A message whose buffer is moved although it was moved before: Node sends it, and the worker cannot read it.
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { buildPoolWorker } from '../support/pool-worker.js';
import { modelScript, script } from './data-script.js';

/** What a worker says, or dies of, when such a message comes. */
async function answerOf(address: URL): Promise<unknown> {
  const worker = new Worker(address, { execArgv: [] });
  const answer = new Promise((resolve) => {
    worker.on(
      'message',
      (message: { id?: number }) => message.id === undefined && resolve(message),
    );
    worker.on('error', resolve);
  });
  const values = new Float32Array(4);
  structuredClone(values, { transfer: [values.buffer] });
  worker.postMessage({ id: 0, type: 'predict', payload: values }, [values.buffer]);
  return answer.finally(() => worker.terminate());
}

describe('a message that cannot be read', () => {
  test("is told by a model's worker", async () => {
    expect(await answerOf(await modelScript())).toEqual({ type: 'unreadable' });
  });

  test('is told by a data script', async () => {
    expect(await answerOf(await script('serves'))).toEqual({ type: 'unreadable' });
  });

  test('ends a thread of the pool, which is of no use', async () => {
    expect(await answerOf(await buildPoolWorker())).toMatchObject({
      message: 'what it was started with could not be read',
    });
  });
});
