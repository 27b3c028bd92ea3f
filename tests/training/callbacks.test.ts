import { describe, expect, test } from 'vitest';
import {
  type Callback,
  csvHistory,
  earlyStopping,
  fit,
  jsonHistory,
  progress,
  type Progress,
  SGD,
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

  test('names what can be watched', async () => {
    await expect(train([earlyStopping({ monitor: 'nothing' })])).rejects.toThrow(
      'earlyStopping: monitor: expected one of epoch, seconds, samplesPerSecond, loss, accuracy, got nothing',
    );
  });
});
