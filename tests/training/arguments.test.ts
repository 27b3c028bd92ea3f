import { beforeAll, expect, test } from 'vitest';
import * as simdgrad from '../../src/index.js';
import {
  Adam,
  earlyStopping,
  fit,
  type FitOptions,
  mse,
  progress,
  type Sequential,
  SGD,
} from '../../src/index.js';
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
    'options: expected optimizer, epochs, batchSize, loss, metrics, validation, callbacks, signal, seed, shuffle, dropLast, schedule, resume, setup, classWeights, accumulate, validateEvery, clipNorm, clipValue, got batch_size, which is batchSize here',
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
    'callbacks[0]: expected onTrainBegin, onBatchEnd, onValidation, onEpochEnd, onTrainEnd, got onEpochEnds, which is onEpochEnd here',
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
