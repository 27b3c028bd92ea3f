import { checkArity } from '../check.js';
import type { ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import {
  besideThis,
  isForNode,
  startNodeThread,
  webThread,
  type WorkerThread,
} from '../runtime/worker-thread.js';
import { ModelWorker } from './client.js';
import type { ModelWorkerOptions } from './options.js';
import { startScript } from './script.js';

export type {} from '../platform.js';
export * from '../errors.js';
export { ModelWorker } from './client.js';
export type {
  CallOptions,
  ModelWorkerOptions,
  TransferOptions,
  WorkerFitOptions,
  WorkerPredictOptions,
} from './options.js';
export { serveBatches } from './serve-batches.js';
export { WorkerDataset, type WorkerDatasetOptions } from './worker-dataset.js';
export type {
  Inputs,
  MetricConfig,
  OptimizerConfig,
  Prediction,
  ScheduleConfig,
  TrainingData,
  Validation,
} from './messages.js';

/**
 * Starts a worker that holds a model. It keeps a process alive until `terminate` is called.
 * @param model what `saveModel` gave, or an architecture (`model.config()`), which starts with new weights
 * @throws InitError where the worker or its kernels cannot be started; FormatError, ShapeError for a bad model
 */
export async function createModelWorker(
  model: ModelFiles | LayerConfig,
  options: ModelWorkerOptions = {},
): Promise<ModelWorker> {
  checkArity('createModelWorker', arguments.length, 2);
  const script = options?.script;
  const start = script === undefined ? startThread : () => startScript(script, 'simdgrad');
  return ModelWorker.open(start, model, options);
}

function startThread(): WorkerThread {
  const script = () => besideThis('model-worker.js');
  if (isForNode(script)) return startNodeThread(script());
  // Written out: bundlers look for this form.
  return webThread(
    new Worker(new URL('./model-worker.js', import.meta.url), { type: 'module', name: 'simdgrad' }),
  );
}
