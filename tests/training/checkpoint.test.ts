import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  type Callback,
  checkpoint,
  cosineSchedule,
  earlyStopping,
  fit,
  type FitOptions,
  generator,
  manualSeed,
  readSafetensors,
  type Sequential,
  SGD,
  weightsSha256,
  writeSafetensors,
} from '../../src/index.js';
import { checksum } from '../../src/formats/checksum.js';
import { decode, encode } from '../../src/training/run-state.js';
import { bars, network } from './problem.js';
import { fuzz, mutants } from '../support/fuzz.js';

type Options = Partial<Omit<FitOptions, 'model'>>;

const adam = (model: Sequential) => new Adam(model.parameters(), { lr: 0.01 });
const data = bars(20);

function train(model: Sequential, options: Options = {}) {
  return fit(model, data, {
    optimizer: adam(model),
    epochs: 3,
    batchSize: 8,
    validation: bars(12, 4),
    ...options,
  });
}

/** The checkpoints of a whole run, after every step. */
async function checkpoints(options: Options = {}): Promise<Uint8Array[]> {
  manualSeed(1);
  using model = network();
  const saved: Uint8Array[] = [];
  const saving = checkpoint({ save: (bytes) => void saved.push(bytes), everySteps: 1 });
  await train(model, { ...options, callbacks: [...(options.callbacks ?? []), saving] });
  return saved;
}

/** As anybody could write it: whatever is in the file, its checksum fits. */
function sealed(bytes: Uint8Array): Uint8Array {
  const file = bytes.slice();
  const sum = new DataView(file.buffer, Math.max(0, file.length - 4));
  if (file.length >= 4) sum.setUint32(0, checksum(file.subarray(0, -4)), true);
  return file;
}

type State = { version: unknown; run: Record<string, unknown>; optimizer: Record<string, unknown> };

function edited(bytes: Uint8Array, change: (state: State) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const state = decode(metadata['state']!) as State;
  change(state);
  return sealed(writeSafetensors(tensors, { ...metadata, state: encode(state) }));
}

let saved: Uint8Array[];
let model: Sequential;

beforeAll(async () => {
  saved = await checkpoints();
  manualSeed(5);
  model = network();
});

/** Expects an error, and that nothing was changed by it. */
async function expectRefused(options: Options, message: string | RegExp): Promise<void> {
  const optimizer = options.optimizer ?? adam(model);
  const before = [await weightsSha256(model), optimizer.state(), generator().state()];
  const told: unknown[] = [];
  const callbacks: Callback[] = [
    { state: () => 'fresh', restore: (state) => void told.push(state) },
    { onTrainBegin: () => void told.push('begin') },
    ...(options.callbacks ?? []),
  ];
  const attempt = train(model, { ...options, optimizer, callbacks });
  await expect(attempt).rejects.toMatchObject({
    name: 'FormatError',
    message: message instanceof RegExp ? expect.stringMatching(message) : message,
  });
  expect([await weightsSha256(model), optimizer.state(), generator().state()]).toEqual(before);
  expect(told.at(-1) ?? 'fresh').toBe('fresh');
}

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
      await expectRefused({ ...options(), resume }, `checkpoint: ${message}`);
    }
  });

  test('fewer epochs than are done; as many, or more, are none', async () => {
    await expectRefused(
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
      { seed: 4, setup, resume: second! },
      'checkpoint: seed: the run was started with 3, it cannot go on with 4',
    );
  });

  test('a schedule with other rates so far, as that of another number of epochs', async () => {
    const schedule = cosineSchedule(0.02);
    const steps = await checkpoints({ schedule });
    for (const options of [{ schedule: cosineSchedule(0.03) }, { schedule, epochs: 4 }]) {
      await expectRefused(
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

describe('a checkpoint with a fitting checksum and a state that cannot be', () => {
  test.each<[string, (state: State) => void, string]>([
    ['another version', (s) => (s.version = 1), 'expected version 2, got 1: start the run anew'],
    ['no run', (s) => Reflect.deleteProperty(s, 'run'), 'run: expected an object, got undefined'],
    [
      'a step beyond the epoch',
      (s) => (s.run['step'] = 4),
      'step: expected an integer up to 3, got 4',
    ],
    [
      'a step of text',
      (s) => (s.run['step'] = '2'),
      'step: expected an integer of at least 0, got "2"',
    ],
    [
      'an epoch beyond the run',
      (s) => (s.run['epoch'] = 4),
      'epoch: expected an integer up to 3, got 4',
    ],
    ['another epoch', (s) => (s.run['epoch'] = 2), 'history: expected 2 epochs, got [an object]'],
    [
      'another step',
      (s) => (s.run['step'] = 1),
      'means: samples: expected those of 1 steps, got 16',
    ],
    [
      'a generator of three',
      (s) => (s.run['random'] = [1, 2, 3]),
      'random: expected four unsigned 32-bit integers, got [1, 2, 3]',
    ],
    [
      'a generator of fractions',
      (s) => (s.run['epochRandom'] = [1, 2, 3, 0.5]),
      'epochRandom: expected four unsigned 32-bit integers, got [1, 2, 3, 0.5]',
    ],
    [
      'stopped by a number',
      (s) => (s.run['stopped'] = 1),
      'stopped: expected true or false, got 1',
    ],
    [
      'a rate below 0',
      (s) => (s.run['stepLr'] = -1),
      'stepLr: expected a number in [0, Infinity], got -1',
    ],
    [
      'sums of text',
      (s) => (s.run['means'] = { samples: 16, sums: { loss: 'x' } }),
      'means: sums: loss: expected a number, got "x"',
    ],
    [
      'a history of numbers',
      (s) => (s.run['history'] = [1]),
      'history[0]: expected an object, got 1',
    ],
    [
      'an epoch of another number',
      (s) => (s.run['history'] = [{ epoch: 2, loss: 1 }]),
      'history[0]: expected the measures of epoch 1, got an object',
    ],
    [
      'callbacks without names',
      (s) => (s.run['callbacks'] = [{}]),
      'callbacks[0]: expected a name and a state, got an object',
    ],
    [
      'time of text',
      (s) => (s.run['epochSeconds'] = null),
      'epochSeconds: expected a number in [0, Infinity], got null',
    ],
    [
      'no learning rate',
      (s) => (s.optimizer['lr'] = NaN),
      'Adam: loadState: lr: expected a number ≥ 0, got NaN',
    ],
    [
      'half a step',
      (s) => (s.optimizer['step.0'] = 0.5),
      'Adam: loadState: step.0: expected an integer of at least 1, got 0.5',
    ],
    [
      'an entry too many',
      (s) => (s.optimizer['step.9'] = 1),
      'Adam: loadState: step.9: expected no such entry for these parameters and options',
    ],
  ])('%s', (_, change, message) =>
    expectRefused({ resume: edited(saved[4]!, change) }, `checkpoint: ${message}`),
  );

  test.each<[string, unknown, string]>([
    ['no state', null, 'mode: expected "min", got undefined'],
    ['no count', { mode: 'min', waited: -1 }, 'waited: expected an integer of at least 0, got -1'],
    ['another mode', { mode: 'max', waited: 0 }, 'mode: expected "min", got "max"'],
    [
      'a best of text',
      { mode: 'min', waited: 0, best: '1' },
      'best: expected a finite number, got "1"',
    ],
  ])('of early stopping: %s', (_, state, message) => {
    const name = 'earlyStopping:validationLoss';
    const callbacks = [
      { name: '', state: 1, isPending: false },
      { name, state, isPending: false },
    ];
    const resume = edited(saved[4]!, ({ run }) => (run['callbacks'] = callbacks));
    return expectRefused({ resume, callbacks: [earlyStopping()] }, new RegExp(message));
  });

  const withTensors = (
    change: (tensors: ReturnType<typeof readSafetensors>['tensors']) => void,
  ) => {
    const { tensors, metadata } = readSafetensors(saved[4]!);
    const sum = tensors.get('checksum')!;
    tensors.delete('checksum');
    change(tensors);
    return sealed(writeSafetensors(new Map([...tensors, ['checksum', sum]]), metadata));
  };

  test('tensors that are missing, superfluous or of another shape or type', async () => {
    const two = { shape: [2], dtype: 'F32', data: new Float32Array(2) } as const;
    const cases: [Parameters<typeof withTensors>[0], RegExp][] = [
      [
        (t) => t.delete('model.5.bias'),
        /^checkpoint: model\.5\.bias: expected shape \[2\], got nothing/,
      ],
      [
        (t) => t.set('model.6.bias', two),
        /^checkpoint: "model\.6\.bias": the model has no such parameter/,
      ],
      [
        (t) => t.set('model.5.bias', { ...two, data: new Int32Array(2) }),
        /^checkpoint: model\.5\.bias: .* Int32Array/,
      ],
      [
        (t) => t.set('model.0.bias', two),
        /^checkpoint: model\.0\.bias: expected shape \[4\], got \[2\]/,
      ],
      [
        (t) => t.delete('optimizer.m.0'),
        /^checkpoint: Adam: loadState: m\.0: expected shape .* got nothing/,
      ],
    ];
    for (const [change, message] of cases)
      await expectRefused({ resume: withTensors(change) }, message);
  });
});

describe('damage', () => {
  // At its end, so that the right answer is there at once.
  const read = async (resume: Uint8Array) => (await train(model, { resume })).length;
  const error = { name: /^FormatError$/, message: /^checkpoint: / };

  test('every flipped bit of the state, of the tensors and of the checksum is found', async () => {
    const file = saved.at(-1)!;
    const before = await weightsSha256(model);
    for (let bit = 3; bit < 8 * file.length; bit += 37) {
      const resume = file.slice();
      resume[bit >> 3]! ^= 1 << (bit & 7);
      await expect(read(resume), `bit ${bit}`).rejects.toMatchObject({ name: 'FormatError' });
    }
    expect(await weightsSha256(model)).toBe(before);
  });

  test('20,000 damaged files are refused, or are the file itself', async () => {
    const file = saved.at(-1)!;
    const answer = (epochs: unknown, bytes: Uint8Array) => {
      expect(epochs).toBe(3);
      expect(Buffer.compare(bytes, file)).toBe(0);
    };
    await fuzz(file, 20_000, 1, read, { answer, error });
  }, 300_000);

  test('5,000 damaged files whose checksum was made to fit end in no other error', async () => {
    const file = saved.at(-1)!;
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = file.slice(0, 8 + headerBytes);
    for (const damaged of mutants(header, 5000, 2)) {
      const bytes = new Uint8Array([...damaged, ...file.subarray(header.length)]);
      try {
        await read(sealed(bytes));
      } catch (problem) {
        expect((problem as Error).name).toMatch(error.name);
        expect((problem as Error).message).toMatch(error.message);
      }
    }
  }, 300_000);

  test('of another kind of file is named', async () => {
    const resume = writeSafetensors(new Map(), { format: 'simdgrad-model' });
    await expectRefused(
      { resume },
      'checkpoint: expected format simdgrad-checkpoint, got "simdgrad-model"',
    );
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
