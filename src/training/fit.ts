import type { Batch, BatchSource } from '../data/dataset-types.js';
import { manualSeed } from '../generator.js';
import { bytesOf, checkArity } from '../check.js';
import { type Model, setTraining } from '../layers/module.js';
import { measuresOf } from './batch.js';
import { checkFit } from './check.js';
import { measureAll } from './evaluate.js';
import type { Metric } from './metrics.js';
import { nextTaskEvery } from './next-task.js';
import { Run } from './run.js';
import type { EpochRecord, FitOptions, Loss } from './types.js';
import { untilAborted } from './until-aborted.js';

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
  const { seed, resume, signal } = options;
  const { loss, metrics } = measuresOf({ op: 'fit', argument: 'data', data }, options);
  if (seed !== undefined && resume === undefined) manualSeed(seed);
  const run = new Run(data, { ...options, model }, loss, metrics);
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
  run: Run,
  loss: Loss,
  metrics: Record<string, Metric>,
  pause: () => Promise<void>,
): Promise<void> {
  const { model, signal, accumulate = 1, validateEvery = Infinity } = run.options;
  run.beginEpoch();
  setTraining(model, true);
  for await (const batches of untilAborted(grouped(run.batches(), accumulate), signal)) {
    run.trainStep(batches);
    await run.call('onBatchEnd');
    if (run.stepsDone % validateEvery === 0 && run.step < run.steps) {
      const measured = await validate(run, loss, metrics);
      if (measured) await run.call('onValidation', measured);
    }
    await pause();
  }
  if (run.step < run.steps) return;
  const measured = await validate(run, loss, metrics);
  if (measured) await run.call('onEpochEnd', run.endEpoch(withPrefix('validation', measured)));
}

/** The batches of each step; where there are several they are copied, for their arrays are reused for the next one. */
async function* grouped(
  batches: Iterable<Batch> | AsyncIterable<Batch>,
  count: number,
): AsyncGenerator<readonly Batch[]> {
  let group: Batch[] = [];
  for await (const batch of batches) {
    group.push(count > 1 ? structuredClone(batch) : batch);
    if (group.length < count) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** The means over the validation data, none without; undefined where the run is aborted. */
async function validate(
  { options: { model, validation, batchSize = 32, signal } }: Run,
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
