import { checkArity, checkNumber, wrongKind, wrongNumber } from '../../check.js';
import { isNumberArray } from '../../describe.js';
import { ShapeError } from '../../errors.js';
import { launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch } from '../../runtime/storage.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family, type Op, type Plan } from '../op.js';
import { type LossOptions, type Reduction, reductionOf } from './reduction.js';

/** Options of `crossEntropy`, as in PyTorch. */
export interface CrossEntropyOptions extends LossOptions {
  /** The share of each label that all classes get, in [0, 1]. Default 0. */
  labelSmoothing?: number;
  /** A weight for each class, at least 0; the mean is over the weights of the labels. Default 1 for all. */
  weight?: ArrayLike<number>;
  /** The label of rows that count for nothing. Default −100. */
  ignoreIndex?: number;
}

/** What the kernels need to know beside logits and labels. */
interface CrossEntropyPlan extends Plan {
  readonly rows: number;
  /** Of the logits. */
  readonly elements: number;
  readonly classes: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;
  readonly weight: Float32Array | undefined;
  readonly ignoreIndex: number;
}

type CrossEntropyOp = Op<CrossEntropyOptions, CrossEntropyPlan>;

const FAMILY: Family<CrossEntropyOp, CrossEntropyOptions, CrossEntropyPlan> = {
  operands: [{ name: 'logits' }, { name: 'labels', dtype: 'int32' }],
  plan: ({ name }, [logits, labels], options) =>
    planOf(name, logits!.shape, labels!.shape, options),
  checkValues: ({ name }, [, labels], plan) => checkLabels(name, labels!, plan),
  forward: (loss, [logits, labels], plan) => forward(loss, logits!, labels!, plan),
  gradients: [
    (gradLogits, accumulate, { inputs: [logits, labels], gradOutput, plan }) =>
      gradientOfLogits(gradLogits, logits!, labels!, gradOutput, plan, accumulate),
    undefined,
  ],
};

export const CROSS_ENTROPY: CrossEntropyOp = { family: FAMILY, name: 'crossEntropy' };

/**
 * Softmax and negative log-likelihood in one, as in PyTorch: `loss = ln Σ_c exp(logits[…,c]) − logits[…,label]`,
 * reduced to its mean over all labels unless told otherwise. Large logits do not overflow. The mean of no rows, or of
 * none that is not ignored, is NaN.
 * @param logits [..., classes]: scores before any softmax
 * @param labels int32 [...]: the index of each row's class
 * @returns a scalar [], or with reduction 'none' a tensor of the labels' shape
 * @throws TypeError, ShapeError, RangeError
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  checkArity('crossEntropy', arguments.length, 3);
  return apply(CROSS_ENTROPY, [logits, labels], options);
}

const OPTIONS = ['reduction', 'labelSmoothing', 'weight', 'ignoreIndex'];

function planOf(
  op: string,
  logits: Shape,
  labels: Shape,
  options: CrossEntropyOptions,
): CrossEntropyPlan {
  const classes = classesOf(op, logits);
  const reduction = reductionOf(op, options, OPTIONS);
  const { labelSmoothing = 0, ignoreIndex = -100, weight } = options;
  checkNumber(op, 'labelSmoothing', labelSmoothing, 0, 1);
  if (!Number.isInteger(ignoreIndex) || ignoreIndex !== (ignoreIndex | 0)) {
    throw wrongNumber(op, 'ignoreIndex', 'a 32-bit integer', ignoreIndex);
  }
  if (weight !== undefined) checkWeight(op, weight, classes);
  checkSameShape(op, 'labels', logits.slice(0, -1), labels);
  return {
    shape: reduction === 'none' ? labels : [],
    rows: sizeOf(labels),
    elements: sizeOf(logits),
    classes,
    reduction,
    labelSmoothing,
    weight: weight && Float32Array.from(weight),
    ignoreIndex,
  };
}

function checkWeight(
  op: string,
  weight: unknown,
  classes: number,
): asserts weight is ArrayLike<number> {
  if (!Array.isArray(weight) && !isNumberArray(weight)) {
    throw wrongKind(op, 'weight', 'an array of numbers', weight);
  }
  checkSameShape(op, 'weight', [classes], [weight.length]);
  for (const value of weight as number[]) checkNumber(op, 'weight', value, 0);
}

/** What the sum of the losses is divided by: for a mean, the weights of all rows that are not ignored. */
function divisorOf(labels: Tensor, { reduction, weight, ignoreIndex }: CrossEntropyPlan): number {
  if (reduction !== 'mean') return 1;
  let total = 0;
  for (const label of labels.view()) if (label !== ignoreIndex) total += weight?.[label] ?? 1;
  return total;
}

function forward(loss: Tensor, logits: Tensor, labels: Tensor, plan: CrossEntropyPlan): void {
  const { rows, elements, reduction } = plan;
  const run = (losses: number) =>
    withRule(plan, (...values) =>
      launch('crossEntropyForward', [losses, logits.pointer, labels.pointer, ...values], rows, {
        elements,
      }),
    );
  if (reduction === 'none') return run(loss.pointer);
  withScratch(4 * rows, (losses) => {
    run(losses);
    const divisor = divisorOf(labels, plan);
    runtime().kernels.crossEntropyForwardReduce(loss.pointer, losses, rows, divisor);
  });
}

/** Calls `body` with the arguments of the kernels; the weights are lent for the call. */
function withRule(
  { classes, weight, labelSmoothing, ignoreIndex }: CrossEntropyPlan,
  body: (classes: number, weight: number, smoothing: number, ignored: number) => void,
): void {
  if (!weight) return body(classes, 0, labelSmoothing, ignoreIndex);
  withScratch(4 * classes, (pointer) => {
    runtime().heap.f32.set(weight, pointer / 4);
    body(classes, pointer, labelSmoothing, ignoreIndex);
  });
}

function gradientOfLogits(
  gradLogits: Tensor,
  logits: Tensor,
  labels: Tensor,
  gradOutput: Tensor,
  plan: CrossEntropyPlan,
  accumulate: boolean,
): void {
  const step = plan.reduction === 'none' ? 4 : 0;
  const share = 1 / divisorOf(labels, plan);
  const from = [gradLogits.pointer, logits.pointer, labels.pointer, gradOutput.pointer] as const;
  withRule(plan, (...values) =>
    launch('crossEntropyGradInput', [...from, step, share, ...values, accumulate], plan.rows, plan),
  );
}

function classesOf(op: string, logits: Shape): number {
  const classes = logits.at(-1);
  if (logits.length < 2 || classes === 0) {
    throw new ShapeError(
      `${op}: logits: expected [..., classes] with at least two axes and one class, ` +
        `got ${formatShape(logits)}`,
    );
  }
  return classes!;
}

/** The kernels use the labels as addresses: none may lie outside the row. */
function checkLabels(op: string, labels: Tensor, { classes, ignoreIndex }: CrossEntropyPlan): void {
  const values = labels.view();
  const bad = values.findIndex((l) => (l < 0 || l >= classes) && l !== ignoreIndex);
  if (bad >= 0) {
    throw new RangeError(
      `${op}: labels: expected integers in [0, ${classes}) or ignoreIndex ${ignoreIndex}, ` +
        `got ${values[bad]} at index ${bad}`,
    );
  }
}
