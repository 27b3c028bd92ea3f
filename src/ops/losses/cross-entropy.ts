import { checkArity, checkNumber, wrongKind, wrongNumber } from '../../check.js';
import { isNumberArray } from '../../describe.js';
import { record } from '../../autograd.js';
import { ShapeError } from '../../errors.js';
import { launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch } from '../../runtime/storage.js';
import { checkSameShape, formatShape } from '../../shape.js';
import { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { reductionOf, type LossOptions, type Reduction } from './reduction.js';

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
interface Rule {
  readonly classes: number;
  readonly reduction: Reduction;
  readonly labelSmoothing: number;
  readonly weight: Float32Array | undefined;
  readonly ignoreIndex: number;
}

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
  const reduction = reductionOf('crossEntropy', options, OPTIONS);
  const rule = ruleOf(reduction, checkLogits(logits), options);
  checkLabels(labels, logits, rule);
  const divisor = reduction === 'mean' ? totalWeight(labels, rule) : 1;
  const loss = forward(logits, labels, divisor, rule);
  return record('crossEntropy', loss, [logits, labels], (gradOutput, addGradient) => {
    addGradient(logits, (gradLogits, accumulate) =>
      gradientOfLogits(gradLogits, logits, labels, gradOutput, divisor, rule, accumulate),
    );
  });
}

const OPTIONS = ['reduction', 'labelSmoothing', 'weight', 'ignoreIndex'];

function ruleOf(reduction: Reduction, classes: number, options: CrossEntropyOptions): Rule {
  const { labelSmoothing = 0, ignoreIndex = -100, weight } = options;
  checkNumber('crossEntropy', 'labelSmoothing', labelSmoothing, 0, 1);
  if (!Number.isInteger(ignoreIndex) || ignoreIndex !== (ignoreIndex | 0)) {
    throw wrongNumber('crossEntropy', 'ignoreIndex', 'a 32-bit integer', ignoreIndex);
  }
  if (weight !== undefined) checkWeight(weight, classes);
  const copy = weight && Float32Array.from(weight);
  return { classes, reduction, labelSmoothing, weight: copy, ignoreIndex };
}

function checkWeight(weight: unknown, classes: number): asserts weight is ArrayLike<number> {
  if (!Array.isArray(weight) && !isNumberArray(weight)) {
    throw wrongKind('crossEntropy', 'weight', 'an array of numbers', weight);
  }
  checkSameShape('crossEntropy', 'weight', [classes], [weight.length]);
  for (const value of weight as number[]) checkNumber('crossEntropy', 'weight', value, 0);
}

/** The weights of all rows that are not ignored. */
function totalWeight(labels: Tensor, { weight, ignoreIndex }: Rule): number {
  let total = 0;
  for (const label of labels.view()) if (label !== ignoreIndex) total += weight?.[label] ?? 1;
  return total;
}

function forward(logits: Tensor, labels: Tensor, divisor: number, rule: Rule): Tensor {
  const rows = labels.size;
  const run = (losses: number) =>
    withRule(rule, (...values) =>
      launch('crossEntropyForward', [losses, logits.pointer, labels.pointer, ...values], rows, {
        elements: logits.size,
      }),
    );
  if (rule.reduction === 'none') {
    return Tensor.computed(labels.shape, (losses) => run(losses.pointer));
  }
  return withScratch(4 * rows, (losses) => {
    run(losses);
    const loss = Tensor.allocate([]);
    runtime().kernels.crossEntropyForwardReduce(loss.pointer, losses, rows, divisor);
    return loss;
  });
}

/** Calls `body` with the arguments of the kernels; the weights are lent for the call. */
function withRule(
  { classes, weight, labelSmoothing, ignoreIndex }: Rule,
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
  divisor: number,
  rule: Rule,
  accumulate: boolean,
): void {
  const step = rule.reduction === 'none' ? 4 : 0;
  const from = [gradLogits.pointer, logits.pointer, labels.pointer, gradOutput.pointer] as const;
  withRule(rule, (...values) =>
    launch(
      'crossEntropyGradInput',
      [...from, step, 1 / divisor, ...values, accumulate],
      labels.size,
      { elements: logits.size },
    ),
  );
}

/** @returns the number of classes */
function checkLogits(logits: Tensor): number {
  checkTensor('crossEntropy', 'logits', logits);
  const classes = logits.shape.at(-1);
  if (logits.rank < 2 || classes === 0) {
    throw new ShapeError(
      `crossEntropy: logits: expected [..., classes] with at least two axes and one class, ` +
        `got ${formatShape(logits.shape)}`,
    );
  }
  return classes!;
}

/** The kernels use the labels as addresses: none may lie outside the row. */
function checkLabels(labels: Tensor, logits: Tensor, { classes, ignoreIndex }: Rule): void {
  checkTensor('crossEntropy', 'labels', labels, { dtype: 'int32' });
  checkSameShape('crossEntropy', 'labels', logits.shape.slice(0, -1), labels.shape);
  const values = labels.view();
  const bad = values.findIndex((l) => (l < 0 || l >= classes) && l !== ignoreIndex);
  if (bad >= 0) {
    throw new RangeError(
      `crossEntropy: labels: expected integers in [0, ${classes}) or ignoreIndex ${ignoreIndex}, ` +
        `got ${values[bad]} at index ${bad}`,
    );
  }
}
