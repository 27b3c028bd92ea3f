import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  fit,
  init,
  Linear,
  manualSeed,
  Sequential,
  SGD,
  strokes,
  Flatten,
} from '../../src/index.js';
import {
  checkpointFile,
  readModel,
  writeFileAtomically,
  writeModel,
} from '../../src/node/index.js';

let folder: string;

beforeAll(() => init({ source: readFileSync('build/release.wasm') }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simdgrad-files-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const data = strokes({ count: 40, seed: 1, size: 12 });
const makeModel = () => {
  manualSeed(3);
  return new Sequential(new Flatten(), new Linear(144, 10));
};

describe('writeFileAtomically', () => {
  it('replaces a file, makes its folder, and leaves nothing else', async () => {
    const path = join(folder, 'new/file.txt');
    await writeFileAtomically(path, 'first, longer');
    await writeFileAtomically(path, new TextEncoder().encode('second'));
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(join(folder, 'new'))).toEqual(['file.txt']);
  });

  it('leaves nothing behind when it fails', async () => {
    mkdirSync(join(folder, 'taken/inside'), { recursive: true });
    await expect(writeFileAtomically(join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('checkpointFile', () => {
  it('keeps what fit goes on from', async () => {
    const path = join(folder, 'checkpoint.safetensors');
    const train = async (resume?: Uint8Array, stopAt = Infinity) => {
      using model = makeModel();
      const controller = new AbortController();
      const stop = {
        onBatchEnd: (run: { stepsDone: number }) =>
          void (run.stepsDone === stopAt && controller.abort()),
      };
      await fit(model, data, {
        epochs: 2,
        batchSize: 8,
        optimizer: new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 }),
        callbacks: [stop, checkpointFile(path, { everySteps: 2 })],
        signal: controller.signal,
        ...(resume ? { resume } : {}),
      }).catch((error: unknown) => {
        if (!controller.signal.aborted) throw error;
      });
      return model.stateDict();
    };
    const whole = await train();
    await train(undefined, 7);
    expect(await train(readFileSync(path))).toEqual(whole);
  });
});

describe('writeModel', () => {
  it('writes what readModel reads', async () => {
    using model = makeModel();
    await writeModel(folder, model, { note: 'kept' });
    expect(readdirSync(folder).sort()).toEqual(['model.json', 'model.safetensors']);
    const copy = await readModel(folder);
    using read = copy.model;
    expect(copy.details).toEqual({ note: 'kept' });
    expect(read.stateDict()).toEqual(model.stateDict());
  });

  it('refuses weights that are cut off', async () => {
    using model = makeModel();
    await writeModel(folder, model);
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    await expect(readModel(folder)).rejects.toThrow(/model\.safetensors: .*truncated/);
  });
});
