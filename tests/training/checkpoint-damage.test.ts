// Checkpoints that were damaged or written by hand.
import { beforeAll, describe, expect, test } from 'vitest';
import {
  earlyStopping,
  manualSeed,
  readSafetensors,
  type Sequential,
  weightsSha256,
  writeSafetensors,
} from '../../src/index.js';
import { checkpoints, edited, expectRefused, sealed, type State, train } from './checkpoints.js';
import { network } from './problem.js';
import { fuzz, MUTANTS, mutants } from '../support/fuzz.js';

let saved: Uint8Array[];
let model: Sequential;

beforeAll(async () => {
  saved = await checkpoints();
  manualSeed(5);
  model = network();
});

describe('a checkpoint with a fitting checksum and a state that cannot be', () => {
  test.each<[string, (state: State) => void, string]>([
    ['another version', (s) => (s.version = 1), 'expected version 3, got 1: start the run anew'],
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
      (s) => (s.run['means'] = { samples: 16, sums: { loss: 'x' }, numbers: {} }),
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
    expectRefused(model, { resume: edited(saved[4]!, change) }, `checkpoint: ${message}`),
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
    return expectRefused(model, { resume, callbacks: [earlyStopping()] }, new RegExp(message));
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
      await expectRefused(model, { resume: withTensors(change) }, message);
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

  test('damaged files are refused, or are the file itself', async () => {
    const file = saved.at(-1)!;
    const answer = (epochs: unknown, bytes: Uint8Array) => {
      expect(epochs).toBe(3);
      expect(Buffer.compare(bytes, file)).toBe(0);
    };
    await fuzz(file, MUTANTS, 1, read, { answer, error });
  }, 300_000);

  test('damaged files whose checksum was made to fit end in no other error', async () => {
    const file = saved.at(-1)!;
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = file.slice(0, 8 + headerBytes);
    for (const damaged of mutants(header, MUTANTS / 4, 2)) {
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
      model,
      { resume },
      'checkpoint: expected format simdgrad-checkpoint, got "simdgrad-model"',
    );
  });
});
