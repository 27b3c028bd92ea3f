// What functions that are no promises refuse when they are called.
import { beforeAll, expect, test } from 'vitest';
import * as simdgrad from '../../src/index.js';
import {
  checkpoint,
  csvHistory,
  earlyStopping,
  jsonHistory,
  progress,
  type Sequential,
  SGD,
  stopAtNaN,
  summary,
} from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { network } from './problem.js';

let model: Sequential;
let good: { optimizer: SGD; epochs: number };

beforeAll(() => {
  model = network();
  good = { optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 1 };
});

/** Calls with anything. */
const loosely = (f: unknown) => f as (...args: unknown[]) => unknown;

test.each<[string, () => unknown, string]>([
  ['summary()', () => loosely(summary)(), 'summary: model: expected a Module, got undefined'],
  [
    'summary(model)',
    () => loosely(summary)(model),
    'summary: inputShape: expected an array of axis sizes, got undefined',
  ],
  [
    'summary of a negative',
    () => summary(model, [-1]),
    'summary: inputShape: expected non-negative integers, got [-1] (axis 0)',
  ],
  ['progress()', () => loosely(progress)(), 'progress: report: expected a function, got undefined'],
  [
    'progress every -1 ms',
    () => progress(() => 1, { intervalMs: -1 }),
    'progress: intervalMs: expected a number ≥ 0, got -1',
  ],
  [
    'progress(f, 100)',
    () => loosely(progress)(() => 1, 100),
    'progress: options: expected an object, got 100',
  ],
  [
    'earlyStopping(5)',
    () => loosely(earlyStopping)(5),
    'earlyStopping: options: expected an object, got 5',
  ],
  [
    'earlyStopping(min_delta)',
    () => loosely(earlyStopping)({ min_delta: 1 }),
    'earlyStopping: options: expected monitor, mode, minDelta, patience, got min_delta, which is minDelta here',
  ],
  [
    'earlyStopping(mode)',
    () => loosely(earlyStopping)({ mode: 'auto' }),
    'earlyStopping: mode: expected "min" or "max", got "auto"',
  ],
  [
    'earlyStopping(monitor)',
    () => loosely(earlyStopping)({ monitor: 1 }),
    'earlyStopping: monitor: expected a name, got 1',
  ],
  [
    'earlyStopping(patience)',
    () => earlyStopping({ patience: 1.5 }),
    'earlyStopping: patience: expected an integer of at least 0, got 1.5',
  ],
  [
    'earlyStopping(minDelta)',
    () => earlyStopping({ minDelta: NaN }),
    'earlyStopping: minDelta: expected a number in [0, Infinity], got NaN',
  ],
  [
    'checkpoint()',
    () => loosely(checkpoint)(),
    'checkpoint: save: expected a function, got undefined',
  ],
  [
    'checkpoint(path)',
    () => loosely(checkpoint)('file'),
    'checkpoint: options: expected an object, got "file"',
  ],
  [
    'checkpoint every 0',
    () => checkpoint({ save: () => undefined, everySteps: 0 }),
    'checkpoint: everySteps: expected an integer of at least 1, got 0',
  ],
  [
    'checkpoint(interval)',
    () => loosely(checkpoint)({ save: () => 1, every: 2 }),
    'checkpoint: options: expected save, everySteps, got every',
  ],
  [
    'jsonHistory()',
    () => loosely(jsonHistory)(),
    'jsonHistory: write: expected a function, got undefined',
  ],
  [
    'csvHistory(path)',
    () => loosely(csvHistory)('a.csv'),
    'csvHistory: write: expected a function, got "a.csv"',
  ],
  [
    'stopAtNaN(1)',
    () => loosely(stopAtNaN)(1),
    'stopAtNaN: arguments: expected at most 0 arguments, got 1',
  ],
  [
    'loadStateDict()',
    () => loosely(model.loadStateDict.bind(model))(),
    'loadStateDict: state: expected a Map, as of stateDict(), got undefined',
  ],
  [
    'loadStateDict({})',
    () => loosely(model.loadStateDict.bind(model))({ a: 1 }),
    'loadStateDict: state: expected a Map, as of stateDict(), got an object',
  ],
  [
    'loadStateDict of numbers',
    () => model.loadStateDict(new Map([...model.stateDict(), ['0.bias', 3]] as never)),
    'loadStateDict: 0.bias: expected a shape and data, got 3',
  ],
  [
    'loadStateDict of text',
    () =>
      model.loadStateDict(
        new Map([
          ...model.stateDict(),
          ['0.bias', { shape: [4], data: ['a', 'b', 'c', 'd'] }],
        ] as never),
      ),
    'loadStateDict: 0.bias: expected a shape and data, got an object',
  ],
  [
    'Module.predict()',
    () => loosely(model.predict.bind(model))(),
    'predict: x: expected a Tensor, got undefined',
  ],
  [
    'parameter()',
    () => loosely(simdgrad.parameter)(),
    'parameter: shape: expected an array of axis sizes, got undefined',
  ],
  [
    'parameter([2])',
    () => loosely(simdgrad.parameter)([2]),
    'parameter: initialize: expected a function, got undefined',
  ],
  [
    'loadState()',
    () => loosely(good.optimizer.loadState.bind(good.optimizer))(),
    'SGD: loadState: state: expected tensors and numbers, as state() gives them, got undefined',
  ],
  [
    'loadState of numbers',
    () => loosely(good.optimizer.loadState.bind(good.optimizer))({ numbers: {} }),
    'SGD: loadState: state: expected tensors and numbers, as state() gives them, got an object',
  ],
])('%s', (_, call, message) => {
  const before = runtime().heap.blocksInUse;
  expect(call).toThrow(message);
  expect(runtime().heap.blocksInUse).toBe(before);
});
