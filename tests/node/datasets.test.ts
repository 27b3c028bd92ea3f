import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { DownloadError } from '../../src/node/cache.js';
import { loadDataset } from '../../src/node/datasets.js';
import { dataDir, describeWithData, readData } from '../data/support.js';
import { serve } from './server.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simdgrad-data-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const put = (files: Record<string, Uint8Array | string>) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
};

const images = (count: number) =>
  Uint8Array.of(
    0,
    0,
    8,
    3,
    0,
    0,
    0,
    count,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    1,
    ...new Array<number>(count).fill(9),
  );
const labels = (...values: number[]) =>
  Uint8Array.of(0, 0, 8, 1, 0, 0, 0, values.length, ...values);
const cifar = (...values: number[]) => {
  const bytes = new Uint8Array(3073 * values.length);
  values.forEach((label, i) => (bytes[3073 * i] = label));
  return bytes;
};

describe('loadDataset: a directory', () => {
  it('recognises IDX files, gzipped or not, and takes the classes of the training set', async () => {
    put({
      'train-images-idx3-ubyte': images(3),
      'train-labels-idx1-ubyte.gz': gzipSync(labels(0, 2, 1)),
      't10k-images.idx3-ubyte': images(1),
      't10k-labels.idx1-ubyte': labels(1),
    });
    const { train, test } = await loadDataset(folder);
    expect([train.length, test.length]).toEqual([3, 1]);
    expect(test.classNames).toEqual(['0', '1', '2']);
  });

  it('recognises CIFAR-10 binary files, in order', async () => {
    put({
      'data_batch_2.bin': cifar(2),
      'data_batch_1.bin': cifar(1, 1),
      'test_batch.bin.gz': gzipSync(cifar(9)),
    });
    const { train, test } = await loadDataset(folder);
    expect(Array.from(train.labels)).toEqual([1, 1, 2]);
    expect(Array.from(test.labels)).toEqual([9]);
  });

  it('recognises tables', async () => {
    put({ 'Beat_TRAIN.txt': '1 0.5 1\n-1 2 3\n', 'Beat_TEST.txt': '1 4 5\n' });
    const { train, test } = await loadDataset(folder);
    expect(train.inputShape).toEqual([2, 1]);
    expect(Array.from(test.labels)).toEqual([1]);
  });

  it('takes one of several sets by the beginning of its names', async () => {
    put({
      'a_train.csv': 'label,v\nx,1',
      'a_test.csv': 'label,v\nx,1',
      'b_train.csv': 'label,v\ny,1',
      'b_test.csv': 'label,v\ny,1',
    });
    await expect(loadDataset(folder)).rejects.toThrow(
      `expected one file for each part, got a_train.csv, b_train.csv: ` +
        `add the beginning of the names of one set, as in ${join(folder, 'a')}`,
    );
    expect((await loadDataset(join(folder, 'b'))).test.classNames).toEqual(['y']);
  });

  it('says what is missing', async () => {
    await expect(loadDataset(folder)).rejects.toThrow(
      `loadDataset: ${folder}: expected IDX, CIFAR-10 binary or CSV files for training and test, got no files`,
    );
    put({ 'train-images-idx3-ubyte': images(1) });
    const promise = loadDataset(folder);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(
      `loadDataset: ${folder}: expected images and labels of train and t10k, got only train-images-idx3-ubyte`,
    );
  });

  it('names the file that is damaged', async () => {
    put({ 'train.csv': 'label,v\nx,1', 'test.csv': 'label,v\nx,one' });
    const promise = loadDataset(folder);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(
      `csv: line 2, column v: expected a finite number, got "one" (cells separated by commas) (${join(folder, 'test.csv')})`,
    );
  });

  it('reads the labels of QMNIST, eight integers for each sample', async () => {
    const wide = (...classes: number[]) =>
      Uint8Array.of(
        ...[0, 0, 12, 2, 0, 0, 0, classes.length, 0, 0, 0, 8],
        ...classes.flatMap((label) => [0, 0, 0, label, ...new Array<number>(28).fill(1)]),
      );
    put({
      'qmnist-train-images-idx3-ubyte': images(2),
      'qmnist-train-labels-idx2-int.gz': gzipSync(wide(3, 1)),
      'qmnist-test-images-idx3-ubyte': images(1),
      'qmnist-test-labels-idx2-int': wide(2),
    });
    const { train, test } = await loadDataset(folder);
    expect([Array.from(train.labels), Array.from(test.labels)]).toEqual([[3, 1], [2]]);
  });

  it('names the file of labels that the training set has no class for', async () => {
    put({
      'train-images-idx3-ubyte': images(2),
      'train-labels-idx1-ubyte': labels(0, 1),
      't10k-images-idx3-ubyte': images(1),
      't10k-labels-idx1-ubyte': labels(7),
    });
    const promise = loadDataset(folder);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(
      /labels: values: expected integers in \[0, 2\), got 7 at index 0 \(.*t10k-labels-idx1-ubyte\)$/,
    );
  });

  it('names a file that it cannot read', async () => {
    put({ 'test.csv': 'label,v\nx,1' });
    mkdirSync(join(folder, 'train.csv'));
    const promise = loadDataset(folder);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(join(folder, 'train.csv'));
  });

  it.each([
    [[], 'loadDataset: name: expected a text that is not empty, got undefined'],
    [[null], 'loadDataset: name: expected a text that is not empty, got null'],
    [[''], 'loadDataset: name: expected a text that is not empty, got ""'],
    [['mnist', 'cache'], 'loadDataset: options: expected an object, got "cache"'],
    [
      ['mnist', { cache_dir: 'x' }],
      'loadDataset: options: expected cacheDir, baseUrl, signal, onProgress, timeoutMs, got cache_dir, which is cacheDir here',
    ],
    [['mnist', { cacheDir: 5 }], 'loadDataset: cacheDir: expected a text that is not empty, got 5'],
    [['mnist', { baseUrl: {} }], 'loadDataset: baseUrl: expected a text that is not empty, got'],
    [['mnist', { signal: {} }], 'loadDataset: signal: expected an AbortSignal, got an object'],
    [['mnist', { onProgress: true }], 'loadDataset: onProgress: expected a function, got true'],
    [
      ['mnist', { timeoutMs: 0 }],
      'loadDataset: timeoutMs: expected an integer of at least 1, got 0',
    ],
    [['mnist', {}, 1], 'loadDataset: arguments: expected at most 2 arguments, got 3'],
  ])('refuses arguments %j', async (given, message) => {
    const load = loadDataset as (...given: unknown[]) => Promise<unknown>;
    await expect(load(...given)).rejects.toThrow(message);
  });

  it('refuses a name that is neither a data set nor a directory', async () => {
    await expect(loadDataset('no-such-folder/nor-this')).rejects.toThrow(
      new FormatError(
        'loadDataset: name: expected mnist, fashion-mnist, cifar10 or a directory, got "no-such-folder/nor-this"',
      ),
    );
    await expect(loadDataset('toString')).rejects.toThrow(FormatError);
  });
});

describe('loadDataset: by name', () => {
  it('reads cifar10 from the cache, or says how to put it there', async () => {
    await expect(loadDataset('cifar10', { cacheDir: folder })).rejects.toThrow(
      `loadDataset: cifar10: expected its files in ${join(folder, 'cifar10')}, got no such folder: download`,
    );
    mkdirSync(join(folder, 'cifar10'));
    put({ 'cifar10/data_batch_1.bin': cifar(1), 'cifar10/test_batch.bin': cifar(2) });
    expect((await loadDataset('cifar10', { cacheDir: folder })).train.length).toBe(1);
  });

  it('asks the server that it is told to ask', async () => {
    const paths: unknown[] = [];
    const server = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(404).end();
    });
    try {
      const baseUrl = `${server.url}mirror`;
      const promise = loadDataset('mnist', { cacheDir: folder, baseUrl });
      await expect(promise).rejects.toThrow(DownloadError);
      expect(paths).toEqual(['/mirror/train-images-idx3-ubyte.gz']);
    } finally {
      await server.close();
    }
  });
});

describeWithData('mnist', () => {
  it('are downloaded, checked and read', async () => {
    const server = await serve((request, response) =>
      response.end(readData(`mnist${request.url}`)),
    );
    const options = { cacheDir: folder, baseUrl: server.url };
    const { train, test } = await loadDataset('mnist', options).finally(server.close);
    expect([train.length, test.length]).toEqual([60_000, 10_000]);
    expect(train.classNames).toHaveLength(10);
    const cached = await loadDataset('mnist', options);
    expect(cached.test.length).toBe(10_000);
  });
});

describeWithData('fashion-mnist', () => {
  it('are downloaded, checked and read', async () => {
    const server = await serve((request, response) =>
      response.end(readData(`fashion-mnist${request.url}`)),
    );
    const options = { cacheDir: folder, baseUrl: server.url };
    const { train, test } = await loadDataset('fashion-mnist', options).finally(server.close);
    expect([train.length, test.length]).toEqual([60_000, 10_000]);
    expect(test.classNames[test.labels[0]!]).toBe('Ankle boot');
  });
});

describeWithData('cifar10', () => {
  it('are recognised', async () => {
    const { train, test } = await loadDataset(join(dataDir, 'cifar10'));
    expect([train.length, test.length]).toEqual([10_000, 2000]);
  });
});

describeWithData('ecg', () => {
  it('are recognised by the beginning of their names', async () => {
    const beats = await loadDataset(join(dataDir, 'ecg', 'mitbih'));
    expect([beats.train.length, beats.test.length]).toEqual([8000, 3000]);
    expect(beats.test.classNames).toEqual(['F', 'N', 'Q', 'S', 'V']);
    const { train, test } = await loadDataset(join(dataDir, 'ecg', 'ECG200'));
    expect([train.length, test.length]).toEqual([100, 100]);
  });
});
