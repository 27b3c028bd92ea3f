import { expect, test } from 'vitest';
import * as library from '../src/index.js';
import {
  constantSchedule,
  cosineSchedule,
  epochSchedule,
  oneCycleSchedule,
  polynomialSchedule,
  reduceOnPlateau,
  type Schedule,
  stepSchedule,
  type TrainingRun,
  warmupSchedule,
} from '../src/index.js';
import { expectClose } from './support/compare.js';
import { golden } from './support/golden.js';

const scheduleOf = (name: string, ...args: unknown[]) =>
  (library as unknown as Record<string, (...args: unknown[]) => Schedule>)[`${name}Schedule`]!(
    ...args,
  );
const ratesOf = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => schedule(step, steps));

const { schedules, reduceOnPlateau: plateaus } = golden('schedules');

test.each(schedules)('$name agrees with PyTorch: $options', ({ name, lr, options, rates }) => {
  const schedule = scheduleOf(name, lr, options);
  expectClose(ratesOf(schedule, rates.length), rates, { relative: 2e-7, label: name });
});

test.each(plateaus)('reduceOnPlateau agrees with PyTorch: $name, $options', async (c) => {
  const optimizer = { lr: c.lr };
  const run = { stepsDone: 0, options: { optimizer } } as unknown as TrainingRun;
  let callback = reduceOnPlateau(c.options);
  await callback.onTrainBegin!(run);
  const seen = [];
  for (const validationLoss of c.losses) {
    seen.push(optimizer.lr);
    await callback.onEpochEnd!(run, { validationLoss } as never);
    // Killed and resumed after every epoch: the state goes through JSON.
    const state: unknown = JSON.parse(JSON.stringify(callback.state!()));
    callback = reduceOnPlateau(c.options);
    callback.restore!(state, new Map());
  }
  expectClose(seen, c.rates, { relative: 2e-7, label: c.name });
});

test('a warm-up rises linearly to the rate of what follows, as that of cosineSchedule', () => {
  expect(ratesOf(warmupSchedule(constantSchedule(2), { warmupSteps: 4 }), 6)).toEqual([
    0.5, 1, 1.5, 2, 2, 2,
  ]);
  const warm = warmupSchedule(cosineSchedule(0.5), { warmupSteps: 3 });
  const own = cosineSchedule(0.5, { warmupSteps: 3 });
  expectClose(ratesOf(warm, 12), ratesOf(own, 12), { relative: 1e-15, label: 'rates' });
  const late = warmupSchedule(constantSchedule(1), { warmupSteps: 2, startFactor: 0.5 });
  expect(ratesOf(late, 3)).toEqual([0.75, 1, 1]);
});

test('a schedule of epochs keeps its rate for their steps', () => {
  const schedule = epochSchedule(stepSchedule(1, { stepSize: 1, gamma: 0.5 }), 3);
  expect(ratesOf(schedule, 7)).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
});

test('runs of one step and of none', () => {
  for (const schedule of [oneCycleSchedule(1), oneCycleSchedule(1, { pctStart: 1 })]) {
    expect(schedule(0, 1)).toSatisfy(Number.isFinite);
  }
  expect(polynomialSchedule(1)(0, 1)).toBe(1);
  expect(warmupSchedule(cosineSchedule(1), { warmupSteps: 5 })(4, 5)).toBe(1);
});

test('errors', () => {
  const cases: [string, unknown[], Error][] = [
    [
      'constant',
      [-1],
      new RangeError('constantSchedule: lr: expected a number in [0, Infinity], got -1'),
    ],
    [
      'step',
      [1],
      new TypeError('stepSchedule: stepSize: expected an integer of at least 1, got undefined'),
    ],
    [
      'multiStep',
      [1, { milestones: 3 }],
      new TypeError('multiStepSchedule: milestones: expected an array, got 3'),
    ],
    [
      'multiStep',
      [1, { milestones: [1, -2] }],
      new RangeError('multiStepSchedule: milestones[1]: expected an integer of at least 0, got -2'),
    ],
    [
      'exponential',
      [1, {}],
      new TypeError(
        'exponentialSchedule: gamma: expected a number in [0, Infinity], got undefined',
      ),
    ],
    [
      'warmRestarts',
      [1, { period: 0 }],
      new RangeError('warmRestartsSchedule: period: expected an integer of at least 1, got 0'),
    ],
    [
      'oneCycle',
      [1, { annealStrategy: 'sin' }],
      new TypeError(`oneCycleSchedule: annealStrategy: expected 'cos' or 'linear', got "sin"`),
    ],
    [
      'warmup',
      [1, { warmupSteps: 1 }],
      new TypeError('warmupSchedule: schedule: expected a function, got 1'),
    ],
    [
      'polynomial',
      [1, { gamma: 1 }],
      new TypeError('polynomialSchedule: options: expected power, final, got gamma'),
    ],
  ];
  for (const [name, args, error] of cases) expect(() => scheduleOf(name, ...args)).toThrow(error);
  expect(() => reduceOnPlateau({ factor: 2 })).toThrow(
    new RangeError('reduceOnPlateau: factor: expected a number in [0, 1], got 2'),
  );
  expect(() => reduceOnPlateau({ mode: 'up' as never })).toThrow(
    new TypeError('reduceOnPlateau: mode: expected "min" or "max", got "up"'),
  );
  expect(() => reduceOnPlateau().restore!({ mode: 'max' }, new Map())).toThrow(
    new TypeError('reduceOnPlateau: mode: expected "min", got "max"'),
  );
});
