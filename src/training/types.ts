import type { BatchSource } from '../data/dataset-types.js';
import type { Model } from '../layers/module.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Schedule } from '../schedules.js';
import type { Tensor } from '../tensor.js';
import type { NamedArray } from '../formats/safetensors.js';
import type { Metric } from './metrics.js';

/**
 * Mean loss of a batch as a tensor of one element, of the model's output and the targets of the batch: [n] class labels in
 * int32, [n, …] other numbers. A function that names a third argument is given the (first) inputs too.
 */
export type Loss = (output: Tensor, targets: Tensor, inputs: LossInputs) => Tensor;

/** The library's losses, which have options there, are losses too: they are never given inputs. */
export type LossInputs = Tensor & { readonly reduction?: never };

/** Options of `fit`. */
export interface FitOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Default 32. */
  readonly batchSize?: number;
  /** Default `crossEntropy`; needed where the targets are no classes. */
  readonly loss?: Loss;
  /** Default `{ accuracy }`, none where the targets are no classes. */
  readonly metrics?: Record<string, Metric>;
  /**
   * A weight for each class in `crossEntropy`, in training alone; `'balanced'`: samples / (classes · samples of the class).
   * Default: all count alike.
   */
  readonly classWeights?: 'balanced' | readonly number[];
  /**
   * So many batches make a step: their gradients are added up, as of one batch of all their samples, in the memory that one
   * takes. Default 1.
   */
  readonly accumulate?: number;
  /** The norm that the gradients of a step, as one vector, are scaled down to (`clipGradNorm`). Default: they are not. */
  readonly clipNorm?: number;
  /** The most that an element of the gradients may be, up or down (`clipGradValue`), before `clipNorm`. Default: anything. */
  readonly clipValue?: number;
  /** Measured after every epoch. */
  readonly validation?: BatchSource;
  /** Measures the validation after every so many steps too, for `onValidation`. Default: only after epochs. */
  readonly validateEvery?: number;
  readonly callbacks?: readonly Callback[];
  /**
   * Ends the run after the step, or the validation batch, that is running, or while it waits for one; `fit` then rejects
   * with the signal's reason.
   */
  readonly signal?: AbortSignal;
  /** Seeds the library's generator; left out, the generator goes on from where it is. */
  readonly seed?: number;
  /** New order of the samples in every epoch. Default true. */
  readonly shuffle?: boolean;
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast?: boolean;
  /** Learning rate of each step; left out, the optimizer's `lr` stays. */
  readonly schedule?: Schedule;
  /**
   * A checkpoint of the same run (`checkpoint` callback): goes on from it, with the same bits. Two things may be others
   * than before: the optimizer's `lr` (its new value is taken, where there is no `schedule`) and `epochs` (more of them;
   * with a `schedule`, if it had the same rates so far).
   */
  readonly resume?: Uint8Array;
  /** More that has to be the same for a run to go on, as plain JSON: it is kept in checkpoints, and compared. */
  readonly setup?: Readonly<Record<string, unknown>>;
}

/** Options of `predict`. */
export interface PredictOptions {
  /** Default 256. */
  readonly batchSize?: number;
  /** Ends it after the batch that is running, or while it waits for one: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends PredictOptions {
  /** Default `crossEntropy`; needed where the targets are no classes. */
  readonly loss?: Loss;
  /** Default `{ accuracy }`, none where the targets are no classes. */
  readonly metrics?: Record<string, Metric>;
}

/** One epoch: `epoch` (from 1), `seconds`, `samplesPerSecond`, `loss`, the metrics, and `validation…` of each. */
export interface EpochRecord {
  readonly epoch: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly loss: number;
  readonly [measure: string]: number;
}

/** A run of `fit`: what callbacks see. */
export interface TrainingRun {
  readonly options: FitOptions;
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Samples of an epoch. */
  readonly samples: number;
  readonly history: readonly EpochRecord[];
  /** The epoch that is running, from 1. */
  readonly epoch: number;
  /** Steps done in this epoch. */
  readonly step: number;
  /** Steps done since the beginning. */
  readonly stepsDone: number;
  readonly samplesInEpoch: number;
  /** Of the last step alone; NaN before the first one. */
  readonly loss: number;
  /** Measures of this epoch so far: `loss`, a mean, and the metrics. */
  readonly means: Record<string, number>;
  /** Speed in this epoch, without the time before an interruption. */
  readonly samplesPerSecond: number;
  /** Whether all epochs are done, or `stop` ended the run after one. */
  readonly finished: boolean;
  /** Ends the run after this epoch. */
  stop(): void;
  /** The run as it stands, for `fit({ resume })`. */
  checkpoint(): Uint8Array<ArrayBuffer>;
}

/** Hooks into `fit`; each may be asynchronous and is waited for. */
export interface Callback {
  /**
   * Under this name `state()` is kept in checkpoints. Of several callbacks of one name, the first goes on from what the
   * first remembered, and so on.
   */
  readonly name?: string;
  /** Whether its hooks are called after those of all others, whose states are then of one moment: it saves them. */
  readonly last?: boolean;
  /** Called before the first step, also of a run that goes on. */
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  /** Called after each step. */
  onBatchEnd?(run: TrainingRun): void | Promise<void>;
  /** Called with the measures of a validation between two steps (`validateEvery`). */
  onValidation?(run: TrainingRun, measures: Record<string, number>): void | Promise<void>;
  /** Called after each epoch and its validation. */
  onEpochEnd?(run: TrainingRun, epoch: EpochRecord): void | Promise<void>;
  /** Called at the end, also when the run is aborted or stopped early (`run.finished` tells). */
  onTrainEnd?(run: TrainingRun): void | Promise<void>;
  /** Plain JSON from which `restore` goes on after an interruption. */
  state?(): unknown;
  /** Arrays that are kept beside `state()`. */
  tensors?(): ReadonlyMap<string, NamedArray>;
  /** Called with what `state` and `tensors` gave, before the run goes on. */
  restore?(state: unknown, tensors: ReadonlyMap<string, NamedArray>): void;
}
