import { checkArity } from '../check.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { ShapeError } from '../errors.js';
import { evaluating } from '../evaluating.js';
import { evaluationPass, type Model } from '../layers/module.js';
import { lossOf, measure, measuresOf, type Origin, type Pass, passOf } from './batch.js';
import { checkEvaluating } from './check.js';
import { Means } from './metrics.js';
import { nextTask } from './next-task.js';
import type { EvaluateOptions, PredictOptions } from './types.js';
import { untilAborted } from './until-aborted.js';

/**
 * Means over a data set of `loss` and each metric, in evaluation mode. The model's mode and the library's generator stay
 * as they are, also beside a `fit` that is running.
 * @throws TypeError, RangeError; ShapeError for data that the model is not made for; the reason of `signal` when it is
 * aborted
 */
export async function evaluate(
  model: Model,
  data: BatchSource,
  options: EvaluateOptions = {},
): Promise<{ loss: number } & Record<string, number>> {
  checkArity('evaluate', arguments.length, 3);
  const known = ['batchSize', 'signal', 'loss', 'metrics'];
  checkEvaluating('evaluate', model, data, options, known);
  return measureAll({ op: 'evaluate', argument: 'data', data }, model, options);
}

/** `evaluate` with checked arguments. */
export async function measureAll(
  origin: Origin,
  model: Model,
  options: EvaluateOptions,
): Promise<{ loss: number } & Record<string, number>> {
  const { loss, metrics } = measuresOf(origin, options);
  const means = new Means(metrics);
  await eachBatch(origin, model, options, (pass, batch) => {
    const value = lossOf(origin, loss, pass, batch).item();
    const measured = measure(origin.op, metrics, pass.output, batch.targets);
    means.add(batch.indices.length, { loss: value, ...measured });
  });
  return { loss: NaN, ...means.values() };
}

/**
 * The model's outputs for a whole data set, in evaluation mode. The model's mode and the library's generator stay as
 * they are, also beside a `fit` that is running.
 * @returns [samples, …output shape of one sample], as values and shape
 * @throws TypeError, RangeError; ShapeError for data that the model is not made for; the reason of `signal` when it is
 * aborted
 */
export async function predict(
  model: Model,
  data: BatchSource,
  options: PredictOptions = {},
): Promise<{ data: Float32Array; shape: readonly number[] }> {
  checkArity('predict', arguments.length, 3);
  checkEvaluating('predict', model, data, options, ['batchSize', 'signal']);
  const parts: Float32Array[] = [];
  let shape: readonly number[] = [];
  const origin = { op: 'predict', argument: 'data', data };
  await eachBatch(origin, model, options, ({ output }, batch) => {
    if (output.shape[0] !== batch.indices.length) {
      throw new ShapeError(
        `predict: output: expected ${batch.indices.length} rows, got ${output.toString()}`,
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
  origin: Origin,
  model: Model,
  { batchSize = 256, signal }: PredictOptions,
  visit: (pass: Pass, batch: Batch) => void,
): Promise<void> {
  signal?.throwIfAborted();
  const { data } = origin;
  const order = Uint32Array.from({ length: data.length }, (_, i) => i);
  const batches = data.batchesOf(order, batchSize, 0, signal);
  for await (const batch of untilAborted(batches, signal, evaluating)) {
    evaluationPass(model, () => visit(passOf(origin, model, batch), batch));
    await nextTask();
  }
  signal?.throwIfAborted();
}
