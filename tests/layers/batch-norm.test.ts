// A net with running statistics: trained, resumed, saved.
import { expect, test } from 'vitest';
import {
  BatchNorm1d,
  BatchNorm2d,
  checkpoint,
  Conv2d,
  evaluate,
  fit,
  Flatten,
  type FitOptions,
  Linear,
  loadModel,
  manualSeed,
  ReLU,
  saveModel,
  Sequential,
  SGD,
  summary,
  ones,
  scope,
  tensor,
  weightsSha256,
} from '../../src/index.js';
import { bars } from '../training/problem.js';

const network = () =>
  new Sequential(
    new Conv2d(1, 4, 3, { bias: false }),
    new BatchNorm2d(4),
    new ReLU(),
    new Flatten(),
    new Linear(64, 8, { bias: false }),
    new BatchNorm1d(8, { momentum: 0.3 }),
    new ReLU(),
    new Linear(8, 2),
  );

const train = (model: Sequential, options: Partial<FitOptions> = {}) =>
  fit(model, bars(120), {
    optimizer: new SGD(model.parameters(), { lr: 0.1 }),
    epochs: 4,
    batchSize: 16,
    ...options,
  });

test('learns, and is as good in evaluation, by its running statistics', async () => {
  manualSeed(1);
  using model = network();
  const history = await train(model, { epochs: 15 });
  expect(history.at(-1)!.loss).toBeLessThan(0.15);
  expect((await evaluate(model, bars(60, 7)))['accuracy']).toBeGreaterThan(0.9);
});

test('goes on from a checkpoint of any step with the same bits, and from its files', async () => {
  manualSeed(2);
  using whole = network();
  const saved: Uint8Array[] = [];
  const saving = checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 7 });
  await train(whole, { callbacks: [saving] });
  const after = await weightsSha256(whole);
  for (const resume of saved) {
    using other = network();
    await train(other, { resume });
    expect(await weightsSha256(other)).toBe(after);
  }
  const { model } = loadModel(saveModel(whole));
  expect(await weightsSha256(model)).toBe(after);
  model.dispose();
});

test('has PyTorch’s names, and statistics that evaluation and summary leave alone', async () => {
  using model = network();
  expect(model.layers[1]!.namedParameters().map(([name]) => name)).toEqual(['weight', 'bias']);
  expect(model.namedBuffers().map(([name]) => name)).toEqual([
    ...['1.runningMean', '1.runningVar', '5.runningMean', '5.runningVar'],
  ]);
  const before = model.stateDict();
  summary(model, [6, 6, 1]);
  scope(() => model.predict(ones([1, 6, 6, 1])));
  await evaluate(model, bars(10));
  expect(model.stateDict()).toEqual(before);
});

test('without momentum, running statistics are the mean of all so far', () => {
  scope(() => {
    const layer = new BatchNorm2d(1, { momentum: null });
    const batches = [1, 4, 7].map((value) => tensor([value - 1, value + 1], [2, 1, 1, 1]));
    for (const batch of batches) layer.forward(batch);
    expect(layer.namedBuffers().map(([name, { shape }]) => [name, shape])).toEqual([
      ['runningMean', [1]],
      ['runningVar', [1]],
      ['numBatchesTracked', []],
    ]);
    expect(layer.numBatchesTracked!.item()).toBe(3);
    expect(layer.runningMean!.item()).toBeCloseTo(4, 5);
    expect(layer.runningVar!.item()).toBeCloseTo(2, 5);
    layer.eval().forward(batches[0]!);
    expect(layer.numBatchesTracked!.item()).toBe(3);
    layer.dispose();
  });
});

test('without running statistics, those of the batch count in evaluation too', () => {
  scope(() => {
    using layer = new BatchNorm1d(1, { trackRunningStats: false, affine: false, eps: 0 });
    expect(layer.namedBuffers()).toEqual([]);
    const y = layer.eval().forward(tensor([1, 3], [2, 1]));
    expect([...y.data()]).toEqual([-1, 1]);
  });
});

test('errors', () => {
  expect(() => new BatchNorm2d(0)).toThrow(
    new RangeError('BatchNorm2d: numFeatures: expected an integer of at least 1, got 0'),
  );
  expect(() => new BatchNorm1d(1, { epsilon: 1 } as never)).toThrow(
    'BatchNorm1d: options: expected eps, momentum, affine, trackRunningStats, got epsilon, which is eps here',
  );
  using layer = new BatchNorm1d(2);
  scope(() =>
    expect(() => layer.forward(ones([1, 2, 2, 2]))).toThrow(
      'BatchNorm1d: input: expected 2 or 3 axes, got 4 (shape [1,2,2,2])',
    ),
  );
  using pictures = new BatchNorm2d(2);
  scope(() =>
    expect(() => pictures.forward(ones([3, 2]))).toThrow(
      'BatchNorm2d: input: expected 4 axes, got 2 (shape [3,2])',
    ),
  );
});
