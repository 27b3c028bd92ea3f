import { describe, expect, test } from 'vitest';
import {
  Adam,
  AvgPool2d,
  Conv2d,
  crossEntropy,
  evaluate,
  fit,
  Flatten,
  Linear,
  manualSeed,
  type Module,
  predict,
  Sequential,
  SGD,
  type Tensor,
  tensor,
  weightsSha256,
} from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import type { Callback } from '../../src/training/types.js';
import { ResidualBlock } from '../support/resnet18.js';
import { bars, counted, network } from './problem.js';

async function train(seed: number, options: { epochs?: number; callbacks?: Callback[] } = {}) {
  manualSeed(seed);
  const model = network();
  const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const history = await fit(model, bars(200), { optimizer, epochs: 3, batchSize: 16, ...options });
  return { model, history };
}

describe('fit', () => {
  test('learns a simple task and reports every epoch', async () => {
    const { model, history } = await train(1, { epochs: 12 });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 3);
    const unseen = await evaluate(model, bars(200, 2));
    expect(unseen['accuracy']).toBeGreaterThan(0.95);
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const digests = [];
    for (const seed of [5, 5, 6]) digests.push(await weightsSha256((await train(seed)).model));
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).not.toBe(digests[2]);
  });

  test('augments by a seed and the step alone, whatever the model draws', async () => {
    const draws: number[][] = [];
    for (const model of [network(), new Sequential(new Flatten(), new Linear(36, 2))]) {
      const drawn: number[] = [];
      const data = bars(20).map((_, random) => void drawn.push(random.uint32()));
      const optimizer = new SGD(model.parameters(), { lr: 0.1 });
      await fit(model, data, { optimizer, epochs: 1, batchSize: 4, seed: 3 });
      draws.push(drawn);
    }
    expect(new Set(draws[0]).size).toBe(20);
    expect(draws[0]).toEqual(draws[1]);
  });

  test('measures the validation data after every epoch in evaluation mode', async () => {
    const model = network();
    const optimizer = new Adam(model.parameters());
    const validation = bars(64, 3);
    const history = await fit(model, bars(64), { optimizer, epochs: 2, validation });
    const again = await evaluate(model, validation, { batchSize: 32 });
    expect(history[1]).toMatchObject({
      validationLoss: again.loss,
      validationAccuracy: again['accuracy'],
    });
    expect(model.training).toBe(false);
  });

  test('calls the callbacks in order and waits for them', async () => {
    const calls: string[] = [];
    const later = async (name: string) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      calls.push(name);
    };
    const callback: Callback = {
      onTrainBegin: () => later('begin'),
      onBatchEnd: (run) => later(`step ${run.stepsDone}`),
      onEpochEnd: (_, epoch) => later(`epoch ${epoch.epoch}`),
      onTrainEnd: () => later('end'),
    };
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    await fit(model, bars(20), { optimizer, epochs: 2, batchSize: 10, callbacks: [callback] });
    expect(calls).toEqual([
      'begin',
      'step 1',
      'step 2',
      'epoch 1',
      'step 3',
      'step 4',
      'epoch 2',
      'end',
    ]);
  });

  test('stops after the running epoch on request, and after the running step on abort', async () => {
    const stopped = await train(1, { callbacks: [{ onBatchEnd: (run) => run.stop() }] });
    expect(stopped.history).toHaveLength(1);

    const controller = new AbortController();
    let steps = 0;
    const callbacks = [
      { onBatchEnd: () => void (++steps === 4 && controller.abort(new Error('enough'))) },
    ];
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const options = { optimizer, epochs: 3, batchSize: 16, callbacks, signal: controller.signal };
    await expect(fit(model, bars(200), options)).rejects.toThrow('enough');
    expect(steps).toBe(4);
  });

  test('stops after the running validation batch on abort, and ends no epoch', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: (number | string)[] = [];
    const validation = counted(bars(64, 2), (count) => {
      seen.push(count);
      if (count === 6) controller.abort(reason);
    });
    const callbacks = [
      {
        onEpochEnd: () => void seen.push('epoch'),
        onTrainEnd: () => void seen.push('end'),
      },
    ];
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const { signal } = controller;
    const options = { optimizer, epochs: 3, batchSize: 16, validation, callbacks, signal };
    await expect(fit(model, bars(32), options)).rejects.toBe(reason);
    expect(seen).toEqual([1, 2, 3, 4, 'epoch', 5, 6, 'end']);
    expect(model.training).toBe(false);
  });

  test('passes on what goes wrong in validation', async () => {
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const { signal } = new AbortController();
    const validation = counted(bars(8), () => {
      throw new Error('broken');
    });
    const attempt = fit(model, bars(8), { optimizer, epochs: 1, validation, signal });
    await expect(attempt).rejects.toThrow('broken');
  });

  test('lets the event loop run between epochs that are short', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('in time')), 1);
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    const options = { optimizer, epochs: 100_000, signal: controller.signal };
    await expect(fit(model, bars(32), options)).rejects.toThrow('in time');
  });

  test('follows a schedule', async () => {
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 1 });
    const rates: number[] = [];
    await fit(model, bars(20), {
      optimizer,
      epochs: 2,
      batchSize: 10,
      schedule: (step, steps) => 0.1 * (1 - step / steps),
      callbacks: [{ onBatchEnd: () => void rates.push(optimizer.lr) }],
    });
    expect(rates).toEqual([0.1, 0.1 * 0.75, 0.05, 0.1 * 0.25]);
  });

  test('accepts any object with forward and parameters', async () => {
    const weight = tensor(new Float32Array(72), [36, 2], { requiresGrad: true });
    const { linear, flatten } = await import('../../src/index.js');
    const model = {
      forward: (x: Tensor) => linear(flatten(x), weight),
      parameters: () => [weight],
    };
    const loss = (output: Tensor, labels: Tensor) => crossEntropy(output, labels);
    const history = await fit(model, bars(40), {
      optimizer: new SGD([weight], { lr: 0.1 }),
      epochs: 1,
      loss,
    });
    expect(history[0]!.loss).toBeLessThan(1);
    expect(weight.data().some((value) => value !== 0)).toBe(true);
  });

  test.each([
    [{ epochs: 0 }, 'fit: epochs: expected an integer of at least 1, got 0'],
    [{ epochs: 1, batchSize: 1.5 }, 'fit: batchSize: expected an integer of at least 1, got 1.5'],
    [{ epochs: 1, batchSize: 64, dropLast: true }, 'fit: dropLast: 20 samples make no batch of 64'],
  ])('rejects %o', async (options, message) => {
    const model = network();
    const optimizer = new SGD(model.parameters(), { lr: 0.1 });
    await expect(fit(model, bars(20), { optimizer, ...options })).rejects.toThrow(message);
  });
});

test('predict gives the outputs of the whole data set in order', async () => {
  const model = network();
  const data = bars(50);
  const whole = await predict(model, data, { batchSize: 50 });
  const parts = await predict(model, data, { batchSize: 7 });
  expect(whole.shape).toEqual([50, 2]);
  expect(parts).toEqual(whole);
});

test('a thousand steps need no more memory than the first', async () => {
  const { heap } = runtime();
  const model = network();
  const optimizer = new Adam(model.parameters());
  const sizes: [bytes: number, inUse: number, blocks: number][] = [];
  const onBatchEnd = () => void sizes.push([heap.bytes, heap.bytesInUse, heap.blocksInUse]);
  await fit(model, bars(100), {
    optimizer,
    epochs: 200,
    batchSize: 20,
    callbacks: [{ onBatchEnd }],
  });
  expect(sizes).toHaveLength(1000);
  for (const size of sizes) expect(size).toEqual(sizes[0]);
});

test.each([
  {
    name: 'SGD',
    optimizerOf: (model: Module) => new SGD(model.parameters(), { lr: 0.01, momentum: 0.9 }),
  },
  { name: 'Adam', optimizerOf: (model: Module) => new Adam(model.parameters()) },
])(
  'a residual network, trained by $name and measured, allocates nothing after its first epoch',
  async ({ optimizerOf }) => {
    const { heap } = runtime();
    const model = new Sequential(
      new Conv2d(1, 4, 3, { padding: 1 }),
      ...[new ResidualBlock(4, 4), new ResidualBlock(4, 8, 2)],
      ...[new AvgPool2d(3), new Flatten(), new Linear(8, 2)],
    );
    const sizes: [bytes: number, inUse: number, blocks: number][] = [];
    const onEpochEnd = () => void sizes.push([heap.bytes, heap.bytesInUse, heap.blocksInUse]);
    await fit(model, bars(40), {
      optimizer: optimizerOf(model),
      epochs: 20,
      batchSize: 20,
      validation: bars(40, 2),
      callbacks: [{ onEpochEnd }],
    });
    expect(sizes).toHaveLength(20);
    for (const size of sizes) expect(size).toEqual(sizes[0]);
  },
);

describe('a signal', () => {
  const operations = { evaluate, predict };
  test.each(['evaluate', 'predict'] as const)('ends %s after the running batch', async (name) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let batches = 0;
    const data = counted(bars(40), (count) => {
      batches = count;
      if (count === 2) controller.abort(reason);
    });
    const { signal } = controller;
    const run = () => operations[name](network(), data, { batchSize: 8, signal });
    await expect(run()).rejects.toBe(reason);
    expect(batches).toBe(2);
    // Aborted before: nothing is asked for.
    await expect(run()).rejects.toBe(reason);
    expect(batches).toBe(2);
  });
});
