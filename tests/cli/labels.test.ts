import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/cli/errors.js';
import { readLabels } from '../../src/cli/labels.js';

const folder = mkdtempSync(join(tmpdir(), 'simdgrad-labels-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string) => {
  const path = join(folder, 'labels.txt');
  writeFileSync(path, text);
  return path;
};

describe('labels', () => {
  it.each([
    ['cat\ndog\n', ['cat', 'dog']],
    ['cat\r\ndog', ['cat', 'dog']],
    ['\ufefftench, Tinca tinca\n\nlast\n', ['tench, Tinca tinca', '', 'last']],
    ['["cat", "dog"]', ['cat', 'dog']],
    ['{"tmVersion": "2.4.10", "labels": ["left", "right"]}', ['left', 'right']],
    ['', []],
  ])('%j are %j', async (text, labels) => {
    expect(await readLabels(file(text))).toEqual(labels);
  });

  it.each([
    ['{"classes": ["a"]}', /expected a list of names, got nothing/],
    ['[1, 2]', /expected a list of names, got \[1,2\]/],
    ['[cat]', /expected JSON, got text that is none/],
  ])('%j is refused', async (text, message) => {
    await expect(readLabels(file(text))).rejects.toThrow(InputError);
    await expect(readLabels(file(text))).rejects.toThrow(message);
  });

  it('that are missing are an InputError', async () => {
    await expect(readLabels(join(folder, 'none'))).rejects.toThrow(/^--labels .*no such file/);
  });
});
