/** How well one class was recognised; all but `support` lie between 0 and 1. */
export interface ClassScore {
  /** Of the examples predicted to be this class, the share that are. */
  precision: number;
  /** Of the examples that are this class, the share found. */
  recall: number;
  /** The harmonic mean of precision and recall. */
  f1: number;
  /** How many examples are this class. */
  support: number;
}

/** A wrong prediction: where it is in the data, what it is, what the model took it for. */
export interface Mistake {
  index: number;
  truth: number;
  prediction: number;
  confidence: number;
}

/**
 * Counts `[classes][classes]`: rows are the truth, columns the prediction.
 *
 * @throws RangeError when the lengths differ or a class is not an integer in `[0, classes)`.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  checkSameLength('confusionMatrix', 'predictions', labels, predictions);
  if (!Number.isInteger(classes) || classes < 1) {
    throw new RangeError(
      `confusionMatrix: classes: expected a positive integer, got ${String(classes)}`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    checkClass('labels', labels[i]!, classes);
    checkClass('predictions', predictions[i]!, classes);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predictions[i]!]!++;
  return counts;
}

/**
 * Precision, recall, F1 and support of every class of a confusion matrix (rows = truth).
 *
 * 0/0 is defined as 0, as scikit-learn does: the precision of a class never predicted, the recall
 * of a class without examples, and the F1 of a class with neither.
 */
export function classReport(confusion: readonly (readonly number[])[]): ClassScore[] {
  return confusion.map((row, c) => {
    const hits = row[c] ?? 0;
    const support = sum(row);
    const predicted = sum(confusion.map((other) => other[c] ?? 0));
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      // 2pr / (p + r) with p = hits / predicted and r = hits / support.
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  });
}

/**
 * The `n` wrong predictions the model was surest of, the surest first; ties keep the data's order
 * and a confidence that is not a number counts as the least sure.
 *
 * @throws RangeError when the lengths differ.
 */
export function mostConfidentMistakes(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  confidences: ArrayLike<number>,
  n: number,
): Mistake[] {
  checkSameLength('mostConfidentMistakes', 'predictions', labels, predictions);
  checkSameLength('mostConfidentMistakes', 'confidences', labels, confidences);
  const mistakes: Mistake[] = [];
  for (let index = 0; index < labels.length; index++) {
    const [truth, prediction] = [labels[index]!, predictions[index]!];
    if (truth !== prediction) {
      mistakes.push({ index, truth, prediction, confidence: confidences[index]! });
    }
  }
  const sureness = (m: Mistake) => (Number.isNaN(m.confidence) ? -1 : m.confidence);
  return mistakes.sort((a, b) => sureness(b) - sureness(a)).slice(0, n);
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function checkSameLength(
  op: string,
  argument: string,
  labels: ArrayLike<number>,
  other: ArrayLike<number>,
): void {
  if (other.length === labels.length) return;
  throw new RangeError(
    `${op}: ${argument}: expected ${labels.length} (as many as labels), got ${other.length}`,
  );
}

function checkClass(argument: string, value: number, classes: number): void {
  if (Number.isInteger(value) && value >= 0 && value < classes) return;
  throw new RangeError(
    `confusionMatrix: ${argument}: expected a class in [0, ${classes}), got ${String(value)}`,
  );
}
