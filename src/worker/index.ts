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
import { type ImportedFile, type ImportedFormat, importedFormat } from './imported-file.js';
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
export type { ImportedFile, TfjsModel } from './imported-file.js';
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
 * @param model what `saveModel` gave, an architecture (`model.config()`), which starts with new weights, or a model of
 * another library: `{ onnx: bytes }`, `{ tfjs: url }`, `{ tflite: bytes }`, whose worker alone loads what reads it
 * @throws InitError where the worker or its kernels cannot be started; FormatError, ShapeError for a bad model
 */
export async function createModelWorker(
  model: ModelFiles | LayerConfig | ImportedFile,
  options: ModelWorkerOptions = {},
): Promise<ModelWorker> {
  checkArity('createModelWorker', arguments.length, 2);
  const script = options?.script;
  const format = typeof model === 'object' && model !== null ? importedFormat(model) : undefined;
  const start = () =>
    script === undefined ? startThread(format) : startScript(script, 'simdgrad');
  return ModelWorker.open(start, model, options);
}

/**
 * Starts the script for models of a format: those of other libraries have scripts of their own, so that nobody loads what
 * reads files that he has not. Written out: bundlers look for this form, and webpack would make one script of two with
 * the same name.
 */
function startThread(format: ImportedFormat | undefined): WorkerThread {
  const file = `${format ?? 'model'}-worker.js`;
  const script = () => besideThis(file);
  if (isForNode(script)) return startNodeThread(script());
  switch (format) {
    case undefined:
      return webThread(
        new Worker(new URL('./model-worker.js', import.meta.url), {
          type: 'module',
          name: 'simdgrad',
        }),
      );
    case 'onnx':
      return webThread(
        new Worker(new URL('./onnx-worker.js', import.meta.url), {
          type: 'module',
          name: 'simdgrad-onnx',
        }),
      );
    case 'tfjs':
      return webThread(
        new Worker(new URL('./tfjs-worker.js', import.meta.url), {
          type: 'module',
          name: 'simdgrad-tfjs',
        }),
      );
    case 'tflite':
      return webThread(
        new Worker(new URL('./tflite-worker.js', import.meta.url), {
          type: 'module',
          name: 'simdgrad-tflite',
        }),
      );
  }
}
