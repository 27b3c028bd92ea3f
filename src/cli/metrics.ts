/** A wrong prediction: where it is in the data, what it is, what the model took it for. */
export interface Mistake {
  index: number;
  truth: number;
  prediction: number;
  confidence: number;
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
