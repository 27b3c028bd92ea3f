import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeError,
  exitCode,
  InputError,
  Interrupted,
  readingInput,
} from '../../src/cli/errors.js';
import { FormatError, OutOfMemoryError, ShapeError } from '../../src/errors.js';
import { DownloadError } from '../../src/node/index.js';

describe('exitCode', () => {
  it.each([
    [new Interrupted('x'), 130],
    [new InputError('x'), 2],
    [new FormatError('x'), 2],
    [new DownloadError('x'), 1],
    [new Error('x'), 1],
    ['x', 1],
  ])('of %s', (error, code) => expect(exitCode(error)).toBe(code));
});

describe('describeError', () => {
  it('puts a message on one line', () => {
    const error = new DownloadError('nothing came:\n  a: refused\n  b: refused\nCheck the network');
    expect(describeError(error, {})).toBe(
      'nothing came: a: refused; b: refused; Check the network',
    );
    expect(describeError('why not', {})).toBe('why not');
  });

  it('shows the stack where it is asked for', () => {
    expect(describeError(new Error('x'), { SIMDGRAD_DEBUG: '1' })).toMatch(/^Error: x\n +at /);
  });
});

describe('readingInput', () => {
  const failing = (error: unknown) => readingInput('a.png', () => Promise.reject(error));

  it('gives what was read', async () => {
    expect(await readingInput('a.png', () => 5)).toBe(5);
  });

  it('blames the input, by its name', async () => {
    await expect(failing(new ShapeError('no shape'))).rejects.toEqual(
      new InputError('a.png: no shape'),
    );
    const missing = Object.assign(new Error('ENOENT: …'), { code: 'ENOENT' });
    await expect(failing(missing)).rejects.toEqual(new InputError('a.png: no such file or folder'));
  });

  it('names the file, and says why, whatever the code', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(readingInput('run', () => readFile(join(folder, 'a')))).rejects.toEqual(
      new InputError(`run: no such file or folder (${join(folder, 'a')})`),
    );
    await expect(readingInput(file, () => readFile(join(file, 'a')))).rejects.toEqual(
      new InputError(`${file}: expected a folder, got a file (${join(file, 'a')})`),
    );
    await expect(readingInput(folder, () => readFile(folder))).rejects.toEqual(
      new InputError(`${folder}: expected a file, got a folder`),
    );
    for (const [code, problem] of [
      ['ENOSPC', 'no space left on the device'],
      ['EROFS', 'the file system is read-only'],
      ['EACCES', 'permission denied'],
    ]) {
      const error = Object.assign(new Error('from Node'), { code });
      await expect(failing(error)).rejects.toEqual(new InputError(`a.png: ${problem}`));
    }
    rmSync(folder, { recursive: true });
  });

  it.each([
    new InputError('said already'),
    new Interrupted('over'),
    new DownloadError('no network'),
    new OutOfMemoryError('too large'),
    new DOMException('aborted', 'AbortError'),
  ])('leaves %s as it is', async (error) => {
    await expect(failing(error)).rejects.toBe(error);
  });
});
