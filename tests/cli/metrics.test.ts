import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostConfidentMistakes } from '../../src/cli/metrics.js';
import { classReport, confusionMatrix } from '../../src/training/index.js';

describe('confusionMatrix', () => {
  it('counts truth in rows and prediction in columns', () => {
    const labels = Int32Array.of(0, 0, 1, 2, 2, 2);
    const predictions = Int32Array.of(0, 1, 1, 2, 0, 2);
    expect(confusionMatrix(labels, predictions, 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 2],
    ]);
  });

  it('keeps classes that never occur, and takes no data at all', () => {
    expect(confusionMatrix([], [], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it.each([
    [[0, 1], [0], 2, 'confusionMatrix: predictions: expected 2 (as many as labels), got 1'],
    [[2], [0], 2, 'confusionMatrix: labels: expected a class in [0, 2), got 2'],
    [[0], [-1], 2, 'confusionMatrix: predictions: expected a class in [0, 2), got -1'],
    [[0.5], [0], 2, 'confusionMatrix: labels: expected a class in [0, 2), got 0.5'],
    [[], [], 0, 'confusionMatrix: classes: expected an integer of at least 1, got 0'],
  ])('refuses %j, %j with %i classes', (labels, predictions, classes, message) => {
    expect(() => confusionMatrix(labels, predictions, classes)).toThrow(new RangeError(message));
  });
});

describe('classReport', () => {
  it('gives the textbook numbers', () => {
    const [first, second] = classReport([
      [8, 2],
      [4, 6],
    ]);
    expect(first).toEqual({
      precision: 8 / 12,
      recall: 0.8,
      f1: 16 / 22,
      iou: 8 / 14,
      support: 10,
    });
    expect(second).toEqual({ precision: 0.75, recall: 0.6, f1: 12 / 18, iou: 0.5, support: 10 });
  });

  it('defines 0/0 as 0: never predicted, never there, neither', () => {
    expect(
      classReport([
        [0, 3],
        [0, 2],
      ])[0],
    ).toEqual({ precision: 0, recall: 0, f1: 0, iou: 0, support: 3 });
    expect(
      classReport([
        [0, 0],
        [3, 2],
      ])[0],
    ).toEqual({ precision: 0, recall: 0, f1: 0, iou: 0, support: 0 });
    expect(classReport([[0]])).toEqual([{ precision: 0, recall: 0, f1: 0, iou: 0, support: 0 }]);
  });

  it('has supports that add up and an F1 that is the harmonic mean', () => {
    const example = fc.tuple(fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(example, { minLength: 1 }), (examples) => {
        const [labels, predictions] = [examples.map((e) => e[0]), examples.map((e) => e[1])];
        const scores = classReport(confusionMatrix(labels, predictions, 4));
        expect(scores.reduce((sum, score) => sum + score.support, 0)).toBe(examples.length);
        for (const { precision: p, recall: r, f1 } of scores) {
          expect(f1).toBeCloseTo(p + r === 0 ? 0 : (2 * p * r) / (p + r), 12);
        }
      }),
    );
  });
});

describe('mostConfidentMistakes', () => {
  const labels = [1, 2, 3, 4, 5];
  const predictions = [1, 0, 0, 0, 0];

  it('returns the surest first, leaves out what is right, and stops at n', () => {
    const mistakes = mostConfidentMistakes(labels, predictions, [1, 0.2, 0.9, 0.5, 0.7], 3);
    expect(mistakes.map((mistake) => mistake.index)).toEqual([2, 4, 3]);
    expect(mistakes[0]).toEqual({ index: 2, truth: 3, prediction: 0, confidence: 0.9 });
  });

  it('keeps the order of ties and puts NaN last', () => {
    const mistakes = mostConfidentMistakes(labels, predictions, [1, NaN, 0.5, 0.5, 0], 9);
    expect(mistakes.map((mistake) => mistake.index)).toEqual([2, 3, 4, 1]);
  });

  it('refuses lengths that differ', () => {
    expect(() => mostConfidentMistakes(labels, predictions, [1], 3)).toThrow(
      'mostConfidentMistakes: confidences: expected 5 (as many as labels), got 1',
    );
  });
});
