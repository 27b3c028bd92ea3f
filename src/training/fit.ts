import type { BatchSource } from '../data/dataset-types.js';
import { manualSeed } from '../generator.js';
import type { Model } from '../layers/module.js';
import { checkInteger } from '../check.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Schedule } from '../schedules.js';
import type { Tensor } from '../tensor.js';
import type { Callback } from './callbacks.js';
import { evaluate } from './evaluate.js';
import { accuracy, type Metric } from './metrics.js';
import { nextTaskEvery } from './next-task.js';
import { type EpochRecord, TrainingRun } from './run.js';
import { untilAborted } from './until-aborted.js';

/** Mean loss of a batch as a tensor of one element. */
export type Loss = (output: Tensor, labels: Tensor) => Tensor;

/** Options of `fit`. */
export interface FitOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Default 32. */
  readonly batchSize?: number;
  /** Default `crossEntropy`. */
  readonly loss?: Loss;
  /** Default `{ accuracy }`. */
  readonly metrics?: Record<string, Metric>;
  /** Measured after every epoch. */
  readonly validation?: BatchSource;
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
  /** A checkpoint of the same run (`checkpoint` callback): goes on from it, with the same bits. */
  readonly resume?: Uint8Array;
}

/** The longest time that `fit` keeps the event loop from signals, timers and pages. */
const YIELD_MS = 30;

/**
 * Trains a model on a data set, in this thread or in a worker.
 * @returns one record per epoch
 * @throws RangeError for epochs or batch size that are no positive integers; FormatError for a checkpoint of another
 * run; the reason of `signal` when it is aborted
 */
export async function fit(
  model: Model,
  data: BatchSource,
  options: Omit<FitOptions, 'model'>,
): Promise<readonly EpochRecord[]> {
  const { loss = crossEntropy, metrics = { accuracy }, batchSize = 32, signal } = options;
  checkInteger('fit', 'epochs', options.epochs, 1);
  checkInteger('fit', 'batchSize', batchSize, 1);
  if (options.seed !== undefined) manualSeed(options.seed);
  const run = new TrainingRun(data, { ...options, model }, loss, metrics);
  if (run.steps === 0) {
    throw new RangeError(`fit: dropLast: ${data.length} samples make no batch of ${batchSize}`);
  }
  if (options.resume) run.restore(options.resume);
  const { callbacks = [] } = options;
  for (const callback of callbacks) await callback.onTrainBegin?.(run);
  const pause = nextTaskEvery(YIELD_MS);
  while (!run.finished && !signal?.aborted) await trainEpoch(run, loss, metrics, pause);
  for (const callback of callbacks) await callback.onTrainEnd?.(run);
  model.train?.(false);
  if (!run.finished) signal?.throwIfAborted();
  return run.history;
}

async function trainEpoch(
  run: TrainingRun,
  loss: Loss,
  metrics: Record<string, Metric>,
  pause: () => Promise<void>,
): Promise<void> {
  const { model, callbacks = [], signal } = run.options;
  run.beginEpoch();
  model.train?.(true);
  for await (const batch of untilAborted(run.batches(), signal)) {
    run.trainStep(batch);
    for (const callback of callbacks) await callback.onBatchEnd?.(run);
    await pause();
  }
  if (run.step < run.steps) return;
  const measured = await validate(run, loss, metrics);
  if (!measured) return;
  const record = run.endEpoch(withPrefix('validation', measured));
  for (const callback of callbacks) await callback.onEpochEnd?.(run, record);
}

/** The means over the validation data, none without; undefined where the run is aborted. */
async function validate(
  { options: { model, validation, batchSize = 32, signal } }: TrainingRun,
  loss: Loss,
  metrics: Record<string, Metric>,
): Promise<Record<string, number> | undefined> {
  if (!validation) return {};
  try {
    return await evaluate(model, validation, { batchSize, loss, metrics, signal });
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return undefined;
    throw error;
  }
}

function withPrefix(prefix: string, values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      prefix + name[0]!.toUpperCase() + name.slice(1),
      value,
    ]),
  );
}
