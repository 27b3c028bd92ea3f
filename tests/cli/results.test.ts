import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { meanSpeed, shownEpoch, softmax, testModel } from '../../src/cli/results.js';
import { Dataset, Flatten, init, Sequential } from '../../src/index.js';

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

describe('softmax', () => {
  it('gives probabilities, whatever the size of the logits', () => {
    expect([...softmax([0, Math.log(3)])]).toEqual([expect.closeTo(0.25), expect.closeTo(0.75)]);
    expect([...softmax([1000, -1000])]).toEqual([1, 0]);
  });
});

describe('testModel', () => {
  it('counts what a model says', async () => {
    // The identity: inputs are the logits.
    const test = new Dataset({
      inputs: Float32Array.of(2, 0, 0, 3, 0, 1, 1000, 0),
      inputShape: [2, 1],
      labels: [0, 1, 0, 1],
      classNames: ['a', 'b'],
    });
    const result = await testModel(new Sequential(new Flatten()), test);
    expect([...result.predictions]).toEqual([0, 1, 1, 0]);
    expect(result.confusion).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(result.accuracy).toBe(0.5);
    expect(result.confidences[0]).toBeCloseTo(Math.exp(2) / (1 + Math.exp(2)), 6);
    expect(result.perClass[0]).toMatchObject({ precision: 0.5, recall: 0.5, support: 2 });
    expect(Number.isFinite(result.loss)).toBe(true);
  });
});

describe('testModel: models of others', () => {
  it('refuses one that does not put out a number for each class', async () => {
    const three = {
      inputs: Float32Array.of(1, 2, 3),
      inputShape: [3, 1],
      labels: [1],
      classNames: ['a', 'b'],
    };
    await expect(testModel(new Sequential(new Flatten()), new Dataset(three))).rejects.toEqual(
      new InputError('expected a model that puts out [2], a number for each class, got [3]'),
    );
  });
});

const epoch = { epoch: 1, seconds: 2, samplesPerSecond: 1000, loss: 0.5, accuracy: 0.9 };

describe('epochs', () => {
  it('have one speed: all samples over all seconds', () => {
    // 100 samples in 0.1 s, then 100 in 0.3 s: 200 in 0.4 s.
    const speeds = [1000, 1000 / 3].map((samplesPerSecond) => ({ ...epoch, samplesPerSecond }));
    expect(meanSpeed(speeds)).toBeCloseTo(500, 9);
    // Resumed after the last step of an epoch: nothing is known of its speed.
    expect(meanSpeed([...speeds, { ...epoch, samplesPerSecond: 0 }])).toBeCloseTo(500, 9);
    expect(meanSpeed([{ ...epoch, samplesPerSecond: 0 }])).toBe(0);
  });

  it('are shown with and without a validation', () => {
    const shown = { epoch: 1, loss: 0.5, accuracy: 0.9, seconds: 2, samplesPerSecond: 1000 };
    expect(shownEpoch(epoch)).toEqual(shown);
    const validation = { validationLoss: 0.6, validationAccuracy: 0.8 };
    expect(shownEpoch({ ...epoch, ...validation })).toEqual({ ...shown, ...validation });
  });
});
