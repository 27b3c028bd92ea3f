import { checkArity, checkInteger, wrongKind } from '../check.js';
import { isNumberArray } from '../describe.js';

/** How well one class was recognised; all but `support` lie between 0 and 1. */
export interface ClassScore {
  /** Of the examples predicted to be this class, the share that are. */
  readonly precision: number;
  /** Of the examples that are this class, the share found. */
  readonly recall: number;
  /** The harmonic mean of precision and recall, which for pixels is Dice's coefficient. */
  readonly f1: number;
  /** Of the examples that are this class or were predicted to be, the share that are both. */
  readonly iou: number;
  /** How many examples are this class. */
  readonly support: number;
}

/**
 * Counts `[classes][classes]`: rows are the truth, columns the prediction.
 * @throws TypeError, RangeError where the lengths differ or a class is not an integer in `[0, classes)`
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  const op = 'confusionMatrix';
  checkArity(op, arguments.length, 3);
  for (const [name, values] of Object.entries({ labels, predictions })) {
    if (!isNumberArray(values) && !Array.isArray(values)) {
      throw wrongKind(op, name, 'an array of class indices', values);
    }
  }
  if (predictions.length !== labels.length) {
    throw new RangeError(
      `${op}: predictions: expected ${labels.length} (as many as labels), got ${predictions.length}`,
    );
  }
  checkInteger(op, 'classes', classes, 1);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    checkClass(op, 'labels', labels[i]!, classes);
    checkClass(op, 'predictions', predictions[i]!, classes);
    counts[labels[i]!]![predictions[i]!]!++;
  }
  return counts;
}

/**
 * Precision, recall, F1, intersection over union and support of every class of a confusion matrix (rows = truth). 0/0 is
 * 0, as in scikit-learn: the precision of a class never predicted, the recall of a class without examples.
 * @throws TypeError
 */
export function classReport(confusion: readonly (readonly number[])[]): ClassScore[] {
  checkArity('classReport', arguments.length, 1);
  if (!Array.isArray(confusion) || !confusion.every((row) => Array.isArray(row))) {
    throw wrongKind('classReport', 'confusion', 'rows of counts, as of confusionMatrix', confusion);
  }
  return confusion.map((row, c) => {
    const hits = row[c] ?? 0;
    const support = sum(row);
    const predicted = sum(confusion.map((other) => other[c] ?? 0));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      // 2pr / (p + r) with p = hits / predicted and r = hits / support.
      f1: ratio(2 * hits, predicted + support),
      iou: ratio(hits, predicted + support - hits),
      support,
    };
  });
}

/** 0/0 is 0. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

export function checkClass(op: string, argument: string, value: number, classes: number): void {
  if (Number.isInteger(value) && value >= 0 && value < classes) return;
  throw new RangeError(
    `${op}: ${argument}: expected a class in [0, ${classes}), got ${String(value)}`,
  );
}
