import { wrongKind } from '../check.js';
import type { Batch, BatchInputs, BatchSource } from '../data/dataset-types.js';
import { isNumberArray, typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import type { Model } from '../layers/module.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { formatShape } from '../shape.js';
import { fromData, Tensor } from '../tensor.js';
import { accuracy, type Measured, type Metric } from './metrics.js';
import type { EvaluateOptions, Loss } from './types.js';

/** Where batches come from, for error messages: which argument of which function. */
export interface Origin {
  readonly op: string;
  readonly argument: string;
  readonly data: BatchSource;
}

/** The inputs of a batch as a tensor [n, …]. */
export function inputsOf({ inputs, inputShape }: BatchInputs): Tensor {
  return fromData('batch', inputs, inputShape, 'float32');
}

/** What the model was given, and what it makes of it. */
export interface Pass {
  /** The first input. */
  readonly inputs: Tensor;
  readonly output: Tensor;
}

/** What the model makes of a batch. @throws TypeError, ShapeError naming the data */
export function passOf(origin: Origin, model: Model, batch: Batch): Pass {
  const { inputs, inputShape, targets, targetShape, indices } = (batch ?? {}) as Partial<Batch>;
  const isBatch = [inputs, targets, indices].every(isNumberArray);
  if (!isBatch || !Array.isArray(inputShape) || !Array.isArray(targetShape)) {
    const expected = 'batches of inputs, inputShape, targets, targetShape and indices';
    throw wrongKind(origin.op, origin.argument, expected, batch);
  }
  return naming(origin, () => {
    const given = [batch, ...(batch.others ?? [])].map(inputsOf) as [Tensor, ...Tensor[]];
    // A model of several inputs takes them one after the other.
    const forward: (...all: Tensor[]) => unknown = model.forward.bind(model) as never;
    const output = forward(...given);
    if (output instanceof Tensor) return { inputs: given[0], output };
    throw wrongKind(origin.op, 'model', 'a forward() that gives a Tensor', output);
  });
}

/** The loss of a batch; `weight` of each class is for `crossEntropy`. @throws TypeError; ShapeError, RangeError naming the data */
export function lossOf(
  origin: Origin,
  loss: Loss,
  { inputs, output }: Pass,
  { targets, targetShape }: Batch,
  weight?: readonly number[],
): Tensor {
  const dtype = typedArrayName(targets) === 'Int32Array' ? 'int32' : 'float32';
  if (loss === crossEntropy && dtype === 'int32') checkClasses(origin, output);
  const value: unknown = naming(origin, () => {
    const expected = fromData('batch', targets, targetShape, dtype);
    if (weight) return crossEntropy(output, expected, { weight });
    // The third argument of the library's losses are options.
    return loss.length > 2
      ? loss(output, expected, inputs as never)
      : (loss as ShortLoss)(output, expected);
  });
  if (value instanceof Tensor) return value;
  throw wrongKind(origin.op, 'loss', 'a function that gives a Tensor', value);
}

type ShortLoss = (output: Tensor, targets: Tensor) => Tensor;

/** The loss and the metrics that a data set is measured by. @throws TypeError where there is no loss for its targets */
export function measuresOf(
  { op, data }: Origin,
  { loss, metrics }: Pick<EvaluateOptions, 'loss' | 'metrics'>,
): { loss: Loss; metrics: Record<string, Metric> } {
  const isOfClasses = data.classNames?.length !== 0;
  if (!loss && !isOfClasses) {
    throw wrongKind(op, 'loss', 'one for targets that are no classes, as mse', loss);
  }
  return { loss: loss ?? crossEntropy, metrics: metrics ?? (isOfClasses ? { accuracy } : {}) };
}

/** Every metric of one batch. @throws TypeError for one that is no number */
export function measure(
  op: string,
  metrics: Record<string, Metric>,
  output: Tensor,
  targets: Batch['targets'],
): Measured {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => {
      const isMean = typeof metric === 'function';
      const value: unknown = isMean ? metric(output, targets) : metric.batch(output, targets);
      if (isMean ? typeof value === 'number' : isNumberArray(value) || Array.isArray(value)) {
        return [name, value as Measured[string]];
      }
      throw wrongKind(op, `metrics: ${name}`, isMean ? 'a number' : 'numbers', value);
    }),
  );
}

/** A model has one output for each class. */
function checkClasses({ op, argument, data }: Origin, output: Tensor): void {
  const outputs = output.shape.at(-1);
  const classes = data.classNames?.length || outputs;
  if (output.rank < 2 || outputs === classes) return;
  throw new ShapeError(
    `${op}: ${argument}: expected ${outputs} classes, one for each output of the model, got ${classes}`,
  );
}

/** Runs `body`; where a shape or a label does not fit, the error says whose it is. */
function naming<T>({ op, argument, data }: Origin, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    const isShape = cause instanceof ShapeError;
    if (!isShape && (cause as Error | undefined)?.name !== 'RangeError') throw cause;
    const Kind = isShape ? ShapeError : RangeError;
    const samples = `samples of shape ${formatShape(data.inputShape)}`;
    throw new Kind(`${op}: ${argument}: ${samples}: ${(cause as Error).message}`, { cause });
  }
}
