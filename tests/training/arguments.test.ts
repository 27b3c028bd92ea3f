import { beforeAll, describe, expect, test } from 'vitest';
import * as simdgrad from '../../src/index.js';
import {
  Adam,
  type BatchSource,
  checkpoint,
  csvHistory,
  Dataset,
  earlyStopping,
  evaluate,
  fit,
  type FitOptions,
  Flatten,
  jsonHistory,
  Linear,
  mse,
  predict,
  progress,
  Sequential,
  SGD,
  ShapeError,
  stopAtNaN,
  summary,
  type Tensor,
} from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { bars, network } from './problem.js';

type Options = Omit<FitOptions, 'model'>;
const data = bars(20);
let model: Sequential;
let good: Options;

beforeAll(() => {
  model = network();
  good = { optimizer: new SGD(model.parameters(), { lr: 0.1 }), epochs: 1 };
});

/** Calls with anything. */
const loosely = (f: unknown) => f as (...args: unknown[]) => unknown;

const withOption = (options: object) => [model, data, { ...good, ...options }];
const named = (classNames: string[], inputShape = [6, 6, 1]) =>
  new Dataset({
    inputs: new Float32Array(2 * inputShape.reduce((a, b) => a * b)),
    inputShape,
    labels: [0, 1],
    classNames,
  });

test.each<[string, () => unknown[], string | RegExp]>([
  [
    'fit',
    () => [],
    'model: expected a Module, or an object with forward() and parameters(), got undefined',
  ],
  [
    'fit',
    () => [{ forward: () => 1 }, data, good],
    'model: expected a Module, or an object with forward() and parameters(), got an object',
  ],
  ['fit', () => [model], 'data: expected a Dataset, or another source of batches, got undefined'],
  [
    'fit',
    () => [model, [1, 2], good],
    'data: expected a Dataset, or another source of batches, got [1, 2]',
  ],
  [
    'fit',
    () => [model, { batchesOf: () => [], length: 0, inputShape: [] }, good],
    'data: length: expected an integer of at least 1, got 0',
  ],
  ['fit', () => [model, data], 'optimizer: expected an Optimizer, got undefined'],
  ['fit', () => [model, data, null], 'options: expected an object, got null'],
  ['fit', () => [model, data, 3], 'options: expected an object, got 3'],
  ['fit', () => [model, data, good, 1], 'arguments: expected at most 3 arguments, got 4'],
  ['fit', () => withOption({ optimizer: 'adam' }), 'optimizer: expected an Optimizer, got "adam"'],
  [
    'fit',
    () => withOption({ optimizer: Adam }),
    'optimizer: expected an Optimizer, got a function',
  ],
  [
    'fit',
    () => withOption({ epochs: undefined }),
    'epochs: expected an integer of at least 1, got undefined',
  ],
  [
    'fit',
    () => withOption({ batch_size: 8 }),
    'options: expected optimizer, epochs, batchSize, loss, metrics, validation, callbacks, signal, seed, shuffle, dropLast, schedule, resume, setup, got batch_size, which is batchSize here',
  ],
  [
    'fit',
    () => withOption({ validationData: data }),
    /got validationData, which is validation here$/,
  ],
  ['fit', () => withOption({ shuffle: 'no' }), 'shuffle: expected true or false, got "no"'],
  ['fit', () => withOption({ dropLast: 1 }), 'dropLast: expected true or false, got 1'],
  ['fit', () => withOption({ loss: 'mse' }), 'loss: expected a function, got "mse"'],
  [
    'fit',
    () => withOption({ metrics: ['accuracy'] }),
    'metrics: expected an object, got ["accuracy"]',
  ],
  [
    'fit',
    () => withOption({ metrics: { f1: 'f1' } }),
    'metrics: f1: expected a function, got "f1"',
  ],
  [
    'fit',
    () => withOption({ metrics: { loss: () => 1 } }),
    'metrics: expected other names than epoch, seconds, samplesPerSecond, loss, got loss',
  ],
  ['fit', () => withOption({ schedule: 0.1 }), 'schedule: expected a function, got 0.1'],
  [
    'fit',
    () => withOption({ signal: new AbortController() }),
    'signal: expected an AbortSignal, got an AbortController',
  ],
  ['fit', () => withOption({ resume: 'file' }), 'resume: expected a Uint8Array, got "file"'],
  ['fit', () => withOption({ setup: 'x' }), 'setup: expected an object, got "x"'],
  [
    'fit',
    () => withOption({ validation: [1] }),
    'validation: expected a Dataset, or another source of batches, got [1]',
  ],
  [
    'fit',
    () => withOption({ callbacks: progress(() => 1) }),
    'callbacks: expected an array, got an object',
  ],
  [
    'fit',
    () => withOption({ callbacks: [earlyStopping] }),
    'callbacks[0]: expected an object, got a function',
  ],
  [
    'fit',
    () => withOption({ callbacks: [{ onEpochEnds() {} }] }),
    'callbacks[0]: expected onTrainBegin, onBatchEnd, onEpochEnd, onTrainEnd, got onEpochEnds',
  ],
  [
    'fit',
    () => withOption({ callbacks: [{}, { onEpochEnd: 1 }] }),
    'callbacks[1]: onEpochEnd: expected a function, got 1',
  ],
  [
    'evaluate',
    () => [],
    'model: expected a Module, or an object with forward() and parameters(), got undefined',
  ],
  [
    'evaluate',
    () => [model, new Float32Array(3)],
    'data: expected a Dataset, or another source of batches, got a Float32Array of 3 values',
  ],
  [
    'evaluate',
    () => [model, data, { batch: 3 }],
    'options: expected batchSize, signal, loss, metrics, got batch',
  ],
  [
    'evaluate',
    () => [model, data, { batchSize: 0 }],
    'batchSize: expected an integer of at least 1, got 0',
  ],
  ['evaluate', () => [model, data, {}, 1], 'arguments: expected at most 3 arguments, got 4'],
  [
    'predict',
    () => [null],
    'model: expected a Module, or an object with forward() and parameters(), got null',
  ],
  [
    'predict',
    () => [model, undefined],
    'data: expected a Dataset, or another source of batches, got undefined',
  ],
  ['predict', () => [model, data, { loss: mse }], 'options: expected batchSize, signal, got loss'],
  ['predict', () => [model, data, { signal: 5 }], 'signal: expected an AbortSignal, got 5'],
  [
    'weightsSha256',
    () => [],
    'model: expected a Module, or an object with forward() and parameters(), got undefined',
  ],
])('%s(%s)', async (name, args, message) => {
  const call = loosely(simdgrad[name as 'fit']);
  const expected = typeof message === 'string' ? `${name}: ${message}` : message;
  await expect(call(...args())).rejects.toThrow(expected);
});

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
    'earlyStopping: options: expected monitor, mode, patience, minDelta, got min_delta, which is minDelta here',
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

describe('an optimizer that was built for', () => {
  test('another model is an error', async () => {
    const other = network();
    const optimizer = new Adam(other.parameters());
    await expect(fit(model, data, { optimizer, epochs: 1 })).rejects.toThrow(
      new RangeError(
        'fit: optimizer: expected parameters of the model, got those of another model',
      ),
    );
  });

  test('more than the model is an error', async () => {
    const optimizer = new Adam([...model.parameters(), network().parameters()[0]!]);
    await expect(fit(model, data, { optimizer, epochs: 1 })).rejects.toThrow(
      'fit: optimizer: expected parameters of the model, got params[4], which is not one of them',
    );
  });

  test('a part of the model trains that part', async () => {
    const whole = network();
    const before = whole.stateDict();
    const optimizer = new SGD(whole.parameters().slice(2), { lr: 0.1 });
    await fit(whole, data, { optimizer, epochs: 1 });
    const after = whole.stateDict();
    const changed = [...before].filter(
      ([path, { data: was }]) => String(was) !== String(after.get(path)!.data),
    );
    expect(changed.map(([path]) => path)).toEqual(['5.weight', '5.bias']);
  });
});

describe('data of another kind', () => {
  test.each<[string, Dataset, string]>([
    [
      'other names',
      named(['across', 'slanted']),
      'validation: classNames[1]: expected "down", as in the training data, got "slanted"',
    ],
    [
      'another order',
      named(['down', 'across']),
      'validation: classNames[0]: expected "across", as in the training data, got "down"',
    ],
    [
      'more classes',
      named(['across', 'down', 'slanted']),
      'validation: classNames[2]: expected null, as in the training data, got "slanted"',
    ],
    [
      'other shapes',
      named(['across', 'down'], [6, 1, 6]),
      'validation: inputShape: expected shape [6,6,1], got [6,1,6]',
    ],
  ])('fit, validation with %s', async (_, validation, message) => {
    await expect(fit(model, data, { ...good, validation })).rejects.toThrow(`fit: ${message}`);
  });

  test.each([['evaluate'], ['fit']] as const)(
    '%s, another number of classes than the model has outputs',
    async (name) => {
      const three = named(['across', 'down', 'slanted']);
      const attempt = name === 'fit' ? fit(model, three, good) : evaluate(model, three);
      await expect(attempt).rejects.toThrow(
        new ShapeError(
          `${name}: data: expected 2 classes, one for each output of the model, got 3`,
        ),
      );
    },
  );

  test('samples that the model is not made for are named', async () => {
    const wide = named(['across', 'down'], [6, 6, 3]);
    const begin = (name: string) => `${name}: data: samples of shape [6,6,3]: conv2d: `;
    await expect(fit(model, wide, good)).rejects.toThrow(begin('fit'));
    await expect(evaluate(model, wide)).rejects.toThrow(begin('evaluate'));
    await expect(predict(model, wide)).rejects.toThrow(begin('predict'));
  });

  test('labels beyond the outputs are named, also of a source without class names', async () => {
    const source: BatchSource = {
      length: 1,
      inputShape: [4],
      augmented: false,
      batchesOf: () => [
        {
          inputs: new Float32Array(4),
          inputShape: [1, 4],
          labels: Int32Array.of(7),
          indices: new Uint32Array(1),
        },
      ],
    };
    using small = new Linear(4, 3);
    await expect(evaluate(small, source)).rejects.toThrow(
      /^evaluate: data: samples of shape \[4\]: crossEntropy: labels: .* got 7/,
    );
    const lost = { ...source, batchesOf: () => [{ labels: [1] }] } as unknown as BatchSource;
    await expect(predict(small, lost)).rejects.toThrow(
      'predict: data: expected batches of inputs, inputShape and labels, got an object',
    );
  });

  test('a loss of its own may have any number of outputs', async () => {
    using regression = new Sequential(new Flatten(), new Linear(36, 5));
    const loss = (output: Tensor) => mse(output, output);
    expect(await evaluate(regression, data, { loss, metrics: {} })).toEqual({ loss: 0 });
  });
});

test('functions that give something else are named', async () => {
  const broken = (options: object) => fit(model, data, { ...good, ...options });
  await expect(broken({ loss: () => 3 })).rejects.toThrow(
    'fit: loss: expected a function that gives a Tensor, got 3',
  );
  await expect(broken({ metrics: { f1: () => '1' } })).rejects.toThrow(
    'fit: metrics: f1: expected a number, got "1"',
  );
  const odd = { forward: () => undefined as never, parameters: () => model.parameters() };
  await expect(fit(odd, data, good)).rejects.toThrow(
    'fit: model: expected a forward() that gives a Tensor, got undefined',
  );
});
