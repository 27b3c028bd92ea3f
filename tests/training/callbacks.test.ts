import { describe, expect, test } from 'vitest';
import {
  type Callback,
  checkpoint,
  csvHistory,
  earlyStopping,
  type EarlyStoppingOptions,
  type EpochRecord,
  fit,
  jsonHistory,
  progress,
  type Progress,
  SGD,
  stopAtNaN,
  type TrainingRun,
} from '../../src/index.js';
import { bars, network } from './problem.js';

async function train(callbacks: Callback[], { epochs = 3, lr = 0.05 } = {}) {
  const model = network();
  const optimizer = new SGD(model.parameters(), { lr });
  return fit(model, bars(40), { optimizer, epochs, batchSize: 8, callbacks });
}

test('progress reports every step without an interval, with means and the time left', async () => {
  const seen: Progress[] = [];
  await train([progress((p) => seen.push(p), { intervalMs: 0 })]);
  expect(seen.map(({ epoch, step }) => `${epoch}/${step}`)).toEqual(
    [1, 2, 3].flatMap((epoch) => [1, 2, 3, 4, 5].map((step) => `${epoch}/${step}`)),
  );
  expect(Object.keys(seen[0]!.means)).toEqual(['loss', 'accuracy']);
  expect(seen[0]!.secondsLeft).toBeGreaterThan(0);
  expect(seen.at(-1)!.secondsLeft).toBe(0);
});

test('progress reports the end of each epoch however long the interval', async () => {
  const seen: Progress[] = [];
  await train([progress((p) => seen.push(p), { intervalMs: 1e9 })]);
  expect(seen.map(({ epoch, step }) => `${epoch}/${step}`)).toEqual(['1/1', '1/5', '2/5', '3/5']);
});

test('history is written as JSON and CSV after every epoch', async () => {
  const json: string[] = [];
  const csv: string[] = [];
  const history = await train([
    jsonHistory((text) => void json.push(text)),
    csvHistory((text) => void csv.push(text)),
  ]);
  expect(json).toHaveLength(3);
  expect(JSON.parse(json[2]!)).toEqual(history);
  const [header, ...rows] = csv[2]!.trim().split('\n');
  expect(header).toBe('epoch,seconds,samplesPerSecond,loss,accuracy');
  expect(rows.map((row) => Number(row.split(',')[3]))).toEqual(history.map(({ loss }) => loss));
});

describe('earlyStopping', () => {
  test('stops when nothing improves for `patience` epochs', async () => {
    const history = await train([earlyStopping({ monitor: 'loss', minDelta: 10, patience: 2 })], {
      epochs: 9,
    });
    expect(history).toHaveLength(3);
  });

  test('goes on while it improves, and takes accuracies as rising', async () => {
    const history = await train([earlyStopping({ monitor: 'loss', patience: 9 })], { epochs: 4 });
    expect(history).toHaveLength(4);
    const rising = await train([earlyStopping({ monitor: 'accuracy', minDelta: 1, patience: 1 })], {
      epochs: 9,
    });
    expect(rising).toHaveLength(2);
  });

  /** Epochs until it stops, where it watches these values. */
  async function epochsUntilStop(values: number[], options: EarlyStoppingOptions) {
    let [i, stopped] = [0, false];
    const watching = earlyStopping({ monitor: 'loss', ...options });
    const run = { stepsDone: 0, stop: () => void (stopped = true) } as unknown as TrainingRun;
    await watching.onTrainBegin?.(run);
    while (i < values.length && !stopped) {
      await watching.onEpochEnd?.(run, { epoch: i + 1, loss: values[i++]! } as EpochRecord);
    }
    return i;
  }

  test.each<[number[], EarlyStoppingOptions, number]>([
    [[NaN, 3, 2, 1, 0], { patience: 2 }, 5],
    [[NaN, NaN, 1, 1], { patience: 2 }, 2],
    [[3, NaN, 2, NaN, 1, NaN, NaN], { patience: 2 }, 7],
    [[Infinity, 2, 1, 0], { patience: 2 }, 4],
    [[-Infinity, 2, 1, 0, 0, 0], { patience: 2 }, 6],
    [[NaN, 1, 2, 3], { patience: 2, mode: 'max' }, 4],
    [[1, Infinity, 2, 3], { patience: 2, mode: 'max' }, 4],
    [[1, NaN, 1, 9], { patience: 2, mode: 'max' }, 3],
  ])('NaN and infinity are never the best: %j', async (values, options, epochs) => {
    expect(await epochsUntilStop(values, options)).toBe(epochs);
  });

  test('begins anew with a run that does', async () => {
    const watching = earlyStopping({ monitor: 'loss', minDelta: 10, patience: 2 });
    for (const epochs of [3, 3])
      expect(await train([watching], { epochs: 9 })).toHaveLength(epochs);
  });

  test('names what can be watched', async () => {
    await expect(train([earlyStopping({ monitor: 'nothing' })])).rejects.toThrow(
      'earlyStopping: monitor: expected one of epoch, seconds, samplesPerSecond, loss, accuracy, got nothing',
    );
  });
});

describe('stopAtNaN', () => {
  test('lets a run go on whose numbers are finite', async () => {
    expect(await train([stopAtNaN()])).toHaveLength(3);
  });

  test.each([
    [
      'within an epoch',
      8,
      /^stopAtNaN: the loss is (NaN|Infinity) after step [2-5]: the training diverges/,
    ],
    // One step an epoch: its loss was computed before the update.
    ['in the last step', 40, /^stopAtNaN: (0|5)\.(weight|bias) is (NaN|-?Infinity) after step 1: /],
  ])('ends a run that diverges %s, before it is saved', async (_, batchSize, message) => {
    const model = network();
    const saved: Uint8Array[] = [];
    const attempt = fit(model, bars(40), {
      optimizer: new SGD(model.parameters(), { lr: 1e38, momentum: 0.9 }),
      epochs: 1,
      batchSize,
      callbacks: [
        checkpoint({ save: (bytes) => void saved.push(bytes) }),
        {
          onBatchEnd: () =>
            void model.parameters()[0]!.assign(
              model
                .parameters()[0]!
                .data()
                .map((v) => v * 1e38 * 1e38),
            ),
        },
        stopAtNaN(),
      ],
    });
    await expect(attempt).rejects.toThrow(message);
    expect(saved).toEqual([]);
    expect(model.training).toBe(false);
  });

  test('ends a run whose validation diverges', async () => {
    const model = network();
    const attempt = fit(model, bars(40), {
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 1,
      validation: bars(8).map((values) => void values.fill(Infinity)),
      callbacks: [stopAtNaN()],
    });
    await expect(attempt).rejects.toThrow(
      /^stopAtNaN: the loss of the validation is NaN after step 2/,
    );
  });
});
