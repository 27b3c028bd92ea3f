import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adam,
  checkpoint,
  earlyStopping,
  fit,
  manualSeed,
  SGD,
  weightsSha256,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import { bars, counted, flipped, network } from './problem.js';

const EPOCHS = 4;
const optimizers = {
  sgd: (params: ReturnType<ReturnType<typeof network>['parameters']>) =>
    new SGD(params, { lr: 0.05, momentum: 0.9 }),
  adam: (params: ReturnType<ReturnType<typeof network>['parameters']>) => new Adam(params),
};

interface RunOptions {
  resume?: Uint8Array;
  stopAt?: number;
  /** After so many batches of all validations. */
  stopInValidation?: number;
  seed?: number;
}

/** A run with dropout and augmentation, from the beginning or from a checkpoint. */
async function run(
  kind: keyof typeof optimizers,
  { resume, stopAt, stopInValidation, seed = 11 }: RunOptions = {},
) {
  manualSeed(seed);
  const model = network();
  const data = flipped(bars(90));
  const saved: Uint8Array[] = [];
  const controller = new AbortController();
  const kill = () => controller.abort(new Error('killed'));
  const seen = (count: number) => void (count === stopInValidation && kill());
  const history = await fit(model, data, {
    optimizer: optimizers[kind](model.parameters()),
    epochs: EPOCHS,
    batchSize: 8,
    validation: counted(bars(30, 4), seen),
    signal: controller.signal,
    ...(resume && { resume }),
    callbacks: [
      earlyStopping({ patience: 100 }),
      { onBatchEnd: (r) => void (r.stepsDone === stopAt && kill()) },
      checkpoint({ save: (bytes) => void saved.push(bytes) }),
    ],
  }).catch((error: Error) => {
    if (error.message !== 'killed') throw error;
    return [];
  });
  const measured = history.map(({ seconds: _s, samplesPerSecond: _r, ...rest }) => rest);
  return { sha: await weightsSha256(model), history: measured, saved };
}

describe.each(['sgd', 'adam'] as const)('an interrupted run with %s', (kind) => {
  test('ends with the same bits and the same history wherever it was stopped', async () => {
    const whole = await run(kind);
    const random = new Random(3);
    const steps = [1, 11, 12, 13, 47, ...Array.from({ length: 4 }, () => 1 + random.integer(47))];
    for (const stopAt of steps) {
      const first = await run(kind, { stopAt });
      expect(first.history).toEqual([]);
      // Another seed: everything has to come from the checkpoint.
      const second = await run(kind, { resume: first.saved.at(-1)!, seed: 99 });
      expect(second.sha, `stopped at step ${stopAt}`).toBe(whole.sha);
      expect(second.history).toEqual(whole.history);
    }
  });
});

test.each([1, 3, 4, 6])('a run that was stopped in validation batch %i goes on', async (batch) => {
  const whole = await run('adam');
  const first = await run('adam', { stopInValidation: batch });
  expect(first.history).toEqual([]);
  const second = await run('adam', { resume: first.saved.at(-1)!, seed: 99 });
  expect(second.sha).toBe(whole.sha);
  expect(second.history).toEqual(whole.history);
});

test('a run may be interrupted many times', async () => {
  const whole = await run('adam');
  let resume: Uint8Array | undefined;
  for (const stopAt of [5, 6, 20, 36]) {
    resume = (
      await run('adam', { stopAt, ...(resume && { resume }), seed: resume ? stopAt : 11 })
    ).saved.at(-1)!;
  }
  expect((await run('adam', { resume: resume! })).sha).toBe(whole.sha);
});

describe('a checkpoint of something else', () => {
  let model: ReturnType<typeof network>;
  beforeAll(() => {
    model = network();
  });
  const fitWith = (resume: Uint8Array, batchSize = 8) =>
    fit(model, bars(90), {
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      epochs: 1,
      batchSize,
      resume,
    });

  test.each([
    ['garbage', () => new Uint8Array(100).fill(60), 'checkpoint: expected a safetensors file'],
    [
      'an empty file',
      () => new Uint8Array(0),
      'checkpoint: expected a safetensors file, got 0 bytes',
    ],
  ])('%s', async (_, bytes, message) => {
    const before = await weightsSha256(model);
    await expect(fitWith(bytes())).rejects.toThrow(message);
    expect(await weightsSha256(model)).toBe(before);
  });

  test('another batch size, and a truncated file', async () => {
    const { saved } = await run('sgd', { stopAt: 3 });
    const before = await weightsSha256(model);
    await expect(fitWith(saved[0]!, 16)).rejects.toThrow(
      'checkpoint: batchSize: the run was started with 8, it cannot go on with 16',
    );
    await expect(fitWith(saved[0]!.subarray(0, saved[0]!.length - 40))).rejects.toThrow(
      'truncated',
    );
    expect(await weightsSha256(model)).toBe(before);
  });
});
