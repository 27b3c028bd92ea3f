import { type Dataset, type EpochRecord, type Module, predict } from '../index.js';
import { InputError } from './errors.js';
import { type ClassScore, classReport, confusionMatrix } from '../index.js';
import type { EpochRecord as ShownEpoch } from './report.js';

/** What a model makes of the test data. */
export interface TestResult {
  readonly accuracy: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly predictions: Int32Array;
  /** The probability that the model gave its prediction. */
  readonly confidences: Float64Array;
  /** Rows are the truth, columns the prediction. */
  readonly confusion: number[][];
  readonly perClass: ClassScore[];
}

/**
 * Runs the model on every test sample.
 * @throws InputError for a model that does not put out a number for each class
 */
export async function testModel(model: Module, test: Dataset): Promise<TestResult> {
  const { data, shape } = await predict(model, test);
  const classes = test.classNames.length;
  if (data.length !== test.length * classes) {
    throw new InputError(
      `expected a model that puts out [${classes}], a number for each class, got [${shape.slice(1).join(', ')}]`,
    );
  }
  const predictions = new Int32Array(test.length);
  const confidences = new Float64Array(test.length);
  let loss = 0;
  for (let i = 0; i < test.length; i++) {
    const probabilities = softmax(data.subarray(i * classes, (i + 1) * classes));
    const best = probabilities.reduce((top, p, c) => (p > probabilities[top]! ? c : top), 0);
    predictions[i] = best;
    confidences[i] = probabilities[best]!;
    // The smallest number instead of 0: a loss stays finite.
    loss -= Math.log(Math.max(probabilities[test.labels[i]!]!, Number.MIN_VALUE)) / test.length;
  }
  const confusion = confusionMatrix(test.labels, predictions, classes);
  const hits = confusion.reduce((sum, row, c) => sum + row[c]!, 0);
  return {
    accuracy: hits / test.length,
    loss,
    predictions,
    confidences,
    confusion,
    perClass: classReport(confusion),
  };
}

/** Probabilities from logits; only shown, so that the engine's own `exp` will do. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Training speed over the whole run: all samples over all the seconds they took. */
export function meanSpeed(history: readonly EpochRecord[]): number {
  // Of an epoch that was resumed after its last step, no speed is known.
  const speeds = history
    .map(({ samplesPerSecond }) => samplesPerSecond)
    .filter((speed) => speed > 0);
  return speeds.length / speeds.reduce((sum, speed) => sum + 1 / speed, 0) || 0;
}

/** An epoch as the display and the report show it. */
export function shownEpoch(record: EpochRecord): ShownEpoch {
  const { epoch, loss, seconds, samplesPerSecond, validationLoss, validationAccuracy } = record;
  return {
    epoch,
    loss,
    accuracy: record['accuracy'] ?? NaN,
    seconds,
    samplesPerSecond,
    ...(validationLoss === undefined ? {} : { validationLoss }),
    ...(validationAccuracy === undefined ? {} : { validationAccuracy }),
  };
}
