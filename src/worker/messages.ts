import type { Dataset } from '../data/dataset.js';
import type { DatasetSource } from '../data/dataset-source.js';
import type { Batch, Statistics } from '../data/dataset-types.js';
import { describe } from '../describe.js';
import {
  DisposedError,
  FormatError,
  InitError,
  OutOfMemoryError,
  ShapeError,
  ThreadError,
  TraceError,
} from '../errors.js';
import type { ModelDetails, ModelFiles } from '../formats/model.js';
import type { LayerConfig } from '../layers/module.js';
import type { AdadeltaOptions } from '../optimizers/adadelta.js';
import type { AdagradOptions } from '../optimizers/adagrad.js';
import type { AdamOptions, BetasOptions } from '../optimizers/adam.js';
import type { LionOptions } from '../optimizers/lion.js';
import type { NAdamOptions } from '../optimizers/nadam.js';
import type { RMSpropOptions } from '../optimizers/rmsprop.js';
import type { SGDOptions } from '../optimizers/sgd.js';
import type { Capabilities, InitOptions } from '../runtime/runtime.js';
import type { ModuleSource } from '../runtime/source.js';
import type { OneCycleOptions } from '../schedules.js';
import type { Shape } from '../shape.js';
import type { Progress } from '../training/callbacks.js';
import type { KeepBestOptions } from '../training/keep-best.js';
import type { ScoreOptions } from '../training/scores.js';
import type { FitOptions } from '../training/types.js';
import type { EpochRecord } from '../training/types.js';
import type { ImportedFile } from './imported-file.js';

// Everything here is plain data: it is copied, or its buffers are moved, from one thread to the other.

/** An optimizer by the name of its class, with that class's options. */
export type OptimizerConfig = {
  [Name in keyof OptimizerOptionsOf]: { readonly name: Name } & OptimizerOptionsOf[Name];
}[keyof OptimizerOptionsOf];

interface OptimizerOptionsOf {
  readonly SGD: SGDOptions;
  readonly Adam: AdamOptions;
  readonly AdamW: AdamOptions;
  readonly Adadelta: AdadeltaOptions;
  readonly Adagrad: AdagradOptions;
  readonly Adamax: BetasOptions;
  readonly NAdam: NAdamOptions;
  readonly RAdam: BetasOptions;
  readonly RMSprop: RMSpropOptions;
  readonly Lion: LionOptions;
}

/** A schedule by name, with its options: 'cosine' is `cosineSchedule`. Before each there may be a `warmupSchedule`. */
export type ScheduleConfig = {
  [Name in keyof ScheduleOptionsOf]: {
    readonly name: Name;
    readonly lr: number;
    readonly warmupSteps?: number;
  } & ScheduleOptionsOf[Name];
}[keyof ScheduleOptionsOf];

interface ScheduleOptionsOf {
  readonly constant: object;
  readonly step: { readonly stepSize: number; readonly gamma?: number };
  readonly multiStep: { readonly milestones: readonly number[]; readonly gamma?: number };
  readonly exponential: { readonly gamma: number };
  readonly polynomial: { readonly power?: number; readonly final?: number };
  readonly cosine: { readonly final?: number };
  readonly warmRestarts: {
    readonly period: number;
    readonly periodFactor?: number;
    readonly final?: number;
  };
  readonly oneCycle: OneCycleOptions;
}

/** Values of samples, one after the other: bytes (`Uint8Array`, `Uint8ClampedArray`) count as value / 255. */
export type Inputs = ArrayLike<number> & ArrayBufferView;

/** Samples with their labels, as for `Dataset`, and how they are normalised. */
export interface TrainingData extends Omit<SentData, 'inputs'> {
  /** In any typed array of numbers; all but bytes become float32. */
  readonly inputs: Inputs;
}

/** The same with inputs of the kinds that are sent. */
export interface SentData extends DatasetSource {
  readonly normalise?: Statistics;
}

/** How a worker's `init` is called: all that can be sent there. */
export type WorkerInit = Omit<InitOptions, 'source' | 'workerScript'> & {
  readonly source?: Exclude<ModuleSource, Response | URL> | string;
};

/** The values of an output, and their shape. */
export interface Prediction {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** A metric by the name of its function, with its arguments. */
export interface MetricConfig extends ScoreOptions {
  readonly name: string;
  readonly classes?: number;
  readonly k?: number;
}

/** What `fit` is told, but for callbacks and the signal. */
export type FitRequest = Pick<
  FitOptions,
  | 'epochs'
  | 'batchSize'
  | 'seed'
  | 'shuffle'
  | 'dropLast'
  | 'accumulate'
  | 'clipNorm'
  | 'clipValue'
  | 'classWeights'
  | 'validateEvery'
> & {
  /**
   * By name: crossEntropy (default), mse, l1, smoothL1, huber, bceWithLogits, or one that the worker's script hands to
   * `serveModel`.
   */
  readonly loss?: string;
  /** By what they are to be called: `{ f1: { name: 'f1Score', classes: 3 } }`; those of the script too. Default accuracy. */
  readonly metrics?: Readonly<Record<string, MetricConfig>>;
  /** Puts the weights of the best epoch back at the end. */
  readonly keepBest?: KeepBestOptions;
  readonly data: SentData;
  readonly validation?: SentData;
  readonly optimizer: OptimizerConfig;
  readonly schedule?: ScheduleConfig;
  readonly progressIntervalMs?: number;
};

/** Each call that a worker answers: what is sent, and what comes back. */
export interface Calls {
  load: {
    request: { init: WorkerInit; seed?: number; model: ModelFiles | LayerConfig | ImportedFile };
    result: { details: ModelDetails; capabilities: Capabilities };
  };
  predict: {
    request: {
      inputs: Float32Array | Uint8Array;
      shape: Shape;
      normalise?: Statistics;
      batchSize?: number;
    };
    result: Prediction;
  };
  fit: { request: FitRequest; result: readonly EpochRecord[] };
  save: { request: null; result: ModelFiles };
  stateDict: { request: null; result: { weights: Uint8Array<ArrayBuffer> } };
}

export type CallName = keyof Calls;

/** To the worker. `id` numbers the calls; an abort has that of the call it ends. */
export type Request =
  | { [Name in CallName]: { id: number; type: Name; payload: Calls[Name]['request'] } }[CallName]
  | { id: number; type: 'abort' };

/** A validation between two steps. */
export interface Validation {
  readonly stepsDone: number;
  readonly measures: Record<string, number>;
}

/** From the worker while a call runs. */
export type Report =
  | { id: number; type: 'progress'; payload: Progress }
  | { id: number; type: 'validation'; payload: Validation }
  | { id: number; type: 'epoch'; payload: EpochRecord };

/** From the worker: any number of reports, then one result or error. */
export type Response =
  | Report
  | { id: number; type: 'result'; payload: Calls[CallName]['result'] }
  | { id: number; type: 'error'; payload: PlainError };

/** From the worker, to whatever is pending: a message came that it cannot read. */
export const UNREADABLE = 'unreadable';

/**
 * The calls that a script with `serveBatches` answers. `open` has number 0 and is answered without being sent: the script
 * may need long until it listens.
 */
export interface BatchCalls {
  open: {
    request: null;
    result: Pick<Dataset, 'length' | 'inputShape' | 'targetShape' | 'classNames' | 'augmented'>;
  };
  batch: { request: { indices: Uint32Array; seed: number }; result: Batch };
}

/** To a script with `serveBatches`. */
export type BatchRequest =
  | { id: number; type: 'batch'; payload: BatchCalls['batch']['request'] }
  | { id: number; type: 'abort'; payload?: never };

/** An error without its class, which would not survive the way. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  TypeError,
  RangeError,
  ShapeError,
  DisposedError,
  FormatError,
  OutOfMemoryError,
  InitError,
  ThreadError,
  TraceError,
};

/** What was thrown, of any realm, as it is sent. */
export function toPlainError(error: unknown): PlainError {
  const { name, message, stack } = (error ?? {}) as Partial<Record<keyof PlainError, unknown>>;
  if (typeof message !== 'string') {
    const text = typeof error === 'string' ? error : describe(error);
    return { name: 'Error', message: text, stack: undefined };
  }
  return {
    name: typeof name === 'string' ? name : 'Error',
    message,
    stack: typeof stack === 'string' ? stack : undefined,
  };
}

/** The error again, of the library's or the language's class; an Error where it was of another. */
export function fromPlainError({ name, message, stack }: PlainError): Error {
  const Kind = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
