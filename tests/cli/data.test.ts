import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadData, loadTest } from '../../src/cli/data.js';
import { InputError } from '../../src/cli/errors.js';
import { completeOptions, type RunOptions } from '../../src/cli/options.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simdgrad-cli-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const load = (given: Partial<RunOptions>) => loadData(completeOptions(given));
const strokesOf = (seed: number) => load({ seed, trainSize: 40, testSize: 20 });
const put = (train: string, test: string, given: Partial<RunOptions> = {}) => {
  writeFileSync(join(folder, 'train.csv'), train);
  writeFileSync(join(folder, 'test.csv'), test);
  return load({ ...given, data: folder });
};

describe('loadData: strokes', () => {
  it('draws as many as told, and others for another seed', async () => {
    const [a, b, c] = await Promise.all([strokesOf(1), strokesOf(1), strokesOf(2)]);
    expect([a.name, a.train.length, a.test.length]).toEqual(['strokes', 40, 20]);
    expect(a.train.raw(0)).toEqual(b.train.raw(0));
    expect(a.test.raw(0)).toEqual(b.test.raw(0));
    expect(a.train.raw(0)).not.toEqual(c.train.raw(0));
    expect(a.train.raw(0)).not.toEqual(a.test.raw(0));
  });

  it('normalises both parts as the training part needs it', async () => {
    const { train, test, mean, std } = await strokesOf(1);
    expect(train.statistics().mean[0]).toBeCloseTo(0, 5);
    expect(train.statistics().std[0]).toBeCloseTo(1, 5);
    const [byte, value] = [test.raw(3)[300]!, test.sample(3).input[300]!];
    expect(value).toBeCloseTo((byte / 255 - mean[0]!) / std[0]!, 5);
  });

  it('trains on the first samples only where told', async () => {
    const { train } = await load({ trainSize: 40, testSize: 20, limit: 7 });
    expect(train.length).toBe(7);
    await expect(load({ trainSize: 40, testSize: 20, limit: 41 })).rejects.toEqual(
      new InputError('--limit: expected at most 40, as many as there are training samples, got 41'),
    );
  });
});

describe('loadData: held-out samples', () => {
  const options = { trainSize: 40, testSize: 20, seed: 3 };

  it('are no training samples, and do not touch the normalisation', async () => {
    const { train, validation, test, mean } = await load({ ...options, valSplit: 0.25 });
    expect([train.length, validation!.length, test.length]).toEqual([30, 10, 20]);
    const all = (await load(options)).train;
    const pictures = (data: typeof train) =>
      Array.from({ length: data.length }, (_, i) => String(data.raw(i)));
    expect([...pictures(train), ...pictures(validation!)].sort()).toEqual(pictures(all).sort());
    expect(train.statistics().mean[0]).toBeCloseTo(0, 5);
    const [byte, value] = [validation!.raw(3)[300]!, validation!.sample(3).input[300]!];
    expect(value * train.statistics().std[0]!).toBeCloseTo(value, 4);
    expect(Math.sign(value)).toBe(Math.sign(byte / 255 - mean[0]!));
  });

  it('are drawn by the seed, a count of them or a share', async () => {
    const labels = async (seed: number, valSplit: number) => [
      ...(
        await put('1,0,1\n1,0,2\n1,0,3\n1,0,4\n2,0,5\n2,0,6\n2,0,7\n2,0,8', '2,1,1', {
          seed,
          valSplit,
        })
      ).validation!.labels,
    ];
    expect(await labels(1, 4)).toEqual(await labels(1, 0.5));
    const several = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => labels(seed, 4)));
    expect(new Set(several.map(String)).size).toBeGreaterThan(1);
    // The file is sorted by class; a cut of its end would hold one class only.
    expect(several.some((drawn) => new Set(drawn).size === 2)).toBe(true);
  });

  it.each([40, 41, 0.999, 0.001])('refuses %d of 40', async (valSplit) => {
    await expect(load({ ...options, valSplit })).rejects.toThrow(
      /--val-split: expected to leave samples on both sides, got \d+ of 40 training samples/,
    );
  });
});

describe('loadTest', () => {
  it('gives the test part alone, as the run had it', async () => {
    const options = completeOptions({ seed: 5, trainSize: 40, testSize: 20 });
    const [test, run] = [await loadTest(options), await loadData(options)];
    expect(test.length).toBe(20);
    for (let i = 0; i < 20; i++) expect(test.raw(i)).toEqual(run.test.raw(i));
  });
});

describe('loadData: a folder', () => {
  it('reads series', async () => {
    const { name, train, test } = await put('1,0,2\n2,4,6\n', '2,1,1\n');
    expect([name, train.length, test.length, train.inputShape]).toEqual([
      folder.split('/').at(-1),
      2,
      1,
      [2, 1],
    ]);
  });

  it('does not divide by zero where nothing changes', async () => {
    const { train, std } = await put('1,3,3\n2,3,3\n', '2,1,1\n');
    expect(std).toEqual([1]);
    expect([...train.sample(0).input]).toEqual([0, 0]);
  });

  it.each([
    ['<!doctype html><title>404</title>', '2,1,1', /HTML/],
    ['', '2,1,1', /empty|at least one/],
    ['label,a,b\n', '2,1,1', /at least one series, got a header only/],
    ['1,1,x\n2,1,2', '2,1,1', /line 1, column 2: expected a finite number, got "x"/],
    ['1,1,1\n2,1', '2,1,1', /line 2, column 2: expected 3 cells in all, as most lines have, got 2/],
    ['1,1,1\n2,1,1', '3,1,1', /expected a class of 1, 2, got "3"/],
    ['1,1,1\n2,1,1', '2,1,1,1', /same shape as the training samples, \[2, 1\], got \[3, 1\]/],
    ['1,1,1\n1,1,2', '1,1,1', /expected at least two classes, got 1/],
  ])('refuses %j with %j', async (train, test, message) => {
    await expect(put(train, test)).rejects.toThrow(InputError);
    await expect(put(train, test)).rejects.toThrow(message);
  });
});
