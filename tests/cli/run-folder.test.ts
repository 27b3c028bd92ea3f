import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { completeOptions } from '../../src/cli/options.js';
import { readDetails, readHistory } from '../../src/cli/run-details.js';
import { checkWritable, defaultRunPath, RunFolder, samePath } from '../../src/cli/run-folder.js';

let parent: string;
let path: string;
let folder: RunFolder;
const options = completeOptions({});

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
  path = join(parent, 'run');
  folder = new RunFolder(path);
});

afterEach(() => rmSync(parent, { recursive: true }));

describe('RunFolder', () => {
  it('begins with the options', async () => {
    await folder.begin(options);
    expect(readdirSync(path)).toEqual(['options.json']);
    expect(await folder.options()).toEqual(options);
    expect(await folder.isFinished()).toBe(false);
  });

  it('begins in a folder that holds other things', async () => {
    await new RunFolder(parent).begin(options);
    expect(existsSync(join(parent, 'options.json'))).toBe(true);
  });

  it('does not write over a run, nor over a file that is named as one of its own', async () => {
    await folder.begin(options);
    await expect(folder.begin(options)).rejects.toEqual(
      new InputError(
        `--out ${path}: expected a new folder, got an interrupted run: choose another, ` +
          `or go on with simdgrad train --resume ${path}`,
      ),
    );
    await folder.write('model.json', '{}');
    await expect(folder.checkFree()).rejects.toThrow(/got a finished run/);
    rmSync(folder.file('options.json'));
    await expect(folder.checkFree()).rejects.toThrow(
      /expected a new folder, got one that holds model\.json: choose another$/,
    );
  });

  it('is no folder of a run where there are no options', async () => {
    const run = 'expected the folder of a run of simdgrad train';
    await expect(folder.options()).rejects.toEqual(
      new InputError(`${path}: ${run}, got no such folder`),
    );
    await expect(new RunFolder(parent).options()).rejects.toThrow(/got no options\.json in it/);
    writeFileSync(path, '');
    await expect(folder.options()).rejects.toThrow(/got a file$/);
    await expect(folder.checkFree()).rejects.toThrow(`${path}: expected a folder, got a file`);
  });

  it('removes what writes that were cut off left', async () => {
    await folder.begin(options);
    writeFileSync(folder.file('checkpoint.safetensors').concat('.123.tmp'), 'half');
    writeFileSync(join(path, 'mine.tmp'), '');
    await folder.removeTemporaries();
    expect(readdirSync(path).sort()).toEqual(['mine.tmp', 'options.json']);
  });
});

describe('readDetails', () => {
  it('says that a run is not finished, or damaged', async () => {
    await expect(readDetails(folder)).rejects.toThrow(/got no such folder/);
    await folder.begin(options);
    await expect(readDetails(folder)).rejects.toThrow(
      `finish it with simdgrad train --resume ${path}`,
    );
    await folder.write('model.json', '{"details": {"data": 5}}');
    await expect(readDetails(folder)).rejects.toThrow(
      'model.json: details: data: expected what simdgrad train writes, got 5',
    );
    await folder.write('model.json', '<html>');
    await expect(readDetails(folder)).rejects.toThrow('model.json: expected JSON');
  });
});

describe('readHistory', () => {
  it('is empty before the first epoch', async () => {
    expect(await readHistory(folder)).toEqual([]);
    await folder.write('history.json', '[{"epoch": 1}]');
    expect(await readHistory(folder)).toEqual([{ epoch: 1 }]);
    await folder.write('history.json', '{}');
    await expect(readHistory(folder)).rejects.toThrow(/expected a list of epochs/);
  });
});

describe('checkWritable', () => {
  it('fails before the work where the result could not be written', async () => {
    await checkWritable('--json', join(parent, 'new.json'));
    await expect(checkWritable('--json', parent)).rejects.toThrow(/expected a file, got a folder/);
    await expect(checkWritable('--json', join(path, 'a.json'))).rejects.toThrow(
      /a\.json: no such file or folder/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('sees that it may not (skipped: root may)', async () => {
    chmodSync(parent, 0o500);
    await expect(checkWritable('--json', join(parent, 'a'))).rejects.toThrow(/permission denied/);
  });
});

describe('paths', () => {
  it('has the data, the model and the time in its default name', () => {
    const now = new Date(2025, 10, 3, 4, 5, 6);
    expect(defaultRunPath('mnist', 'lenet', now)).toBe('runs/mnist-lenet-20251103-040506');
  });

  it('compares places, not spellings', () => {
    expect(samePath('runs/a', './runs/b/../a/')).toBe(true);
    expect(samePath('runs/a', 'runs/b')).toBe(false);
  });
});
