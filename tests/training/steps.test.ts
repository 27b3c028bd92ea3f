// What belongs to a step of fit beside the update: several batches, weights of classes, validation in between, the best.
import { describe, expect, test } from 'vitest';
import {
  balancedAccuracy,
  checkpoint,
  clipGradNorm,
  clipGradValue,
  crossEntropy,
  f1Score,
  fit,
  type FitOptions,
  keepBest,
  Linear,
  Flatten,
  manualSeed,
  mse,
  progress,
  type Progress,
  rocAuc,
  Sequential,
  SGD,
  type Tensor,
  weightsSha256,
} from '../../src/index.js';
import { bars, flipped, network } from './problem.js';

const data = bars(50);
const plain = () => new Sequential(new Flatten(), new Linear(36, 2));

async function train(model: Sequential, options: Partial<FitOptions>) {
  return fit(model, data, {
    optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
    epochs: 3,
    batchSize: 8,
    ...options,
  });
}

async function weightsAfter(make: () => Sequential, options: Partial<FitOptions>) {
  manualSeed(4);
  using model = make();
  const history = await train(model, options);
  return { history, weights: model.parameters().flatMap((value) => [...value.data()]) };
}

function expectClose(got: number[], expected: number[]) {
  got.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
}

describe('accumulate', () => {
  test('makes the steps of larger batches, to rounding, the last one of what is left', async () => {
    const whole = await weightsAfter(plain, { batchSize: 16 });
    for (const accumulate of [2, 4]) {
      const parts = await weightsAfter(plain, { batchSize: 16 / accumulate, accumulate });
      expectClose(parts.weights, whole.weights);
      expect(parts.history[2]!.loss).toBeCloseTo(whole.history[2]!.loss, 5);
    }
  });

  test('counts steps, not batches', async () => {
    const seen: Progress[] = [];
    const callbacks = [progress((report) => seen.push(report), { intervalMs: 0 })];
    await weightsAfter(plain, { accumulate: 3, epochs: 1, callbacks });
    expect(seen.map(({ step, steps }) => [step, steps])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    // The loss of a step, and its mean so far.
    expect(seen[0]!.loss).toBeCloseTo(seen[0]!.means['loss']!, 10);
    expect(seen[2]!.loss).not.toBeCloseTo(seen[2]!.means['loss']!, 5);
  });
});

test('a run with all of it goes on from every step with the same bits', async () => {
  const options = (): Partial<FitOptions> => ({
    accumulate: 2,
    clipNorm: 0.3,
    classWeights: 'balanced',
    validation: bars(20, 3),
    validateEvery: 2,
    metrics: { f1: f1Score(2), balanced: balancedAccuracy(2), auc: rocAuc() },
  });
  const run = async (more: Partial<FitOptions>, callbacks: FitOptions['callbacks'] = []) => {
    using model = network();
    const best = keepBest({ monitor: 'validationF1' });
    const history = await fit(model, flipped(data), {
      optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
      ...{ epochs: 3, batchSize: 8, callbacks: [best, ...callbacks], ...options(), ...more },
    });
    const timeless = history.map(({ seconds: _, samplesPerSecond: __, ...rest }) => rest);
    return { weights: await weightsSha256(model), timeless };
  };
  const saved: Uint8Array[] = [];
  const saving = checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 });
  manualSeed(2);
  const whole = await run({ seed: 1 }, [saving]);
  expect(saved).toHaveLength(3 * 4);
  for (const resume of saved) expect(await run({ seed: 1, resume })).toEqual(whole);
  const message = 'checkpoint: accumulate: the run was started with 2, it cannot go on with';
  await expect(run({ seed: 1, resume: saved[0]!, accumulate: 1 })).rejects.toThrow(
    /checkpoint: (means|step|accumulate)/,
  );
  await expect(run({ seed: 1, resume: saved[0]!, accumulate: 3 })).rejects.toThrow(message);
});

test('the best weights are put back at the end', async () => {
  manualSeed(4);
  using model = plain();
  const seen = new Map<number, number[]>();
  const history = await train(model, {
    epochs: 6,
    optimizer: new SGD(model.parameters(), { lr: 2 }),
    validation: bars(20, 9),
    callbacks: [
      keepBest(),
      {
        onEpochEnd: (_run, { epoch }) =>
          void seen.set(
            epoch,
            model.parameters().flatMap((value) => [...value.data()]),
          ),
      },
    ],
  });
  const losses = history.map((epoch) => epoch['validationLoss']!);
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(model.parameters().flatMap((value) => [...value.data()])).toEqual(seen.get(best));
});

test('validation between steps is told to callbacks, and changes nothing', async () => {
  const seen: [number, string[]][] = [];
  const options = { validation: bars(20, 3), epochs: 2 };
  const before = await weightsAfter(network, options);
  const after = await weightsAfter(network, {
    ...options,
    validateEvery: 3,
    callbacks: [
      { onValidation: (run, measures) => void seen.push([run.stepsDone, Object.keys(measures)]) },
    ],
  });
  expect(after.weights).toEqual(before.weights);
  expect(seen.map(([step]) => step)).toEqual([3, 6, 9, 12]);
  expect(seen[0]![1]).toEqual(['loss', 'accuracy']);
});

test('gradients are clipped as by hand, in checkpoints too', async () => {
  const by = async (
    change: Partial<FitOptions>,
    step: (model: Sequential) => void = () => undefined,
  ) => {
    manualSeed(4);
    using model = plain();
    const optimizer = new SGD(model.parameters(), { lr: 0.5 });
    const update = optimizer.step.bind(optimizer);
    optimizer.step = () => (step(model), update());
    await train(model, { optimizer, ...change });
    return model.parameters().flatMap((value) => [...value.data()]);
  };
  const byHand = await by({}, (model) => {
    clipGradValue(model.parameters(), 0.05);
    clipGradNorm(model.parameters(), 0.1);
  });
  expect(await by({ clipNorm: 0.1, clipValue: 0.05 })).toEqual(byHand);
  expect(await by({ clipNorm: 0.1 })).not.toEqual(byHand);
});

describe('classWeights', () => {
  test('are those of the loss, in training alone', async () => {
    const weight = [3, 0.5];
    const loss = (output: Tensor, labels: Tensor) => crossEntropy(output, labels, { weight });
    const own = await weightsAfter(plain, { loss });
    const told = await weightsAfter(plain, { classWeights: weight, validation: data });
    expect(told.weights).toEqual(own.weights);
    expect(told.history[2]!.loss).toBe(own.history[2]!.loss);
    const balanced = await weightsAfter(plain, { classWeights: 'balanced' });
    const counts = [0, 1].map((c) => data.labels.filter((label) => label === c).length);
    const classWeights = counts.map((count) => 50 / (2 * count));
    expect(balanced.weights).toEqual((await weightsAfter(plain, { classWeights })).weights);
  });

  test.each<[Partial<FitOptions>, string]>([
    [{ classWeights: [1] }, 'classWeights: expected shape [2], got [1]'],
    [{ classWeights: [1, -1] }, 'classWeights: expected a number in [0, Infinity], got -1'],
    [
      { classWeights: [1, 1], loss: mse },
      'classWeights: expected crossEntropy as the loss beside them, got a function',
    ],
    [{ clipNorm: -1 }, 'clipNorm: expected a number in [0, Infinity], got -1'],
    [{ accumulate: 0 }, 'accumulate: expected an integer of at least 1, got 0'],
    [{ validateEvery: 0.5 }, 'validateEvery: expected an integer of at least 1, got 0.5'],
  ])('%j: a sentence', async (options, message) => {
    using model = plain();
    await expect(train(model, options)).rejects.toThrow(`fit: ${message}`);
  });
});
