import { Worker } from 'node:worker_threads';
import type { LayerConfig, ModelFiles } from '../index.js';
import { ModelWorker, type ModelWorkerOptions, type WorkerThread } from '../worker/client.js';

export * from '../worker/exports.js';

/** `createModelWorker` with Node's own workers; see src/worker/index.ts. */
export function createModelWorker(
  model: ModelFiles | LayerConfig,
  options: ModelWorkerOptions = {},
): Promise<ModelWorker> {
  return ModelWorker.open(startNodeWorker, model, options);
}

function startNodeWorker(): WorkerThread {
  // Flags for the program's own main script, `--input-type` for one, are not for this one.
  const script = new URL('./node-model-worker.js', import.meta.url);
  const worker = new Worker(script, { execArgv: [] });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer as ArrayBuffer[]),
    listen(onMessage, onEnd) {
      worker.on('message', onMessage);
      worker.on('messageerror', onEnd);
      worker.on('error', onEnd);
      worker.on('exit', (code) => onEnd(`exit code ${code}`));
    },
    async terminate() {
      await worker.terminate();
    },
  };
}
