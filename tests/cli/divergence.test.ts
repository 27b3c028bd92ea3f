import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { oddWeight, stopAtNaN } from '../../src/cli/divergence.js';
import { formatJson } from '../../src/cli/write-json.js';
import { init, Linear, Sequential, type TrainingRun } from '../../src/index.js';

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

const advice = 'the training diverges: start a new run with a smaller --lr than 0.5';
const record = {
  epoch: 2,
  seconds: 1,
  samplesPerSecond: 5,
  loss: 0.1,
  accuracy: 1,
  validationLoss: 3,
};

/** The end of an epoch with these measures, of a model with one weight of this value. */
function endEpoch(measures: object, weight = 1): void {
  using model = new Sequential(new Linear(1, 1), new Linear(1, 1));
  model.layers[1]!.parameters()[0]!.assign([weight]);
  const run = { options: { model } } as unknown as TrainingRun;
  void stopAtNaN(0.5).onEpochEnd!(run, { ...record, ...measures });
}

describe('stopAtNaN', () => {
  it('lets a run go on whose numbers are finite, whatever its speed', () => {
    endEpoch({});
    endEpoch({ samplesPerSecond: Infinity });
  });

  it.each([NaN, Infinity, -Infinity])(
    'ends a run at %d in a step, a measure or a weight',
    (value) => {
      const run = { means: { loss: value }, epoch: 1, step: 3 } as unknown as TrainingRun;
      expect(() => stopAtNaN(0.5).onBatchEnd!(run)).toThrow(
        new Error(`the loss is ${value} after step 3 of epoch 1: ${advice}`),
      );
      for (const measure of ['loss', 'accuracy', 'validationLoss', 'validationOther']) {
        expect(() => endEpoch({ [measure]: value })).toThrow(
          new Error(`${measure} is ${value} after epoch 2: ${advice}`),
        );
      }
      expect(() => endEpoch({}, value)).toThrow(
        new Error(`a weight is ${value} after epoch 2: ${advice}`),
      );
    },
  );
});

describe('oddWeight', () => {
  it('is undefined where all are finite', () => {
    using model = new Linear(3, 2);
    expect(oddWeight(model)).toBeUndefined();
    model.parameters()[1]!.assign([0, -Infinity]);
    expect(oddWeight(model)).toBe(-Infinity);
  });
});

describe('formatJson', () => {
  it('fails for numbers that would come back as null', () => {
    expect(JSON.parse(formatJson({ a: [1, { b: 2.5 }] }))).toEqual({ a: [1, { b: 2.5 }] });
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(() => formatJson({ scores: { loss: value } })).toThrow(
        `loss: expected a finite number to write as JSON, got ${value}`,
      );
    }
  });
});
