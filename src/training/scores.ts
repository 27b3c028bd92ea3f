import { checkArity, checkInteger, checkNumber, wrongKind } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkTensor } from '../ops/check.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkClass, classReport, type ClassScore, ratio, sum } from './confusion.js';
import { argmaxRows, type EpochMetric, type MetricTargets } from './metrics.js';

/** Options of `f1Score` and `iouScore`. */
export interface ScoreOptions {
  /**
   * Which mean over the classes: `'macro'`, all alike, but for those that are neither there nor predicted; `'weighted'`, by
   * their examples; or the number of one class, whose own score it is. Default `'macro'`.
   */
  readonly average?: 'macro' | 'weighted' | number;
  /** Where there is one output for each target: above it class 1 is predicted. Default 0, for logits; 0.5 for shares. */
  readonly threshold?: number;
}

/** Targets that count for nothing. */
const IGNORED = -100;

/** Share of the samples whose label is among the k largest outputs; of equal outputs the first count. @throws RangeError */
export function topKAccuracy(k: number): EpochMetric {
  checkArity('topKAccuracy', arguments.length, 1);
  checkInteger('topKAccuracy', 'k', k, 1);
  return {
    batch(output, targets) {
      const { classes, values } = rowsOf('topKAccuracy', output, targets);
      let [hits, count] = [0, 0];
      targets.forEach((label, row) => {
        if (label === IGNORED) return;
        const at = row * classes;
        const own = values[at + label]!;
        let before = 0;
        for (let c = 0; c < classes; c++) {
          const other = values[at + c]!;
          if (other > own || (other === own && c < label)) before++;
        }
        count++;
        if (before < k) hits++;
      });
      return [hits, count];
    },
    value: ([hits = 0, count = 0]) => hits / count,
  };
}

/** Mean of |output − target| over all elements. */
export function maeScore(): EpochMetric {
  checkArity('maeScore', arguments.length, 0);
  return ofErrors('maeScore', ([, absolute = 0, , , count = 0]) => absolute / count);
}

/** Square root of the mean of (output − target)² over all elements. */
export function rmseScore(): EpochMetric {
  checkArity('rmseScore', arguments.length, 0);
  return ofErrors('rmseScore', ([squared = 0, , , , count = 0]) => Math.sqrt(squared / count));
}

/** R², the share of the targets' variance that the output explains: 1 − Σ(output − target)² / Σ(target − mean)². */
export function r2Score(): EpochMetric {
  checkArity('r2Score', arguments.length, 0);
  return ofErrors('r2Score', ([squared = 0, , total = 0, totalSquared = 0, count = 0]) => {
    return 1 - squared / (totalSquared - (total * total) / count);
  });
}

/** F1 over classes, for pixels Dice's coefficient: 2 · hits / (examples + predictions). @throws TypeError, RangeError */
export function f1Score(classes: number, options: ScoreOptions = {}): EpochMetric {
  checkArity('f1Score', arguments.length, 2);
  return ofClasses('f1Score', classes, options, ({ f1 }) => f1);
}

/** Intersection over union, of pixels say: hits / (examples + predictions − hits). @throws TypeError, RangeError */
export function iouScore(classes: number, options: ScoreOptions = {}): EpochMetric {
  checkArity('iouScore', arguments.length, 2);
  return ofClasses('iouScore', classes, options, ({ iou }) => iou);
}

/** Mean of the recalls of all classes that there are examples of. @throws RangeError */
export function balancedAccuracy(classes: number): EpochMetric {
  const op = 'balancedAccuracy';
  checkArity(op, arguments.length, 1);
  checkInteger(op, 'classes', classes, 1);
  return {
    batch: (output, targets) => confusionOf(op, classes, 0, output, targets),
    value(counts) {
      const scores = reportOf(counts, classes).filter(({ support }) => support > 0);
      return ratio(sum(scores.map(({ recall }) => recall)), scores.length);
    },
  };
}

/**
 * Area under the receiver operating characteristic of two classes: how often an example of class 1 has a larger output
 * than one of class 0; equal ones count half. One output for each target, or two, whose difference counts. NaN where one
 * of the classes has no example. Checkpoints within an epoch hold all outputs so far.
 */
export function rocAuc(): EpochMetric {
  checkArity('rocAuc', arguments.length, 0);
  return {
    appends: true,
    batch(output, targets) {
      const { classes, values } = rowsOf('rocAuc', output, targets);
      if (classes > 2) throw wrongKind('rocAuc', 'output', 'one or two for each target', output);
      return Array.from(targets).flatMap((target, i) => {
        checkClass('rocAuc', 'targets', target, 2);
        return [classes === 2 ? values[2 * i + 1]! - values[2 * i]! : values[i]!, target];
      });
    },
    value: areaUnderCurve,
  };
}

/** From pairs of an output and its class: (rank sum of class 1 − n₁(n₁ + 1)/2) / (n₀ n₁), equal outputs of mean rank. */
function areaUnderCurve(numbers: readonly number[]): number {
  const pairs = Array.from({ length: numbers.length / 2 }, (_, i) =>
    numbers.slice(2 * i, 2 * i + 2),
  );
  pairs.sort(([a], [b]) => a! - b!);
  let [ranks, ones] = [0, 0];
  for (let begin = 0, end = 0; begin < pairs.length; begin = end) {
    while (end < pairs.length && pairs[end]![0] === pairs[begin]![0]) end++;
    // NaN equals nothing, itself included.
    end = Math.max(end, begin + 1);
    const equal = sum(pairs.slice(begin, end).map(([, target]) => target!));
    ranks += (equal * (begin + 1 + end)) / 2;
    ones += equal;
  }
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (pairs.length - ones));
}

/** A metric of [Σ(y − t)², Σ|y − t|, Σt, Σt², number of elements]. */
function ofErrors(op: string, value: (sums: readonly number[]) => number): EpochMetric {
  return {
    batch(output, targets) {
      checkTensor(op, 'output', output);
      if (output.size !== targets.length) throw wrongRows(op, output, targets);
      const sums = [0, 0, 0, 0, targets.length];
      const values = output.view();
      for (let i = 0; i < targets.length; i++) {
        const [target, error] = [targets[i]!, values[i]! - targets[i]!];
        sums[0]! += error * error;
        sums[1]! += Math.abs(error);
        sums[2]! += target;
        sums[3]! += target * target;
      }
      return sums;
    },
    value,
  };
}

/** A metric of a confusion matrix. */
function ofClasses(
  op: string,
  classes: number,
  options: ScoreOptions,
  score: (of: ClassScore) => number,
): EpochMetric {
  checkInteger(op, 'classes', classes, 1);
  checkOptions(op, options, ['average', 'threshold']);
  const { average = 'macro', threshold = 0 } = options;
  checkNumber(op, 'threshold', threshold);
  if (typeof average === 'number') checkClass(op, 'average', average, classes);
  else if (average !== 'macro' && average !== 'weighted') {
    throw wrongKind(op, 'average', '"macro", "weighted" or a class', average);
  }
  return {
    batch: (output, targets) => confusionOf(op, classes, threshold, output, targets),
    value(counts) {
      const scores = reportOf(counts, classes);
      if (typeof average === 'number') return score(scores[average]!);
      const isSeen = (c: number) =>
        scores[c]!.support > 0 || scores.some((_, row) => counts[row * classes + c]! > 0);
      const weights = scores.map(({ support }, c) =>
        average === 'weighted' ? support : Number(isSeen(c)),
      );
      return ratio(sum(scores.map((each, c) => score(each) * weights[c]!)), sum(weights));
    },
  };
}

function reportOf(counts: readonly number[], classes: number): ClassScore[] {
  return classReport(
    Array.from({ length: classes }, (_, c) => counts.slice(c * classes, (c + 1) * classes)),
  );
}

/** The confusion matrix of a batch, row after row. @throws ShapeError, RangeError */
function confusionOf(
  op: string,
  classes: number,
  threshold: number,
  output: Tensor,
  targets: MetricTargets,
): Float64Array {
  const rows = rowsOf(op, output, targets);
  const isBinary = rows.classes === 1;
  const predicted = isBinary ? rows.values : argmaxRows(output);
  const counts = new Float64Array(classes * classes);
  targets.forEach((target, i) => {
    if (target === IGNORED) return;
    const prediction = isBinary ? Number(predicted[i]! > threshold) : predicted[i]!;
    checkClass(op, 'targets', target, classes);
    checkClass(op, 'output', prediction, classes);
    counts[target * classes + prediction]!++;
  });
  return counts;
}

/** Outputs as one row for each target. @throws TypeError, ShapeError */
function rowsOf(op: string, output: Tensor, targets: MetricTargets) {
  checkTensor(op, 'output', output);
  const classes = output.size === targets.length ? 1 : (output.shape.at(-1) ?? 1);
  if (output.size !== classes * targets.length) throw wrongRows(op, output, targets);
  return { classes, values: output.view() };
}

function wrongRows(op: string, output: Tensor, targets: MetricTargets): ShapeError {
  return new ShapeError(
    `${op}: output: expected one value or row for each of ${targets.length} targets, got ${output.toString()}`,
  );
}
