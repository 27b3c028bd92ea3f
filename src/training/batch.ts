import { wrongKind } from '../check.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { isNumberArray } from '../describe.js';
import { ShapeError } from '../errors.js';
import type { Model } from '../layers/module.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { formatShape } from '../shape.js';
import { fromData, Tensor } from '../tensor.js';
import type { Metric } from './metrics.js';
import type { Loss } from './types.js';

/** Where batches come from, for error messages: which argument of which function. */
export interface Origin {
  readonly op: string;
  readonly argument: string;
  readonly data: BatchSource;
}

/** The inputs of a batch as a tensor [n, …]. */
export function inputsOf(batch: Batch): Tensor {
  return fromData('batch', batch.inputs, batch.inputShape, 'float32');
}

/** What the model makes of a batch. @throws TypeError, ShapeError naming the data */
export function outputOf(origin: Origin, model: Model, batch: Batch): Tensor {
  const { inputs, inputShape, labels } = (batch ?? {}) as Partial<Batch>;
  if (!isNumberArray(inputs) || !Array.isArray(inputShape) || !isNumberArray(labels)) {
    const expected = 'batches of inputs, inputShape and labels';
    throw wrongKind(origin.op, origin.argument, expected, batch);
  }
  const output: unknown = naming(origin, () => model.forward(inputsOf(batch)));
  if (output instanceof Tensor) return output;
  throw wrongKind(origin.op, 'model', 'a forward() that gives a Tensor', output);
}

/** The loss of a batch. @throws TypeError; ShapeError, RangeError naming the data */
export function lossOf(origin: Origin, loss: Loss, output: Tensor, { labels }: Batch): Tensor {
  if (loss === crossEntropy) checkClasses(origin, output);
  const value: unknown = naming(origin, () =>
    loss(output, fromData('batch', labels, [labels.length], 'int32')),
  );
  if (value instanceof Tensor) return value;
  throw wrongKind(origin.op, 'loss', 'a function that gives a Tensor', value);
}

/** Every metric of one batch. @throws TypeError for one that is no number */
export function measure(
  op: string,
  metrics: Record<string, Metric>,
  output: Tensor,
  labels: Int32Array,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => {
      const value: unknown = metric(output, labels);
      if (typeof value !== 'number') throw wrongKind(op, `metrics: ${name}`, 'a number', value);
      return [name, value];
    }),
  );
}

/** A model has one output for each class. */
function checkClasses({ op, argument, data }: Origin, output: Tensor): void {
  const outputs = output.shape.at(-1);
  const classes = data.classNames?.length ?? outputs;
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
