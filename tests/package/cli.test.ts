import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { strokes } from '../../src/index.js';
import { at, simdgrad, trainReference } from './command.js';

const images = resolve('../shared/data/images');

trainReference();

describe('predict', () => {
  const digits = strokes({ count: 20, seed: 11 });
  const writeDigit = (index: number, invert = false) => {
    const data = Uint8Array.from(digits.raw(index), (byte) => (invert ? 255 - byte : byte));
    const name = `digit-${index}${invert ? '-inverted' : ''}.png`;
    writeFileSync(at(name), encode({ width: 28, height: 28, channels: 1, data }));
    return name;
  };

  it('recognises digits, white on black or black on white', async () => {
    const files = Array.from(digits.labels, (_, i) => writeDigit(i, i % 2 === 1));
    const { code, stdout } = await simdgrad('predict', 'reference', ...files, '--json');
    expect(code).toBe(0);
    const predictions = JSON.parse(stdout) as {
      file: string;
      class: string;
      top: { class: string; probability: number }[];
    }[];
    expect(predictions.map(({ file }) => file)).toEqual(files);
    const hits = predictions.filter((p, i) => p.class === String(digits.labels[i]));
    expect(hits.length).toBeGreaterThanOrEqual(17);
    for (const { top } of predictions) {
      const [a, b, c] = top.map(({ probability }) => probability);
      expect(top).toHaveLength(3);
      expect(a! >= b! && b! >= c! && c! >= 0 && a! + b! + c! < 1 + 1e-9).toBe(true);
    }
  });

  it('says it in words', async () => {
    const { stdout } = await simdgrad('predict', 'reference', writeDigit(0));
    expect(stdout).toMatch(/^digit-0\.png: \d {2}\(\d \d+\.\d%, \d \d+\.\d%, \d \d+\.\d%\)\n$/);
  });

  it('says where a picture is one plain colour for the model', async () => {
    writeFileSync(
      at('empty.png'),
      encode({ width: 9, height: 9, data: new Uint8Array(324).fill(255) }),
    );
    const { code, stdout, stderr } = await simdgrad('predict', 'reference', 'empty.png', '--json');
    expect(stderr).toBe(
      'empty.png: one plain colour after preparation: grey 0 in all of 28x28 pixels\n',
    );
    expect({ code, files: (JSON.parse(stdout) as unknown[]).length }).toEqual({
      code: 0,
      files: 1,
    });
  });

  const present = existsSync(images);
  it.skipIf(!present)(
    `takes photographs${present ? '' : ' (skipped: ../shared/data/images is absent)'}`,
    async () => {
      const files = ['cat.jpg', 'kitten_224.png', 'mnist_28.png'].map((name) => join(images, name));
      const { code, stdout } = await simdgrad('predict', 'reference', ...files);
      expect(code).toBe(0);
      expect(stdout.split('\n').map((line) => line.split(': ')[0])).toEqual([...files, '']);
    },
  );
});

describe('help', () => {
  it('has examples, and the version is that of the package', async () => {
    const [help, train, version] = await Promise.all([
      simdgrad('--help'),
      simdgrad('train', '--help'),
      simdgrad('--version'),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('simdgrad train --resume');
    expect(train.stdout).toContain('--weight-decay <x>');
    expect(train.stdout).toMatch(/--threads <n> [^]*\(default: auto\)/);
    expect(version.stdout).toBe(`${pkg.version}\n`);
  });
});

describe('bench', () => {
  it('measures every variant that the engine accepts, next to plain JavaScript', async () => {
    const { code, stdout } = await simdgrad('bench', '--json', '-');
    expect(code).toBe(0);
    const { peaks, rows } = JSON.parse(stdout) as {
      peaks: Record<string, number>;
      rows: { implementation: string; msMin: number; timesJs: number }[];
    };
    expect(peaks['simd']).toBeGreaterThan(0);
    expect(new Set(rows.map(({ implementation }) => implementation))).toEqual(
      new Set(['js', ...Object.keys(peaks)]),
    );
    for (const { msMin, timesJs } of rows) expect(msMin > 0 && timesJs > 0).toBe(true);
  });
});
