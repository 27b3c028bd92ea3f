import { checkArity, checkMethods } from '../check.js';
import type { Dataset } from '../data/dataset.js';
import type { Batch } from '../data/dataset-types.js';
import { findPort, type WorkerPort } from '../runtime/worker-port.js';
import { type BatchRequest, toPlainError, UNREADABLE } from './messages.js';

/**
 * Called in a worker: prepares the batches of a data set for the thread that opened this script by `WorkerDataset.open`.
 * @throws TypeError for anything but a Dataset; InitError outside of a worker
 */
export function serveBatches(data: Dataset): void {
  checkArity('serveBatches', arguments.length, 1);
  checkMethods('serveBatches', 'data', data, 'a Dataset', ['batchesOf']);
  const port = findPort('serveBatches');
  port.onMessage(
    (message) => answer(port, data, message as Partial<BatchRequest> | null),
    () => port.postMessage({ type: UNREADABLE }),
  );
  const { length, inputShape, targetShape, classNames, augmented } = data;
  const payload = { length, inputShape, targetShape, classNames, augmented };
  port.postMessage({ id: 0, type: 'result', payload });
}

function answer(port: WorkerPort, data: Dataset, message: Partial<BatchRequest> | null): void {
  // Nothing can be aborted here: a batch is prepared in one go. Other messages are the script's own.
  if (message?.type !== 'batch') return;
  const { id, payload } = message;
  try {
    const { indices, seed } = payload!;
    const [batch] = data.batchesOf(indices, indices.length, seed);
    port.postMessage({ id, type: 'result', payload: batch }, buffersOf(batch!));
  } catch (error) {
    const { name, message, stack } = toPlainError(error);
    const payload = {
      name: 'ThreadError',
      message: `serveBatches: a batch could not be prepared: ${name}: ${message}`,
      stack,
    };
    port.postMessage({ id, type: 'error', payload });
  }
}

function buffersOf({ inputs, targets, indices }: Batch): Transferable[] {
  const buffers = [inputs, targets, indices].map(({ buffer }) => buffer as ArrayBuffer);
  return [...new Set(buffers)];
}
