import { InputError } from './errors.js';
import { percent } from './report/format.js';
import { softmax } from './results.js';
import { printable } from './terminal.js';

/** What a model takes a picture for: the likeliest classes first. */
export interface Prediction {
  readonly file: string;
  readonly class: string;
  readonly top: readonly { readonly class: string; readonly probability: number }[];
}

/** How far the sum of numbers that are probabilities already may be from 1. */
const TOLERANCE = 1e-3;

/** @throws InputError for outputs that are not finite */
export function predictionOf(
  file: string,
  probabilities: ArrayLike<number>,
  classNames: readonly string[],
  top: number,
): Prediction {
  const classes = Array.from(probabilities, (probability, c) => ({
    class: classNames[c]!,
    probability,
  }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, top);
  return { file, class: classes[0]!.class, top: classes };
}

/** @throws InputError */
export function checkFinite(outputs: ArrayLike<number>): void {
  const odd = Array.from(outputs).find((value) => !Number.isFinite(value));
  if (odd === undefined) return;
  throw new InputError(`expected finite outputs, got ${odd}: mean, std or weights do not fit`);
}

/** The outputs where they are probabilities, as of a net that ends with a softmax; otherwise those of logits. */
export function probabilitiesOf(outputs: ArrayLike<number>): ArrayLike<number> {
  const values = Array.from(outputs);
  const sum = values.reduce((a, b) => a + b, 0);
  const areShares = values.every((value) => value >= 0 && value <= 1);
  return areShares && Math.abs(sum - 1) <= TOLERANCE ? values : softmax(values);
}

/** On one line. */
export function describePrediction({ file, class: name, top }: Prediction): string {
  const shares = top.map((entry) => `${printable(entry.class)} ${percent(entry.probability, 1)}`);
  return `${printable(file)}: ${printable(name)}  (${shares.join(', ')})`;
}
