import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
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

  it('leaves nothing behind when it fails, and names the file', async () => {
    const path = join(folder, 'taken');
    mkdirSync(join(path, 'inside'), { recursive: true });
    await expect(writeFileAtomically(path, 'x')).rejects.toMatchObject({
      message: expect.stringMatching(/taken cannot be written: E[A-Z]+: .*rename/) as string,
      code: expect.stringMatching(/^E/) as string,
    });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it.each([
    ['a folder that is a file', 'file/new.txt', /ENOTDIR|EEXIST/],
    ['a name that is too long', 'x'.repeat(300), /ENAMETOOLONG/],
  ])('says what failed: %s', async (_, name, reason) => {
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, name);
    const attempt = writeFileAtomically(path, 'x');
    await expect(attempt).rejects.toThrow(`${path} cannot be written: `);
    await expect(attempt).rejects.toThrow(reason);
  });

  it.runIf(process.platform === 'linux')('ends where no folder can be made', async () => {
    await expect(writeFileAtomically('/proc/simdgrad/new/file', 'x')).rejects.toThrow(
      /^\/proc\/simdgrad\/new\/file cannot be written: ENOENT: .*mkdir/,
    );
  });

  it('removes what a process left that was killed, and nothing else', async () => {
    const path = join(folder, 'file.txt');
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const own = `file.txt.${process.pid}.${randomUUID()}.tmp`;
    const left = [`file.txt.${dead}.tmp`, `file.txt.${dead}.${randomUUID()}.tmp`, own];
    const others = [
      `file.txt.${process.ppid}.${randomUUID()}.tmp`,
      `file.txt.${process.pid}.${randomUUID()}.tmp`,
      `other.txt.${dead}.tmp`,
      'file.txt.tmp',
      'file.txt.1.bak',
    ];
    for (const name of [...left, ...others]) writeFileSync(join(folder, name), '');
    // As if an earlier process of this number had written it, which containers have.
    utimesSync(join(folder, own), 1, 1);
    await writeFileAtomically(path, 'x');
    expect(readdirSync(folder).sort()).toEqual(['file.txt', ...others].sort());
  });

  it('writes one path many times at once: it holds one of the contents, whole', async () => {
    const path = join(folder, 'file.txt');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await Promise.all(texts.map((text) => writeFileAtomically(path, text)));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file.txt']);
  });
});

describe('arguments of another kind', () => {
  const loosely = (f: unknown) => f as (...args: unknown[]) => unknown;
  it.each<[string, () => unknown, string]>([
    [
      'writeFileAtomically()',
      () => loosely(writeFileAtomically)(),
      'writeFileAtomically: path: expected the path as text, got undefined',
    ],
    [
      'an empty path',
      () => writeFileAtomically('', 'x'),
      'writeFileAtomically: path: expected the path as text, got an empty string',
    ],
    [
      'no contents',
      () => loosely(writeFileAtomically)('a'),
      'writeFileAtomically: contents: expected text or bytes, got undefined',
    ],
    [
      'an object as contents',
      () => loosely(writeFileAtomically)('a', {}),
      'writeFileAtomically: contents: expected text or bytes, got object',
    ],
    [
      'checkpointFile()',
      () => loosely(checkpointFile)(),
      'checkpointFile: path: expected the path as text, got undefined',
    ],
    [
      'checkpointFile(path, 5)',
      () => loosely(checkpointFile)('a', 5),
      'checkpointFile: options: expected everySteps, got number',
    ],
    [
      'checkpointFile(save)',
      () => loosely(checkpointFile)('a', { save() {} }),
      'checkpointFile: options: expected everySteps, got save',
    ],
    ['checkpointFile(every)', () => loosely(checkpointFile)('a', { every: 1 }), 'got every'],
    [
      'writeModel()',
      () => loosely(writeModel)(),
      'writeModel: folder: expected the path as text, got undefined',
    ],
    [
      'readModel(null)',
      () => loosely(readModel)(null),
      'readModel: folder: expected the path as text, got null',
    ],
  ])('%s', async (_, call, message) => {
    await expect((async () => call())()).rejects.toThrow(message);
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
