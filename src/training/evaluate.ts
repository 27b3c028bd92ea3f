import { noGrad } from '../autograd.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { ShapeError } from '../errors.js';
import type { Model } from '../layers/module.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { scope, type Tensor } from '../tensor.js';
import type { Loss } from './fit.js';
import { accuracy, Means, type Metric } from './metrics.js';
import { nextTask } from './next-task.js';
import { inputsOf, labelsOf, measure } from './run.js';
import { untilAborted } from './until-aborted.js';

/** Options of `predict`. */
export interface PredictOptions {
  /** Default 256. */
  readonly batchSize?: number;
  /** Ends it after the batch that is running, or while it waits for one: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends PredictOptions {
  /** Default `crossEntropy`. */
  readonly loss?: Loss;
  /** Default `{ accuracy }`. */
  readonly metrics?: Record<string, Metric>;
}

/**
 * Means over a data set of `loss` and each metric, in evaluation mode.
 * @throws the reason of `signal` when it is aborted
 */
export async function evaluate(
  model: Model,
  data: BatchSource,
  { loss = crossEntropy, metrics = { accuracy }, ...options }: EvaluateOptions = {},
): Promise<{ loss: number } & Record<string, number>> {
  const means = new Means();
  await eachBatch(model, data, options, (output, batch) => {
    const value = loss(output, labelsOf(batch)).item();
    means.add(batch.labels.length, { loss: value, ...measure(metrics, output, batch.labels) });
  });
  return { loss: NaN, ...means.values() };
}

/**
 * The model's outputs for a whole data set.
 * @returns [samples, …output shape of one sample], as values and shape
 * @throws the reason of `signal` when it is aborted
 */
export async function predict(
  model: Model,
  data: BatchSource,
  options: PredictOptions = {},
): Promise<{ data: Float32Array; shape: readonly number[] }> {
  const parts: Float32Array[] = [];
  let shape: readonly number[] = [];
  await eachBatch(model, data, options, (output, batch) => {
    if (output.shape[0] !== batch.labels.length) {
      throw new ShapeError(
        `predict: output: expected ${batch.labels.length} rows, got ${output.toString()}`,
      );
    }
    parts.push(output.data() as Float32Array);
    shape = [data.length, ...output.shape.slice(1)];
  });
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return { data: all, shape };
}

async function eachBatch(
  model: Model,
  data: BatchSource,
  { batchSize = 256, signal }: PredictOptions,
  visit: (output: Tensor, batch: Batch) => void,
): Promise<void> {
  signal?.throwIfAborted();
  model.train?.(false);
  const order = Uint32Array.from({ length: data.length }, (_, i) => i);
  const batches = data.batchesOf(order, batchSize, 0, signal);
  for await (const batch of untilAborted(batches, signal)) {
    scope(() => noGrad(() => visit(model.forward(inputsOf(batch)), batch)));
    await nextTask();
  }
  signal?.throwIfAborted();
}
