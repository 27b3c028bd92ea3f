import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, folder, simdgrad, start, trainReference } from './command.js';

trainReference();

describe('errors', () => {
  beforeAll(() => {
    const idx = (type: number, ...sizes: number[]) => [
      ...[0, 0, type, sizes.length],
      ...sizes.flatMap((size) => [0, 0, 0, size]),
    ];
    const put = (name: string, files: Record<string, Uint8Array | string>) => {
      mkdirSync(at(name));
      for (const [file, content] of Object.entries(files)) writeFileSync(at(name, file), content);
    };
    const pictures = Uint8Array.of(...idx(8, 2, 4, 4), ...new Array<number>(32).fill(1));
    const labels = (...values: number[]) => Uint8Array.of(...idx(8, values.length), ...values);
    const set = (images: Uint8Array, train: Uint8Array, test: Uint8Array) => ({
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': train,
      't10k-images-idx3-ubyte': pictures,
      't10k-labels-idx1-ubyte': test,
    });
    put('html', { 'train.csv': '<!doctype html><p>404', 'test.csv': '1,2' });
    put('truncated', set(pictures.subarray(0, 40), labels(0, 1), labels(0, 1)));
    put('outside', set(pictures, labels(0, 1), labels(0, 5)));
    put('empty-set', set(Uint8Array.of(...idx(8, 0, 4, 4)), labels(), labels(0, 1)));
    put('nothing', {});
    put('small', { 'train.csv': '1,2,3\n2,3,4\n', 'test.csv': '1,2,3\n' });
    writeFileSync(at('page.png'), '<!doctype html><title>Not found</title>');
    writeFileSync(
      at('cut.png'),
      encode({ width: 9, height: 9, data: new Uint8Array(324) }).slice(0, 60),
    );
    writeFileSync(at('file'), '');
  });

  it.each([
    ['', /command: expected train, predict, evaluate, inspect, convert or bench, got none/],
    ['tarin', /command: expected train, predict, evaluate, inspect, convert or bench, got 'tarin'/],
    ['train --epoch 3', /unknown option '--epoch' .*expected one of --data, --model, --epochs/],
    ['train --epochs', /option '--epochs <n>' argument missing/],
    ['train strokes', /too many arguments/],
    ['train --epochs three', /--epochs: expected an integer from 1, got 'three'/],
    ['train --lr NaN', /--lr: expected a number above 0, got 'NaN'/],
    ['train --momentum 1', /--momentum: expected a number from 0 to below 1, got '1'/],
    ['train --threads 0', /--threads: expected auto or an integer from 1 to 128, got '0'/],
    ['train --model resnet', /--model: expected one of lenet, cifar, got 'resnet'/],
    ['train --optimizer rmsprop', /--optimizer: expected one of sgd, adam, adamw, adadelta/],
    ['train --data mnits', /--data: expected one of strokes, mnist, .* or a folder, got 'mnits'/],
    ['train --data ./missing', /--data \S+missing: .*expected/],
    ['train --data nothing', /--data \S+nothing: .*got no files/],
    ['train --data html', /--data \S+html: .*HTML/],
    ['train --data truncated', /--data \S+truncated: .*the file is truncated/],
    ['train --data outside', /--data \S+outside: .*labels: .*expected integers in \[0, 2\), got 5/],
    ['train --data empty-set', /--data \S+empty-set: .*at least one sample/],
    [
      'train --data small',
      /--model lenet: expected .* of at least 4 along each axis, got \[2, 1\]/,
    ],
    ['train --data small --limit 3', /--limit: expected at most 2/],
    ['train --val-split 0', /--val-split: expected a share between 0 and 1/],
    ['train --val-split 99999', /--val-split: expected to leave samples on both sides/],
    ['train --out reference', /--out reference: expected a new folder, got a finished run/],
    ['train --out file/run', /file\/run: expected a folder, got a file/],
    ['train --json nothing', /--json nothing: expected a file, got a folder/],
    ['train --json missing/a.json', /--json missing\/a\.json: no such file or folder/],
    ['train --resume', /--resume: expected the folder of a run/],
    ['train --resume nothing', /nothing: expected the folder of a run .*, got no options\.json/],
    ['train --resume reference --seed 8', /--seed 8 contradicts reference, .* started with 7/],
    ['train --resume reference --epochs 1', /--epochs 1 contradicts reference, .* started with 2/],
    [
      'train --resume reference --lr 1',
      /--lr 1: reference is finished after 2 epochs: ask for more/,
    ],
    ['train --resume reference --out other-place', /contradicts --resume reference/],
    ['predict reference', /missing required argument 'image'/],
    ['predict missing a.png', /missing: expected the folder of a run .*, got no such folder/],
    ['predict reference a.png', /a\.png: no such file or folder/],
    ['predict reference nothing', /nothing: expected a file, got a folder/],
    ['predict reference page.png', /page\.png: expected a PNG or JPEG picture, got an HTML page/],
    ['predict reference cut.png', /cut\.png: expected a PNG picture, got one truncated/],
    [
      'predict reference a.png --input-shape 28',
      /--input-shape 28 contradicts reference.model\.json/,
    ],
    ['predict reference a.png --input-shape 28,x', /--input-shape: expected positive integers/],
    ['predict reference a.png --threads 2', /unknown option '--threads': expected one of --labels/],
    ['evaluate nothing', /nothing: expected the folder of a run .* no model\.json in it/],
    ['evaluate reference --data nothing', /nothing: .*got no files/],
    ['inspect nothing', /nothing: expected the folder of a run/],
    ['inspect reference other', /too many arguments/],
    ['help nothing', /help: expected train, predict, evaluate, inspect, convert or bench/],
  ])('simdgrad %s', async (line, message) => {
    const before = readdirSync(folder).sort();
    const { code, stdout, stderr } = await simdgrad(...line.split(' ').filter(Boolean));
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^simdgrad: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.each([
    ['train', '--out', ''],
    ['train', '--resume', ''],
    ['inspect', ''],
    ['predict', '', 'a.png'],
    ['train', '--json', ''],
  ])('simdgrad %s %j %j: an empty path is not the current folder', async (...args) => {
    const before = readdirSync(folder).sort();
    const { code, stderr } = await simdgrad(...args);
    expect(stderr).toMatch(/^simdgrad: [^\n]*: expected a path, got ''\n$/);
    expect(code).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.skipIf(process.platform !== 'linux')('does not hang where no folder can be made', async () => {
    const args = ['--train-size', '20', '--test-size', '10', '--out', '/proc/simdgrad/run'];
    const { code, stderr } = await simdgrad('train', ...args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'simdgrad: /proc/simdgrad/run: no such file or folder\n',
    });
  });

  it('shows a stack only where it is asked for', async () => {
    const args = ['train', '--lr', 'x'];
    const { code, stderr } = await start(args, { SIMDGRAD_DEBUG: '1' }).done;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^simdgrad: InputError: .*\n +at /);
  });

  it('tells a failing network from bad input', async () => {
    const script = 'globalThis.fetch=()=>Promise.reject(new TypeError("fetch failed"))';
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(script)}`;
    const { code, stdout, stderr } = await start(['train', '--data', 'mnist'], { NODE_OPTIONS })
      .done;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^simdgrad: download: .*no server delivered the file: [^\n]*\n$/);
    expect(existsSync(at('runs'))).toBe(false);
  });
});
