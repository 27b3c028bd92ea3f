import type { Dataset } from '../data/dataset.js';
import type { Batch } from '../data/dataset-types.js';
import { findPort } from '../runtime/worker-port.js';
import { type BatchRequest, toPlainError } from './messages.js';

/**
 * Called in a worker: prepares the batches of a data set for the thread that opened this script by `WorkerDataset.open`.
 * @throws TypeError for anything but a Dataset
 */
export function serveBatches(data: Dataset): void {
  if (typeof data?.batchesOf !== 'function') {
    const got = data instanceof Promise ? 'a Promise' : typeof data;
    throw new TypeError(`serveBatches: data: expected a Dataset, got ${got}`);
  }
  const port = findPort();
  port.onMessage((message) => {
    const { id, type, payload } = message as BatchRequest;
    // Nothing can be aborted here: a batch is prepared in one go.
    if (type === 'abort') return;
    try {
      const { indices, seed } = payload;
      const [batch] = data.batchesOf(indices, indices.length, seed);
      port.postMessage({ id, type: 'result', payload: batch }, buffersOf(batch!));
    } catch (error) {
      const message = `serveBatches: a batch could not be prepared: ${String(error)}`;
      const failure = { ...toPlainError(error), name: 'ThreadError', message };
      port.postMessage({ id, type: 'error', payload: failure });
    }
  });
  const { length, inputShape, classNames, augmented } = data;
  const payload = { length, inputShape, classNames, augmented };
  port.postMessage({ id: 0, type: 'result', payload });
}

function buffersOf({ inputs, labels, indices }: Batch): Transferable[] {
  return [inputs, labels, indices].map(({ buffer }) => buffer as ArrayBuffer);
}
