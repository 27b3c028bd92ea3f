import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CIFAR10_CLASSES, cifar10Dataset } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';
import { describeWithData, readData } from './support.js';

/** A record whose planes hold value, value + 1, value + 2. */
function record(label: number, value: number): number[] {
  const planes = Array.from({ length: 3072 }, (_, i) => value + Math.floor(i / 1024));
  return [label, ...planes];
}

describe('cifar10Dataset', () => {
  it('reads several files, gzipped or plain, into NHWC', async () => {
    const first = Uint8Array.from([...record(3, 10), ...record(9, 20)]);
    const second = gzipSync(Uint8Array.from(record(0, 30)));
    const dataset = await cifar10Dataset([first, second]);
    expect(dataset.inputShape).toEqual([32, 32, 3]);
    expect(Array.from(dataset.labels)).toEqual([3, 9, 0]);
    expect(Array.from(dataset.raw(1).slice(0, 6))).toEqual([20, 21, 22, 20, 21, 22]);
    expect(Array.from(dataset.raw(2).slice(-3))).toEqual([30, 31, 32]);
    expect(dataset.classNames).toEqual(CIFAR10_CLASSES);
  });

  it('keeps the order of the pixels', async () => {
    const bytes = Uint8Array.from(record(1, 0));
    bytes[1 + 2 * 1024 + 33] = 99;
    const dataset = await cifar10Dataset([bytes]);
    expect(dataset.raw(0).indexOf(99)).toBe(33 * 3 + 2);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'cifar10: file 0: expected data, got an empty file'],
    [
      'HTML',
      new TextEncoder().encode('<html>not found'),
      'cifar10: file 0: expected data, got HTML',
    ],
    [
      'a truncated file',
      Uint8Array.from(record(1, 0)).subarray(0, 3000),
      'cifar10: file 0: length: expected a multiple of 3073 bytes, got 3000: 3000 bytes after 0 whole images',
    ],
    ['trailing bytes', Uint8Array.from([...record(1, 0), 5]), '1 bytes after 1 whole images'],
    [
      'a label above 9',
      Uint8Array.from([...record(1, 0), ...record(10, 0)]),
      'cifar10: file 0: label: expected 0 to 9, got 10 for image 1',
    ],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(cifar10Dataset([bytes])).rejects.toThrow(FormatError);
    await expect(cifar10Dataset([bytes])).rejects.toThrow(message);
  });

  it('names the file that is no gzip file', async () => {
    const files = [Uint8Array.from(record(1, 0)), gzipSync('x').subarray(0, 15)];
    await expect(cifar10Dataset(files)).rejects.toThrow(/^gzip: file 1: .* got a truncated one/);
  });

  it.each([
    [[], TypeError, 'cifar10Dataset: files: expected an array of files, got undefined'],
    [[new Uint8Array(5)], TypeError, 'expected an array of files, got a Uint8Array of 5 values'],
    [[[]], RangeError, 'cifar10Dataset: files: expected at least one, got none'],
    [[['a.bin']], TypeError, 'cifar10Dataset: files[0]: expected a Uint8Array, got "a.bin"'],
    [[[], {}], TypeError, 'cifar10Dataset: arguments: expected at most 1 argument, got 2'],
  ])('refuses arguments', async (given, type, message) => {
    const call = cifar10Dataset as (...given: unknown[]) => Promise<unknown>;
    await expect(call(...given)).rejects.toThrow(type);
    await expect(call(...given)).rejects.toThrow(message);
  });
});

describeWithData('cifar10', () => {
  it('reads the test images', async () => {
    const dataset = await cifar10Dataset([readData('cifar10/test-000000-001999-jpeg.bin.gz')]);
    expect(dataset.length).toBe(2000);
    const names = Array.from(dataset.labels.slice(0, 4), (label) => dataset.classNames[label]);
    expect(names).toEqual(['cat', 'ship', 'ship', 'airplane']);
  });
});
