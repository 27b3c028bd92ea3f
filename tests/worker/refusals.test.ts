import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Lion,
  NAdam,
  type Optimizer,
  RAdam,
  RMSprop,
  SGD,
  ShapeError,
  zeros,
} from '../../src/index.js';
import * as schedules from '../../src/schedules.js';
import type { ModelWorker } from '../../src/worker/client.js';
import { flipped } from '../training/problem.js';
import { bars, barsData, type Channel, moved, openWorker } from './support.js';

let worker: ModelWorker;
let channel: Channel;

beforeAll(async () => {
  ({ worker, channel } = await openWorker());
});

afterAll(() => worker.terminate());

const SHAPE = [1, 6, 6, 1];
const optimizer = { name: 'SGD', lr: 0.1 } as const;
const OPTIONS = { optimizer, epochs: 1 };

/** The error of a call, after which nothing was sent. */
async function refusal(call: () => Promise<unknown>): Promise<Error> {
  const { posted } = channel;
  const error: unknown = await call().catch((reason: unknown) => reason);
  expect(channel.posted).toBe(posted);
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

type Case = [given: unknown[], kind: new (message: string) => Error, message: string];
const one = () => new Float32Array(36);

const PREDICT: Case[] = [
  [[], TypeError, 'shape: expected an array of axis sizes, got undefined'],
  [[undefined, SHAPE], TypeError, 'inputs: expected a typed array of numbers, got undefined'],
  [[[1, 2], SHAPE], TypeError, 'inputs: expected a typed array of numbers, got [1, 2]'],
  [
    [new BigInt64Array(36), SHAPE],
    TypeError,
    'inputs: expected a typed array of numbers, got a BigInt64Array of 36 values',
  ],
  [
    [moved(one()), SHAPE],
    TypeError,
    'inputs: expected values, got a Float32Array whose buffer was moved',
  ],
  [
    [moved(new Int16Array(36)), SHAPE, { transfer: true }],
    TypeError,
    'inputs: expected values, got an Int16Array whose buffer was moved',
  ],
  [[one(), [2, 6, 6, 1]], ShapeError, 'inputs: expected 72 values ([2,6,6,1]), got 36'],
  [
    [one(), [36]],
    ShapeError,
    'shape: expected [samples, …shape of one], each at least 1, got [36]',
  ],
  [
    [new Float32Array(), [0, 36]],
    ShapeError,
    'shape: expected [samples, …shape of one], each at least 1, got [0,36]',
  ],
  [
    [one(), SHAPE, { batch_size: 4 }],
    TypeError,
    'options: expected normalise, batchSize, signal, transfer, got batch_size, which is batchSize here',
  ],
  [[one(), SHAPE, 'fast'], TypeError, 'options: expected an object, got "fast"'],
  [
    [one(), SHAPE, { batchSize: 0 }],
    RangeError,
    'batchSize: expected an integer of at least 1, got 0',
  ],
  [[one(), SHAPE, { transfer: 1 }], TypeError, 'transfer: expected true or false, got 1'],
  [[one(), SHAPE, { signal: {} }], TypeError, 'signal: expected an AbortSignal, got an object'],
  [
    [one(), SHAPE, { normalise: { mean: 1 } }],
    TypeError,
    'normalise.std: expected a number, or one for each channel, got undefined',
  ],
  [
    [one(), SHAPE, { normalise: { mean: 1, std: 1, sd: 1 } }],
    TypeError,
    'normalise: expected mean, std, got sd',
  ],
  [
    [one(), SHAPE, { normalise: { mean: moved(one()), std: 1 } }],
    TypeError,
    'normalise.mean: expected a number, or one for each channel, ' +
      'got a Float32Array whose buffer was moved',
  ],
  [[one(), SHAPE, {}, 1], TypeError, 'arguments: expected at most 3 arguments, got 4'],
];

const data = () => barsData(8);
const FIT: Case[] = [
  [[], TypeError, 'options: expected an object with optimizer and epochs, got undefined'],
  [
    [undefined, OPTIONS],
    TypeError,
    'data: expected a Dataset, or an object with inputs, inputShape, labels, classNames, got undefined',
  ],
  [
    [flipped(bars(8)), OPTIONS],
    TypeError,
    'data: expected a Dataset without maps, which cannot be sent: serveBatches prepares their batches, got a Dataset',
  ],
  [
    [{ ...data(), images: 1 }, OPTIONS],
    TypeError,
    'data: expected inputs, inputShape, labels, classNames, targets, targetShape, normalise, got images',
  ],
  [
    [{ ...data(), inputs: moved(one()) }, OPTIONS],
    TypeError,
    'data.inputs: expected values, got a Float32Array whose buffer was moved',
  ],
  [
    [data(), { ...OPTIONS, validation: { ...data(), inputs: moved(one()) } }],
    TypeError,
    'validation.inputs: expected values, got a Float32Array whose buffer was moved',
  ],
  [
    [{ ...data(), labels: moved(new Uint8Array(8)) }, OPTIONS],
    TypeError,
    'data.labels: expected one class index for each sample, or targets, got a Uint8Array whose buffer was moved',
  ],
  [
    [{ ...data(), classNames: 'ab' }, OPTIONS],
    TypeError,
    'data.classNames: expected an array of names, got "ab"',
  ],
  [
    [{ ...data(), labels: [0, 1] }, OPTIONS],
    ShapeError,
    'data.inputs: expected 72 values ([2,6,6,1]), got 288',
  ],
  [
    [data(), { ...OPTIONS, validation: null }],
    TypeError,
    'validation: expected a Dataset, or an object with inputs, inputShape, labels, classNames, got null',
  ],
  [
    [data(), { epochs: 1 }],
    TypeError,
    'optimizer: expected an object with a name out of SGD, Adam, AdamW, Adadelta, Adagrad, Adamax, NAdam, RAdam, RMSprop, Lion, got undefined',
  ],
  [
    [data(), { optimizer: { name: 'Adam', learningRate: 1 }, epochs: 1 }],
    TypeError,
    'optimizer: expected name, lr, betas, eps, amsgrad, weightDecay, maximize, got learningRate, which is lr here',
  ],
  [
    [data(), { optimizer: { name: 'SGD', lr: () => 1 }, epochs: 1 }],
    TypeError,
    'optimizer.lr: expected plain data, which can be sent to a worker, got a function',
  ],
  [
    [data(), { ...OPTIONS, schedule: { name: 'cosine', lr: 1, warmup: 3 } }],
    TypeError,
    'schedule: expected name, lr, final, warmupSteps, got warmup',
  ],
  [[data(), { optimizer }], TypeError, 'epochs: expected an integer of at least 1, got undefined'],
  [
    [data(), { ...OPTIONS, seed: -1 }],
    RangeError,
    'seed: expected a safe non-negative integer, got -1',
  ],
  [[data(), { ...OPTIONS, shuffle: 'no' }], TypeError, 'shuffle: expected true or false, got "no"'],
  [
    [data(), { ...OPTIONS, onProgress: {} }],
    TypeError,
    'onProgress: expected a function, got an object',
  ],
  [
    [data(), { ...OPTIONS, progressIntervalMs: NaN }],
    RangeError,
    'progressIntervalMs: expected a number in [0, Infinity], got NaN',
  ],
  [
    [data(), { ...OPTIONS, callbacks: [] }],
    TypeError,
    'options: expected optimizer, epochs, batchSize, seed, shuffle, dropLast, schedule, validation, ' +
      'loss, metrics, classWeights, accumulate, clipNorm, clipValue, validateEvery, keepBest, ' +
      'progressIntervalMs, onProgress, onValidation, onEpoch, signal, transfer, got callbacks',
  ],
  [[data(), OPTIONS, {}], TypeError, 'arguments: expected at most 2 arguments, got 3'],
];

const SAVE: Case[] = [
  [[null], TypeError, 'options: expected an object, got null'],
  [[{ timeoutMs: 1 }], TypeError, 'options: expected signal, got timeoutMs'],
  [[{}, {}], TypeError, 'arguments: expected at most 1 argument, got 2'],
];

describe('a call is refused before anything is sent or moved:', () => {
  const cases = Object.entries({ predict: PREDICT, fit: FIT, save: SAVE }).flatMap(([name, list]) =>
    list.map(([given, kind, message]) => [`${name}: ${message}`, name, given, kind] as const),
  );
  test.each(cases)('%s', async (message, name, given, kind) => {
    const method = (...values: unknown[]) =>
      (worker[name as 'save'] as (...all: unknown[]) => Promise<unknown>)(...values);
    const error = await refusal(() => method(...given));
    expect(error).toEqual(new kind(message));
    expect(error.constructor).toBe(kind);
  });

  test('the inputs stay where they are', async () => {
    const inputs = one();
    await refusal(() => worker.predict(inputs, [1, 36, 2], { transfer: true }));
    const { labels, ...rest } = data();
    const validation = { ...rest, labels, name: 'held out' };
    const attempt = () =>
      worker.fit({ ...rest, labels }, { ...OPTIONS, validation, transfer: true } as never);
    await refusal(attempt);
    expect(inputs).toHaveLength(36);
    expect(rest.inputs).toHaveLength(8 * 36);
  });

  test('what the worker alone can know comes back as a typed error', async () => {
    const attempt = worker.fit({ ...data(), labels: new Array(8).fill(2) }, OPTIONS);
    await expect(attempt).rejects.toThrow('labels: expected integers in [0, 2), got 2 at index 0');
  });

  const known = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      return /expected (.*), got typo/.exec((error as Error).message)?.[1];
    }
    return undefined;
  };

  test.each(
    Object.entries({ SGD, Adam, AdamW, Adadelta, Adagrad, Adamax, NAdam, RAdam, RMSprop, Lion }),
  )('the options of %s are those of its class', async (name, Kind) => {
    const Class = Kind as unknown as new (params: unknown[], options: object) => Optimizer;
    const names = known(() => new Class([zeros([1])], { typo: 1 }));
    const options = { ...OPTIONS, optimizer: { name, typo: 1 } } as never;
    const error = await refusal(() => worker.fit(data(), options));
    expect(error.message).toBe(`fit: optimizer: expected name, ${names}, got typo`);
  });

  test.each([
    'constant',
    'step',
    'multiStep',
    'exponential',
    'polynomial',
    'cosine',
    'warmRestarts',
    'oneCycle',
  ])('the options of the schedule %s are those of its function', async (name) => {
    const make = schedules[`${name}Schedule` as 'cosineSchedule'];
    const names = known(() => make(1, { typo: 1 } as never)) ?? '';
    const options = { ...OPTIONS, schedule: { name, typo: 1 } } as never;
    const error = await refusal(() => worker.fit(data(), options));
    const expected = ['name, lr', names, 'warmupSteps'].filter(
      (part, i) => part !== '' && !(i === 2 && names.includes(part)),
    );
    expect(error.message).toBe(`fit: schedule: expected ${expected.join(', ')}, got typo`);
  });
});
