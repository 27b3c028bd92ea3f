import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  cifar10Dataset,
  csvDataset,
  type Dataset,
  idxDataset,
  maybeGunzip,
} from '../../src/data/index.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';

const LONG = 600_000;

const utf8 = (text: string) => new TextEncoder().encode(text);
const words = (...values: number[]) =>
  values.flatMap((value) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255));

/** Samples that are finite numbers, each of a class that has a name. */
function isWhole(value: unknown): void {
  const dataset = value as Dataset;
  expect(dataset.length).toBeGreaterThan(0);
  for (let i = 0; i < dataset.length; i++) {
    expect(dataset.classNames[dataset.labels[i]!]).toBeTypeOf('string');
    if (i < 20) expect(dataset.raw(i).every(Number.isFinite)).toBe(true);
  }
}

const error = (message: RegExp) => ({ name: /^FormatError$/, message });

describe('damaged files end in a FormatError that names file and place, or in an answer', () => {
  it.each([
    ['commas', 'label,a,b\n1,0.5,2\n0,3e1,-4\n1,5,6\n'],
    ['semicolons', 'name;a;b\n"red; fox";1,5;2\ndog;-3;4,25\n'],
    ['tabs', '# made\n# class\ta\tb\n1\t0.5\t2\n0\t3\t4\n'],
    ['white space', ' 1.0e+00  0.5 1\n-1.0e+00  2 3\n 1.0e+00  4 5\n'],
  ])('tables of %s', { timeout: LONG }, async (_, table) => {
    const message = /^(csv|gzip: table): (table|header|line \d+(, column .+)?): expected /s;
    const check = { answer: isWhole, error: error(message) };
    await fuzz(utf8(table), MUTANTS / 2, 1, (bytes) => csvDataset(bytes), check);
  });

  const images = Uint8Array.of(0, 0, 8, 3, ...words(3, 2, 2), ...Array.from({ length: 12 }).keys());
  const floats = Uint8Array.of(0, 0, 13, 2, ...words(3, 2), ...new Array<number>(24).fill(0x40));
  const labels = Uint8Array.of(0, 0, 8, 1, ...words(3), 2, 0, 1);
  const wide = Uint8Array.of(0, 0, 12, 2, ...words(3, 2), ...words(7, 0, 300, 1, 2, 5));
  const idx = {
    answer: isWhole,
    error: error(/^idx: (images|labels): [^:]+: expected |^idx: (images|labels): expected data/),
  };

  it.each([
    ['images', images],
    ['float32', floats],
  ])('IDX files of %s', { timeout: LONG }, async (_, file) => {
    await fuzz(file, MUTANTS, 2, (bytes) => idxDataset(bytes, labels), idx);
  });

  it.each([
    ['labels', labels],
    ['labels in columns', wide],
  ])('IDX files of %s', { timeout: LONG }, async (_, file) => {
    await fuzz(file, MUTANTS, 3, (bytes) => idxDataset(images, bytes), idx);
  });

  it('CIFAR-10', { timeout: LONG }, async () => {
    const file = new Uint8Array(2 * 3073).map((_, i) => i % 7);
    const check = { answer: isWhole, error: error(/^(cifar10|gzip): file 0: /) };
    await fuzz(file, MUTANTS, 4, (bytes) => cifar10Dataset([bytes]), check);
  });

  it.each([
    ['fixed codes', gzipSync('a few words, a few words')],
    [
      'codes of its own',
      gzipSync(utf8('0123456789abcdef,\n'.repeat(40)).map((b, i) => b ^ (i % 5))),
    ],
    [
      'several members',
      Buffer.concat([gzipSync('one'), gzipSync('', { level: 0 }), gzipSync('two')]),
    ],
  ])('gzip files with %s', { timeout: LONG }, async (_, file) => {
    const text = Buffer.from(await maybeGunzip(file)).toString('latin1');
    const check = {
      answer: (value: unknown, bytes: Uint8Array) => {
        const got = Buffer.from(value as Uint8Array);
        if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) expect(got.equals(bytes)).toBe(true);
        // Whole members may have been left out or repeated.
        else
          expect(
            got
              .toString('latin1')
              .replaceAll(text, '')
              .replace(/one|two/g, ''),
          ).toBe('');
      },
      error: error(
        /^gzip: bytes: expected a whole gzip file of at most \d+ bytes, got .* \(at byte \d+ of \d+\)$/,
      ),
    };
    await fuzz(file, MUTANTS, 5, (bytes) => maybeGunzip(bytes), check);
  });

  it('gzipped tables', { timeout: LONG }, async () => {
    const file = gzipSync('label,a,b\n1,0.5,2\n0,3e1,-4\n1,5,6\n');
    const check = { answer: isWhole, error: error(/^(csv|gzip): /) };
    await fuzz(file, MUTANTS, 6, (bytes) => csvDataset(bytes), check);
  });
});
