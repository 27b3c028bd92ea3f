import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  type Callback,
  checkpoint,
  cosineSchedule,
  manualSeed,
  type Sequential,
  SGD,
} from '../../src/index.js';
import { decode, encode } from '../../src/training/run-state.js';
import { checkpoints, expectRefused, type Options, train } from './checkpoints.js';
import { bars, network } from './problem.js';

let saved: Uint8Array[];
let model: Sequential;

beforeAll(async () => {
  saved = await checkpoints();
  manualSeed(5);
  model = network();
});

describe('a contradiction between a checkpoint and what is asked for', () => {
  const sgd = (options: object) => new SGD(model.parameters(), { lr: 0.01, ...options });

  test.each<[string, () => Options, string]>([
    [
      'another optimizer',
      () => ({ optimizer: sgd({}) }),
      'optimizer.name: the run was started with "Adam", it cannot go on with "SGD"',
    ],
    [
      'another option of the optimizer',
      () => ({ optimizer: new Adam(model.parameters(), { lr: 0.01, betas: [0.8, 0.999] }) }),
      `optimizer.beta1: the run was started with ${Math.fround(0.9)}, it cannot go on with ${Math.fround(0.8)}`,
    ],
    [
      'another decay',
      () => ({ optimizer: new Adam(model.parameters(), { lr: 0.01, weightDecay: 0.5 }) }),
      'optimizer.weightDecay: the run was started with 0, it cannot go on with 0.5',
    ],
    [
      'another batch size',
      () => ({ batchSize: 4 }),
      'batchSize: the run was started with 8, it cannot go on with 4',
    ],
    [
      'no shuffling',
      () => ({ shuffle: false }),
      'shuffle: the run was started with true, it cannot go on with false',
    ],
    [
      'a seed where there was none',
      () => ({ seed: 7 }),
      'seed: the run was started with null, it cannot go on with 7',
    ],
    [
      'another loss',
      () => ({ loss: (output) => output }),
      'loss: the run was started with "crossEntropy", it cannot go on with "another"',
    ],
    [
      'other metrics',
      () => ({ metrics: { share: () => 1 } }),
      'metrics: the run was started with ["accuracy"], it cannot go on with ["share"]',
    ],
    [
      'other validation data',
      () => ({ validation: bars(13) }),
      'validation: the run was started with 12, it cannot go on with 13',
    ],
    [
      'a schedule where there was none',
      () => ({ schedule: () => 0.01 }),
      'schedule: the run was started with false, it cannot go on with true',
    ],
    [
      'a setup of one’s own',
      () => ({ setup: { augmentation: 'flip' } }),
      'augmentation: the run was started with null, it cannot go on with "flip"',
    ],
  ])('%s', async (_, options, message) => {
    for (const resume of [saved[1]!, saved.at(-1)!]) {
      await expectRefused(model, { ...options(), resume }, `checkpoint: ${message}`);
    }
  });

  test('fewer epochs than are done; as many, or more, are none', async () => {
    await expectRefused(
      model,
      { epochs: 1, resume: saved[3]! },
      'checkpoint: epochs: the run was started with 3 and is in epoch 2, it cannot go on with 1',
    );
    using other = network();
    expect(await train(other, { epochs: 1, resume: saved[2]! })).toHaveLength(1);
    expect(await train(other, { epochs: 5, resume: saved.at(-1)! })).toHaveLength(5);
  });

  test('values that fit are none: seed, setup', async () => {
    const setup = { augmentation: { flip: true, share: NaN } };
    const [, second] = await checkpoints({ seed: 3, setup });
    using other = network();
    expect(await train(other, { seed: 3, setup, resume: second! })).toHaveLength(3);
    await expectRefused(
      model,
      { seed: 4, setup, resume: second! },
      'checkpoint: seed: the run was started with 3, it cannot go on with 4',
    );
  });

  test('a schedule with other rates so far, as that of another number of epochs', async () => {
    const schedule = cosineSchedule(0.02);
    const steps = await checkpoints({ schedule });
    for (const options of [{ schedule: cosineSchedule(0.03) }, { schedule, epochs: 4 }]) {
      await expectRefused(
        model,
        { ...options, resume: steps[4]! },
        /^checkpoint: schedule: the run had learning rate 0\.\d+ in step 4, it cannot go on with a schedule that has/,
      );
    }
    using other = network();
    // Not the optimizer's rate counts: the schedule sets it.
    const optimizer = new Adam(other.parameters(), { lr: 7 });
    const warm = { schedule: (step: number) => 0.001 * step };
    const whole = await checkpoints(warm);
    const options = { ...warm, epochs: 5, optimizer, resume: whole.at(-1)! };
    expect(await train(other, options)).toHaveLength(5);
  });
});

describe('the learning rate', () => {
  const halve: Callback = { onEpochEnd: (run) => void (run.options.optimizer.lr /= 2) };
  const rates = async (lr: number, resume?: Uint8Array) => {
    manualSeed(1);
    using other = network();
    const seen: number[] = [];
    const optimizer = new SGD(other.parameters(), { lr });
    const saving: Uint8Array[] = [];
    await train(other, {
      optimizer,
      callbacks: [
        halve,
        { onBatchEnd: (run) => void (run.step === 1 && seen.push(optimizer.lr)) },
        checkpoint({ save: (bytes) => void saving.push(bytes) }),
      ],
      ...(resume && { resume }),
    });
    return { seen, saving };
  };

  test('goes on as it was, and a new one is taken', async () => {
    const whole = await rates(0.4);
    expect(whole.seen).toEqual([0.4, 0.2, 0.1]);
    expect((await rates(0.4, whole.saving[0])).seen).toEqual([0.2, 0.1]);
    const changed = await rates(0.8, whole.saving[0]);
    expect(changed.seen).toEqual([0.8, 0.4]);
    expect((await rates(0.8, changed.saving[0])).seen).toEqual([0.4]);
  });
});

describe('the state of callbacks', () => {
  test('keeps every number and text', () => {
    const state = {
      a: [NaN, Infinity, -Infinity, -0, 0, 1e-300],
      b: ['#', '#NaN', '##', 'NaN', ''],
    };
    expect(decode(encode(state))).toEqual(state);
  });

  test.each<[string, unknown, string]>([
    ['a Map', new Map(), 'a Map'],
    ['a typed array', new Float32Array(2), 'a Float32Array of 2 values'],
    ['a function', () => 1, 'a function'],
    ['a bigint', 1n, '1n'],
  ])('cannot be %s', async (_, best, got) => {
    const remembers: Callback = { name: 'mine', state: () => ({ best }) };
    await expect(checkpoints({ callbacks: [remembers] })).rejects.toThrow(
      new TypeError(`checkpoint: best: expected plain JSON, got ${got}`),
    );
  });
});
