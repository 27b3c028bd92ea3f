// Metrics of a whole epoch: the same however it is cut into batches, which means of batches are not.
import { describe, expect, test } from 'vitest';
import {
  balancedAccuracy,
  Dataset,
  type EpochMetric,
  evaluate,
  f1Score,
  iouScore,
  maeScore,
  Module,
  mse,
  mul,
  r2Score,
  rmseScore,
  rocAuc,
  tensor,
  type Tensor,
  topKAccuracy,
} from '../../src/index.js';
import { Random } from '../../src/random.js';

const random = new Random(5);
const [ROWS, CLASSES] = [60, 4];
const logits = Float32Array.from({ length: ROWS * CLASSES }, () => random.uniform(-1, 1));
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i < 40 ? 0 : random.integer(3)));

/** The metric of rows, given in batches of so many. */
function measured(
  metric: EpochMetric,
  batchSize: number,
  outputs: Float32Array = logits,
  targets: Int32Array | Float32Array = labels,
): number {
  const width = outputs.length / targets.length;
  let numbers: number[] = [];
  for (let begin = 0; begin < targets.length; begin += batchSize) {
    const part = targets.slice(begin, begin + batchSize);
    const rows = outputs.slice(begin * width, (begin + part.length) * width);
    const output = tensor(rows, width === 1 ? [part.length] : [part.length, width]);
    const more = Array.from(metric.batch(output, part));
    output.dispose();
    if (metric.appends) numbers.push(...more);
    else numbers = more.map((value, i) => value + (numbers[i] ?? 0));
  }
  return metric.value(numbers);
}

const row = (i: number) => Array.from(logits.slice(i * CLASSES, (i + 1) * CLASSES));
const predictions = Array.from(labels, (_, i) => row(i).indexOf(Math.max(...row(i))));
const count = (test: (truth: number, prediction: number) => boolean) =>
  labels.filter((truth, i) => test(truth, predictions[i]!)).length;
const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** By class: hits, examples, predictions. */
const classes = Array.from({ length: CLASSES }, (_, c) => ({
  hits: count((truth, prediction) => truth === c && prediction === c),
  examples: count((truth) => truth === c),
  predicted: count((_truth, prediction) => prediction === c),
}));
const f1 = classes.map(({ hits, examples, predicted }) => (2 * hits) / (examples + predicted));
const iou = classes.map(({ hits, examples, predicted }) => hits / (examples + predicted - hits));

/** Column 0 of the logits as scores, and 0 or 1; scores are rounded, so that some are equal. */
const scores = Float32Array.from(labels, (_, i) => Math.round(4 * row(i)[0]!));
const binary = Int32Array.from(labels, (label, i) => Number(label > 0 || i % 7 === 0));
const pairs = [...scores].flatMap((a, i) =>
  [...scores].flatMap((b, j) => {
    if (binary[i] !== 1 || binary[j] !== 0) return [];
    return [a > b ? 1 : a === b ? 0.5 : 0];
  }),
);
const numbers = Float32Array.from(labels, (label, i) => label + (i % 5) / 8 + 1);
const errors = [...scores].map((score, i) => score - numbers[i]!);
const variance = [...numbers].map((value) => (value - mean([...numbers])) ** 2);

test.each<[string, EpochMetric, number, Float32Array?, (Int32Array | Float32Array)?]>([
  ['top 1', topKAccuracy(1), count((truth, prediction) => truth === prediction) / ROWS],
  [
    'top 2',
    topKAccuracy(2),
    mean(
      Array.from(labels, (label, i) => Number(row(i).filter((v) => v > row(i)[label]!).length < 2)),
    ),
  ],
  ['F1, macro', f1Score(CLASSES), mean(f1)],
  [
    'F1, weighted',
    f1Score(CLASSES, { average: 'weighted' }),
    classes.reduce((sum, { examples }, c) => sum + (examples * f1[c]!) / ROWS, 0),
  ],
  ['F1 of a class', f1Score(CLASSES, { average: 1 }), f1[1]!],
  ['IoU, macro', iouScore(CLASSES), mean(iou)],
  ['IoU of a class', iouScore(CLASSES, { average: 0 }), iou[0]!],
  [
    'balanced accuracy',
    balancedAccuracy(CLASSES),
    // There is no example of the last class.
    mean(classes.slice(0, 3).map(({ hits, examples }) => hits / examples)),
  ],
  ['ROC-AUC', rocAuc(), mean(pairs), scores, binary],
  ['MAE', maeScore(), mean(errors.map(Math.abs)), scores, numbers],
  ['RMSE', rmseScore(), Math.sqrt(mean(errors.map((error) => error ** 2))), scores, numbers],
  ['R²', r2Score(), 1 - mean(errors.map((error) => error ** 2)) / mean(variance), scores, numbers],
])('%s', (_, metric, expected, outputs, targets) => {
  for (const batchSize of [ROWS, 7, 1]) {
    expect(measured(metric, batchSize, outputs, targets)).toBeCloseTo(expected, 12);
  }
});

test('outputs for each pixel, of one class or of two; −100 counts for nothing', () => {
  const truth = Int32Array.of(1, 0, 1, -100, 0, 1);
  const outputs = Float32Array.of(2, -1, -3, 9, 4, 0.5);
  expect(measured(iouScore(2, { average: 1 }), 3, outputs, truth)).toBe(2 / 4);
  expect(measured(f1Score(2, { average: 1, threshold: 1 }), 3, outputs, truth)).toBe(2 / 5);
  const two = Float32Array.from([...outputs].flatMap((value) => [0, value]));
  expect(measured(iouScore(2, { average: 1 }), 3, two, truth)).toBe(2 / 4);
  expect(measured(topKAccuracy(1), 3, two, truth)).toBe(3 / 5);
  const flags = Int32Array.of(1, 0, 1);
  const chances = Float32Array.of(0, 3, 0, 1, 1, 2);
  expect(measured(rocAuc(), 2, chances, flags)).toBe(0.75);
  expect(measured(rocAuc(), 2, Float32Array.of(1, 2), Int32Array.of(1, 1))).toBeNaN();
});

describe('evaluate', () => {
  class Double extends Module {
    override forward(x: Tensor): Tensor {
      return mul(x, 2);
    }
  }
  const data = new Dataset({ inputs: scores, inputShape: [1], targets: numbers });

  test('measures over all batches', async () => {
    const metrics = { rmse: rmseScore(), r2: r2Score(), size: () => 3 };
    const whole = await evaluate(new Double(), data, { loss: mse, metrics, batchSize: ROWS });
    const parts = await evaluate(new Double(), data, { loss: mse, metrics, batchSize: 7 });
    expect(Object.keys(whole)).toEqual(['loss', 'rmse', 'r2', 'size']);
    expect(parts['rmse']).toBeCloseTo(whole['rmse']!, 12);
    expect(parts['size']).toBe(3);
    expect(whole['rmse']).toBeCloseTo(Math.sqrt(whole.loss), 5);
  });

  test.each<[object, string]>([
    [{ f1: f1Score(2) }, 'f1Score: targets: expected a class in [0, 2), got '],
    [{ own: { batch: () => 1, value: () => 1 } }, 'metrics: own: expected numbers, got 1'],
    [{ own: { batch: () => 1 } }, 'metrics: own: expected a function, got an object'],
    [{ top: topKAccuracy(1), mae: { ...maeScore(), batch: () => 'x' } }, 'mae: expected numbers'],
  ])('%j: a sentence', async (metrics, message) => {
    const options = { loss: mse, metrics } as never;
    await expect(evaluate(new Double(), data, options)).rejects.toThrow(message);
  });

  test.each<[() => unknown, string]>([
    [() => topKAccuracy(0), 'topKAccuracy: k: expected an integer of at least 1, got 0'],
    [() => f1Score(2, { average: 2 }), 'f1Score: average: expected a class in [0, 2), got 2'],
    [
      () => iouScore(2, { average: 'mean' } as never),
      'iouScore: average: expected "macro", "weighted" or a class, got "mean"',
    ],
    [
      () => measured(maeScore(), 3, logits, labels),
      'maeScore: output: expected one value or row for each of 3 targets, got Tensor',
    ],
    [
      () => measured(rocAuc(), 3, logits, labels),
      'rocAuc: output: expected one or two for each target',
    ],
  ])('%s: a sentence', (call, message) => {
    expect(call).toThrow(message);
  });
});
