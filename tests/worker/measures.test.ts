// Losses, metrics and what else belongs to a step, told to a worker by name.
import { describe, expect, test } from 'vitest';
import {
  accuracy,
  Dataset,
  f1Score,
  fit,
  keepBest,
  layerFromConfig,
  manualSeed,
  mse,
  r2Score,
  SGD,
  tensor,
} from '../../src/index.js';
import { lossNamed, metricsNamed } from '../../src/worker/measures.js';
import { bars, network, openWorker } from './support.js';

const optimizer = { name: 'SGD', lr: 0.1, momentum: 0.9 } as const;

describe('worker.fit', () => {
  test('trains as fit does, with all that a step has', async () => {
    const { worker } = await openWorker();
    const [data, validation] = [bars(40), bars(20, 3)];
    const options = {
      ...{ epochs: 3, batchSize: 8, seed: 2, accumulate: 2, clipNorm: 0.5, clipValue: 0.2 },
      ...{ classWeights: 'balanced' as const, validateEvery: 2, validation },
    };
    manualSeed(1);
    using model = network();
    const expected = await fit(model, data, {
      ...options,
      optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
      metrics: { f1: f1Score(2, { average: 'weighted' }), accuracy },
      callbacks: [keepBest({ monitor: 'validationF1' })],
    });
    const validations: number[] = [];
    const history = await worker.fit(data, {
      ...options,
      optimizer,
      metrics: {
        f1: { name: 'f1Score', classes: 2, average: 'weighted' },
        accuracy: { name: 'accuracy' },
      },
      keepBest: { monitor: 'validationF1' },
      onValidation: ({ stepsDone }) => void validations.push(stepsDone),
    });
    const timeless = (records: typeof history) =>
      records.map(({ seconds: _, samplesPerSecond: __, ...rest }) => rest);
    expect(timeless(history)).toEqual(timeless(expected));
    // Three steps an epoch: 2, 4, 8 are within one; 6 ends the second.
    expect(validations).toEqual([2, 4, 8]);
    const input = validation.raw(0) as Float32Array;
    const { data: outputs } = await worker.predict(input, [1, 6, 6, 1]);
    const x = tensor(input, [1, 6, 6, 1]);
    expect(outputs).toEqual(model.predict(x).data());
    await worker.terminate();
  });

  test('learns numbers', async () => {
    const inputs = Float32Array.from({ length: 60 }, (_, i) => ((i * 7) % 11) / 11);
    const data = new Dataset({ inputs, inputShape: [2], targets: inputs.slice(0, 30) });
    const config = { type: 'Linear', inFeatures: 2, outFeatures: 1 };
    const { worker } = await openWorker(config);
    manualSeed(1);
    using model = layerFromConfig(config);
    const options = { epochs: 2, batchSize: 8, seed: 2 };
    const expected = await fit(model, data, {
      ...options,
      optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
      loss: mse,
      metrics: { r2: r2Score() },
    });
    const metrics = { r2: { name: 'r2Score' } };
    const history = await worker.fit(data, { ...options, optimizer, loss: 'mse', metrics });
    expect(history.map(({ loss, r2 }) => [loss, r2])).toEqual(
      expected.map(({ loss, r2 }) => [loss, r2]),
    );
    await worker.terminate();
  });

  test.each<[object, string]>([
    [{ loss: mse }, 'fit: loss: expected a name, got a function'],
    [
      { loss: 'mae' },
      'fit: loss: expected a name out of crossEntropy, mse, l1, smoothL1, huber, bceWithLogits, got "mae"',
    ],
    [{ metrics: { f1: 'f1Score' } }, 'metrics: f1: expected an object with a name, got "f1Score"'],
    [{ metrics: { f1: { name: 'f1' } } }, 'fit: metrics: f1: expected a name out of accuracy, '],
    [{ metrics: { f1: { name: 'f1Score' } } }, 'f1Score: classes: expected an integer'],
    [{ clipNorm: -1 }, 'fit: clipNorm: expected a number in [0, Infinity], got -1'],
  ])('%j: a sentence', async (options, message) => {
    const { worker } = await openWorker();
    const all = { optimizer, epochs: 1, ...options } as never;
    await expect(worker.fit(bars(8), all)).rejects.toThrow(message);
    await worker.terminate();
  });
});

test('losses and metrics of the script are found by their names', () => {
  const [loss, metric] = [() => mse(null as never, null as never), () => 1];
  const own = { losses: { mine: loss }, metrics: { mine: metric } };
  expect(lossNamed('mine', own)).toBe(loss);
  expect(metricsNamed({ a: { name: 'mine' } }, own)).toEqual({ a: metric });
  expect(() => lossNamed('yours', own)).toThrow('bceWithLogits, mine, got "yours"');
});
