import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { idxDataset, parseIdx } from '../../src/data/index.js';
import { FormatError } from '../../src/errors.js';
import { describeWithData, readData } from './support.js';

/** An IDX file of bytes, unless other element bytes are given. */
function idx(shape: number[], elements: number[], type = 0x08): Uint8Array {
  const header = new Uint8Array(4 + 4 * shape.length);
  const view = new DataView(header.buffer);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  return Uint8Array.of(...header, ...elements);
}

const html = new TextEncoder().encode('\n<!DOCTYPE html><html><body>404</body></html>');

describe('parseIdx', () => {
  it.each([
    ['uint8', 0x08, [0, 255], Uint8Array.of(0, 255)],
    ['int8', 0x09, [1, 255], Int8Array.of(1, -1)],
    ['int16', 0x0b, [1, 2, 255, 254], Int16Array.of(258, -2)],
    ['int32', 0x0c, [0, 1, 0, 0, 255, 255, 255, 253], Int32Array.of(65536, -3)],
    ['float32', 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], Float32Array.of(1, -2.5)],
    [
      'float64',
      0x0e,
      [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0],
      Float64Array.of(1.5, -2),
    ],
  ])('reads %s', (type, code, elements, data) => {
    expect(parseIdx(idx([2], elements, code))).toEqual({ type, shape: [2], data });
  });

  it('reads several axes, from the middle of a buffer, without copying bytes', () => {
    const file = idx([2, 3], [1, 2, 3, 4, 5, 6]);
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    const { shape, data } = parseIdx(larger.subarray(3));
    expect(shape).toEqual([2, 3]);
    expect(Array.from(data)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(data.buffer).toBe(larger.buffer);
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'idx: file: expected data, got an empty file'],
    [
      'HTML',
      html,
      'idx: file: expected data, got HTML: the file starts with "<!DOCTYPE html><html><body>404", probably an error page from a server',
    ],
    [
      'a wrong magic',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      'idx: file: magic: expected 00 00, an element type (08 09 0b 0c 0d 0e) and a rank above 0, got 89 50 4e 47',
    ],
    ['an unknown type', idx([1], [0], 0x0a), 'got 00 00 0a 01'],
    ['rank 0', Uint8Array.of(0, 0, 8, 0), 'got 00 00 08 00'],
    ['three bytes', Uint8Array.of(0, 0, 8), 'got 00 00 08'],
    [
      'a truncated header',
      idx([2, 2], []).subarray(0, 10),
      'idx: file: header: expected 12 bytes, got 10',
    ],
    [
      'truncated data',
      idx([2, 2], [1, 2, 3]),
      'idx: file: length for [2,2] uint8: expected 16 bytes, got 15: the file is truncated',
    ],
    [
      'trailing bytes',
      idx([2], [1, 2, 3, 4]),
      'idx: file: length for [2] uint8: expected 10 bytes, got 12: 2 too many',
    ],
    [
      'sizes that overflow',
      idx([2 ** 32 - 1, 2 ** 32 - 1], []),
      'idx: file: sizes: expected a product below 2^53 bytes, got [4294967295,4294967295] uint8',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseIdx(bytes)).toThrow(FormatError);
    expect(() => parseIdx(bytes)).toThrow(message);
  });
});

describe('idxDataset', () => {
  const images = idx([2, 1, 2], [0, 255, 51, 102]);
  const labels = idx([2], [3, 1]);

  it('makes images of one channel, gzipped or plain', async () => {
    for (const pack of [(bytes: Uint8Array) => bytes, gzipSync]) {
      const dataset = await idxDataset(pack(images), pack(labels));
      expect(dataset.inputShape).toEqual([1, 2, 1]);
      expect(Array.from(dataset.labels)).toEqual([3, 1]);
      expect(dataset.classNames).toEqual(['0', '1', '2', '3']);
      expect(Array.from(dataset.raw(1))).toEqual([51, 102]);
    }
  });

  it('takes floats, signals and channels', async () => {
    const signals = idx([1, 2], [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], 0x0d);
    const dataset = await idxDataset(signals, idx([1], [0]));
    expect(dataset.inputShape).toEqual([2, 1]);
    expect(Array.from(dataset.sample(0).input)).toEqual([1, -2.5]);
    const colour = await idxDataset(idx([1, 1, 1, 3], [1, 2, 3]), idx([1], [0]));
    expect(colour.inputShape).toEqual([1, 1, 3]);
  });

  it('takes class names', async () => {
    const classNames = ['a', 'b', 'c', 'd', 'e'];
    expect((await idxDataset(images, labels, { classNames })).classNames).toEqual(classNames);
  });

  it.each([
    [
      'different counts',
      images,
      idx([3], [0, 0, 0]),
      'idx: images: count: expected 3, one per label, got 2',
    ],
    [
      'no samples',
      idx([0, 1, 2], []),
      idx([0], []),
      'idx: images: count: expected at least one sample, got [0,1,2]',
    ],
    ['files in the wrong order', labels, images, 'idx: images: rank: expected 2, 3 or 4, got [2]'],
    ['images as labels', images, images, 'idx: labels: rank: expected 1, got [2,1,2]'],
    ['HTML as labels', images, html, 'idx: labels: expected data, got HTML'],
  ])('refuses %s', async (_, first, second, message) => {
    const promise = idxDataset(first, second);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(message);
  });
});

describeWithData('mnist', () => {
  it('reads the original test set', async () => {
    const dataset = await idxDataset(
      readData('mnist/t10k-images-idx3-ubyte.gz'),
      readData('mnist/t10k-labels-idx1-ubyte.gz'),
    );
    expect(dataset.length).toBe(10_000);
    expect(dataset.inputShape).toEqual([28, 28, 1]);
    expect(Array.from(dataset.labels.slice(0, 5))).toEqual([7, 2, 1, 0, 4]);
    // The known statistics of the test set.
    const { mean, std } = dataset.statistics();
    expect(mean[0]).toBeCloseTo(0.1325, 4);
    expect(std[0]).toBeCloseTo(0.3105, 4);
  });
});
