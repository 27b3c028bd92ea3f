import type { BatchSource } from '../data/dataset-types.js';
import { manualSeed } from '../generator.js';
import { bytesOf, checkArity } from '../check.js';
import { type Model, setTraining } from '../layers/module.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Schedule } from '../schedules.js';
import type { Tensor } from '../tensor.js';
import type { Callback } from './callbacks.js';
import { checkFit } from './check.js';
import { measureAll } from './evaluate.js';
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
  /**
   * A checkpoint of the same run (`checkpoint` callback): goes on from it, with the same bits. Two things may be others
   * than before: the optimizer's `lr` (its new value is taken, where there is no `schedule`) and `epochs` (more of them;
   * with a `schedule`, if it had the same rates so far).
   */
  readonly resume?: Uint8Array;
  /** More that has to be the same for a run to go on, as plain JSON: it is kept in checkpoints, and compared. */
  readonly setup?: Readonly<Record<string, unknown>>;
}

/** The longest time that `fit` keeps the event loop from signals, timers and pages. */
const YIELD_MS = 30;

/**
 * Trains a model on a data set, in this thread or in a worker. The model is in evaluation mode afterwards.
 * @returns one record per epoch
 * @throws TypeError, RangeError, ShapeError for arguments that cannot be meant; FormatError for a checkpoint that is
 * damaged, or of another run: nothing is changed then; the reason of `signal` when it is aborted
 */
export async function fit(
  model: Model,
  data: BatchSource,
  options: Omit<FitOptions, 'model'>,
): Promise<readonly EpochRecord[]> {
  checkArity('fit', arguments.length, 3);
  checkFit(model, data, options);
  const { loss = crossEntropy, metrics = { accuracy }, seed, resume, signal } = options;
  if (seed !== undefined && resume === undefined) manualSeed(seed);
  const run = new TrainingRun(data, { ...options, model }, loss, metrics);
  if (resume !== undefined) run.restore(bytesOf('fit', 'resume', resume));
  try {
    await run.call('onTrainBegin');
    await run.callPending();
    const pause = nextTaskEvery(YIELD_MS);
    while (!run.finished && !signal?.aborted) await trainEpoch(run, loss, metrics, pause);
    await run.call('onTrainEnd');
  } finally {
    setTraining(model, false);
  }
  if (!run.finished) signal?.throwIfAborted();
  return run.history;
}

async function trainEpoch(
  run: TrainingRun,
  loss: Loss,
  metrics: Record<string, Metric>,
  pause: () => Promise<void>,
): Promise<void> {
  const { model, signal } = run.options;
  run.beginEpoch();
  setTraining(model, true);
  for await (const batch of untilAborted(run.batches(), signal)) {
    run.trainStep(batch);
    await run.call('onBatchEnd');
    await pause();
  }
  if (run.step < run.steps) return;
  const measured = await validate(run, loss, metrics);
  if (measured) await run.call('onEpochEnd', run.endEpoch(withPrefix('validation', measured)));
}

/** The means over the validation data, none without; undefined where the run is aborted. */
async function validate(
  { options: { model, validation, batchSize = 32, signal } }: TrainingRun,
  loss: Loss,
  metrics: Record<string, Metric>,
): Promise<Record<string, number> | undefined> {
  if (!validation) return {};
  try {
    const origin = { op: 'fit', argument: 'validation', data: validation };
    return await measureAll(origin, model, { batchSize, loss, metrics, signal });
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
