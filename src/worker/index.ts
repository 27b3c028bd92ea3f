import type { ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import { ModelWorker, type ModelWorkerOptions, type WorkerThread } from './client.js';
import type { Response } from './messages.js';

export * from './exports.js';

/**
 * Starts a worker that holds a model.
 * @param model what `saveModel` gave, or an architecture (`model.config()`), which starts with new weights
 * @throws InitError where the worker or its kernels cannot be started; FormatError, ShapeError for a bad model
 */
export function createModelWorker(
  model: ModelFiles | LayerConfig,
  options: ModelWorkerOptions = {},
): Promise<ModelWorker> {
  return ModelWorker.open(startWebWorker, model, options);
}

function startWebWorker(): WorkerThread {
  const worker = new Worker(new URL('./model-worker.js', import.meta.url), { type: 'module' });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen(onMessage, onEnd) {
      worker.onmessage = ({ data }: MessageEvent<Response>) => onMessage(data);
      worker.onmessageerror = () => onEnd('its answer cannot be read');
      worker.onerror = (event) => {
        // Said by the calls that it rejects; Deno would end the program as well.
        event.preventDefault();
        onEnd(event.message || CANNOT_LOAD);
      };
    },
    terminate: async () => worker.terminate(),
  };
}

/** Browsers do not say why. */
const CANNOT_LOAD =
  'model-worker.js, beside the library’s JavaScript, cannot be loaded: it is missing, not served as JavaScript, ' +
  'or forbidden by the Content-Security-Policy (worker-src)';
