import { Dataset } from '../data/dataset.js';
import { Random } from '../random.js';
import { findPort } from '../runtime/worker-port.js';
import { type BatchRequest, toPlainError } from './messages.js';
import { buffersOf } from './worker-dataset.js';

/**
 * Called in a worker: prepares the batches of a data set for the thread that opened this script by `WorkerDataset.open`.
 * @throws TypeError for anything but a Dataset
 */
export function serveBatches(data: Dataset): void {
  if (!(data instanceof Dataset)) {
    throw new TypeError(`serveBatches: data: expected a Dataset, got ${typeof data}`);
  }
  const port = findPort();
  port.onMessage((message) => {
    const { id, type, payload } = message as BatchRequest;
    // Nothing can be aborted here: a batch is prepared in one go.
    if (type === 'abort') return;
    try {
      const batch = data.batch(payload.indices, new Random(payload.seed), payload.into);
      port.postMessage({ id, type: 'result', payload: batch }, buffersOf(batch));
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
