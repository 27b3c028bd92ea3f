// What losses of class labels share: scores [..., classes], labels [...].
import { checkNumber, wrongKind, wrongNumber } from '../../check.js';
import { isNumberArray } from '../../describe.js';
import { ShapeError } from '../../errors.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import type { Plan } from '../op.js';
import { type LossOptions, type Reduction, reductionOf } from './reduction.js';

/** Options of losses of class labels, as in PyTorch. */
export interface ClassLabelOptions extends LossOptions {
  /** A weight for each class, at least 0; the mean is over the weights of the labels. Default 1 for all. */
  weight?: ArrayLike<number>;
  /** The label of rows that count for nothing. Default −100. */
  ignoreIndex?: number;
}

/** A row of scores for each label. */
export interface ClassLabelPlan extends Plan {
  readonly rows: number;
  readonly classes: number;
  readonly reduction: Reduction;
  readonly weight: Float32Array | undefined;
  readonly ignoreIndex: number;
}

const OPTIONS = ['reduction', 'weight', 'ignoreIndex'];

/**
 * @param argument what the scores are called
 * @param known the options of the loss
 * @throws TypeError, ShapeError, RangeError
 */
export function planClassLabels(
  op: string,
  argument: string,
  [scores, labels]: readonly [Shape, Shape],
  options: ClassLabelOptions,
  known: readonly string[] = OPTIONS,
): ClassLabelPlan {
  const classes = classesOf(op, argument, scores);
  const reduction = reductionOf(op, options, known);
  const { ignoreIndex = -100, weight } = options;
  if (!Number.isInteger(ignoreIndex) || ignoreIndex !== (ignoreIndex | 0)) {
    throw wrongNumber(op, 'ignoreIndex', 'a 32-bit integer', ignoreIndex);
  }
  checkClassWeight(op, weight, classes);
  checkSameShape(op, 'labels', scores.slice(0, -1), labels);
  return {
    shape: reduction === 'none' ? labels : [],
    rows: sizeOf(labels),
    classes,
    reduction,
    weight: weight && Float32Array.from(weight),
    ignoreIndex,
  };
}

/** The last size of [..., classes]. @throws ShapeError */
export function classesOf(op: string, argument: string, scores: Shape): number {
  const classes = scores.at(-1);
  if (scores.length < 2 || classes === 0) {
    throw new ShapeError(
      `${op}: ${argument}: expected [..., classes] with at least two axes and one class, ` +
        `got ${formatShape(scores)}`,
    );
  }
  return classes!;
}

/** @throws TypeError, ShapeError, RangeError unless it is left out or has a number of at least 0 for each class */
export function checkClassWeight(op: string, weight: unknown, classes: number): void {
  if (weight === undefined) return;
  if (!Array.isArray(weight) && !isNumberArray(weight)) {
    throw wrongKind(op, 'weight', 'an array of numbers', weight);
  }
  checkSameShape(op, 'weight', [classes], [weight.length]);
  for (const value of weight as number[]) checkNumber(op, 'weight', value, 0);
}

/** Labels are used as addresses: none may lie outside the row. @throws RangeError */
export function checkLabels(
  op: string,
  labels: Tensor,
  { classes, ignoreIndex }: { readonly classes: number; readonly ignoreIndex?: number },
): void {
  const values = labels.view();
  const bad = values.findIndex((l) => (l < 0 || l >= classes) && l !== ignoreIndex);
  if (bad >= 0) {
    const ignored = ignoreIndex === undefined ? '' : ` or ignoreIndex ${ignoreIndex}`;
    throw new RangeError(
      `${op}: labels: expected integers in [0, ${classes})${ignored}, ` +
        `got ${values[bad]} at index ${bad}`,
    );
  }
}

/** What the sum of the losses is divided by: for a mean, the weights of all rows that are not ignored. */
export function divisorOf(
  labels: Tensor,
  { reduction, weight, ignoreIndex }: ClassLabelPlan,
): number {
  if (reduction !== 'mean') return 1;
  let total = 0;
  for (const label of labels.view()) if (label !== ignoreIndex) total += weight?.[label] ?? 1;
  return total;
}
