import type { Dataset } from '../data/dataset.js';
import type { Statistics } from '../data/dataset-types.js';
import type { InitOptions } from '../runtime/runtime.js';
import type { ModuleSource } from '../runtime/source.js';
import type { Progress } from '../training/callbacks.js';
import type { EpochRecord } from '../training/types.js';
import type { FitRequest, TrainingData, Validation } from './messages.js';

export interface CallOptions {
  /**
   * Ends the call: its promise rejects at once with the signal's reason, the worker stops after the running batch. A
   * browser may end a worker without a word: `AbortSignal.timeout(ms)` ends the wait.
   */
  readonly signal?: AbortSignal;
}

export interface TransferOptions {
  /**
   * Moves the inputs into the worker: nothing is copied, and their buffer is detached here. Inputs in shared memory, and
   * those of other types than float32 and bytes, are copied all the same. Default false: a copy is sent.
   */
  readonly transfer?: boolean;
}

/** The options of `init` for the worker, and how its model is made. */
export interface ModelWorkerOptions
  extends Omit<InitOptions, 'source' | 'workerScript'>, CallOptions {
  /** As for `init`, but a Response, which cannot be sent to a worker. */
  readonly source?: Exclude<ModuleSource, Response>;
  /**
   * A script of yours that calls `serveModel`, for models with classes of your own: its address, or, as bundlers want it,
   * a worker just made: `new Worker(new URL('./model.js', import.meta.url), { type: 'module' })`.
   */
  readonly script?: URL | Worker;
  /** Seeds the worker's generator before the model is made: initial weights of an architecture. Default 0. */
  readonly seed?: number;
}

export interface WorkerPredictOptions extends CallOptions, TransferOptions {
  /** Each value v becomes (v − mean) / std, per channel, as in training. */
  readonly normalise?: Statistics;
  /** Samples that are computed at a time. Default 256. */
  readonly batchSize?: number;
}

/** The options of `fit` that can be sent to a worker. */
export interface WorkerFitOptions
  extends
    Omit<FitRequest, 'data' | 'validation' | 'progressIntervalMs'>,
    CallOptions,
    TransferOptions {
  /** Measured after every epoch. */
  readonly validation?: TrainingData | Dataset;
  /** Called at most every `progressIntervalMs`, and after the last step of each epoch. */
  readonly onProgress?: (progress: Progress) => void;
  /** 0: after every step. Default 100. */
  readonly progressIntervalMs?: number;
  /** Called with each validation between two steps (`validateEvery`). */
  readonly onValidation?: (validation: Validation) => void;
  /** Called after each epoch. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
}
