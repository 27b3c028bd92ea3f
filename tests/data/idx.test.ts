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
      'idx: file: length for [4294967295,4294967295] uint8: expected 18446744065119617000 bytes, got 12: the file is truncated',
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
    ['images as labels', images, images, 'idx: labels: rank: expected 1 or 2, got [2,1,2]'],
    ['HTML as labels', images, html, 'idx: labels: expected data, got HTML'],
  ])('refuses %s', async (_, first, second, message) => {
    const promise = idxDataset(first, second);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow(message);
  });
});

describe('idxDataset: labels', () => {
  const images = (count: number) => idx([count, 1, 1], new Array<number>(count).fill(7));
  const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >> shift) & 255);
  const labelsOf = async (labels: Uint8Array, count: number, options = {}) =>
    Array.from((await idxDataset(images(count), labels, options)).labels);

  it('are the first of several columns, or another that is told', async () => {
    const wide = idx([2, 3], [7, 1, 0, 2, 0, 1].flatMap(word), 0x0c);
    expect(await labelsOf(wide, 2)).toEqual([7, 2]);
    expect(await labelsOf(wide, 2, { labelColumn: 2 })).toEqual([0, 1]);
    await expect(labelsOf(wide, 2, { labelColumn: 3 })).rejects.toThrow(
      new FormatError(
        'idx: labels: shape: expected more than 3 columns, by labelColumn, got [2,3]',
      ),
    );
  });

  it('are taken of every type', async () => {
    expect(await labelsOf(idx([2], [1, 0], 0x09), 2)).toEqual([1, 0]);
    expect(await labelsOf(idx([2], [0, 1, 0, 5], 0x0b), 2)).toEqual([1, 5]);
    expect(await labelsOf(idx([1], [0x40, 0x40, 0, 0], 0x0d), 1)).toEqual([3]);
    expect(await labelsOf(idx([1], [0x40, 0x14, 0, 0, 0, 0, 0, 0], 0x0e), 1)).toEqual([5]);
  });

  it.each([
    [
      'int32 in the other byte order',
      idx([1], [5, 0, 0, 0], 0x0c),
      'integers in [0, 65536), got 83886080 at index 0: wrong byte order?',
    ],
    [
      'int16 in the other byte order',
      idx([1], [5, 0], 0x0b),
      'some below 256, got multiples of 256 only: wrong byte order?',
    ],
    [
      'float32 in the other byte order',
      idx([1], [0, 0, 0x40, 0x40], 0x0d),
      'at index 0: wrong byte order?',
    ],
    [
      'float64 in the other byte order',
      idx([1], [0, 0, 0, 0, 0, 0, 0x14, 0x40], 0x0e),
      'at index 0: wrong byte order?',
    ],
    [
      'two thousand millions',
      idx([1], word(2_000_000_001), 0x0c),
      'integers in [0, 65536), got 2000000001 at index 0',
    ],
    ['negative', idx([1], [255], 0x09), 'integers in [0, 65536), got -1 at index 0'],
    ['a fraction', idx([1], [0x3f, 0, 0, 0], 0x0d), 'integers in [0, 65536), got 0.5 at index 0'],
    ['NaN', idx([1], [0x7f, 0xc0, 0, 0], 0x0d), 'integers in [0, 65536), got NaN at index 0'],
    ['infinite', idx([1], [0x7f, 0x80, 0, 0], 0x0d), 'integers in [0, 65536), got Infinity'],
  ])('are refused: %s', async (_, labels, message) => {
    const promise = labelsOf(labels, 1);
    await expect(promise).rejects.toThrow(FormatError);
    await expect(promise).rejects.toThrow('idx: labels: values: expected ');
    await expect(promise).rejects.toThrow(message);
  });

  it('are held against the names of classes', async () => {
    const promise = labelsOf(idx([2], [1, 2]), 2, { classNames: ['a', 'b'] });
    await expect(promise).rejects.toThrow(
      new FormatError('idx: labels: values: expected integers in [0, 2), got 2 at index 1'),
    );
  });
});

describe('idxDataset: images', () => {
  const labels = idx([2], [0, 1]);

  it('of other types than bytes are taken as they are', async () => {
    const signed = await idxDataset(idx([2, 2], [1, 255, 128, 127], 0x09), labels);
    expect(Array.from(signed.batch([0, 1]).inputs)).toEqual([1, -1, -128, 127]);
  });

  it.each([
    ['NaN', 0x0d, [0x7f, 0xc0, 0, 0], 'finite float32, got NaN at index 3 (sample 1)'],
    ['infinity', 0x0d, [0xff, 0x80, 0, 0], 'finite float32, got -Infinity at index 3 (sample 1)'],
    [
      'a number beyond float32',
      0x0e,
      [0x7f, 0xe0, 0, 0, 0, 0, 0, 0],
      'finite float64, got 8.98846567431158e+307 at index 3 (sample 1)',
    ],
  ])('with %s are refused', async (_, type, bytes, message) => {
    const zeros = new Array<number>(3 * bytes.length).fill(0);
    const promise = idxDataset(idx([2, 2], [...zeros, ...bytes], type), labels);
    await expect(promise).rejects.toThrow(
      new FormatError(`idx: images: values: expected ${message}`),
    );
  });

  it('of which the header is in the other byte order are named so', async () => {
    const swapped = Uint8Array.of(0, 0, 8, 2, 2, 0, 0, 0, 1, 0, 0, 0, 5, 6);
    await expect(idxDataset(swapped, labels)).rejects.toThrow(
      'got 14: the file is truncated: wrong byte order?',
    );
  });
});

describe('arguments', () => {
  const call = idxDataset as (...given: unknown[]) => Promise<unknown>;
  const file = idx([1], [0]);

  it.each([
    [[], 'idxDataset: imagesBytes: expected a Uint8Array, got undefined'],
    [[file], 'idxDataset: labelsBytes: expected a Uint8Array, got undefined'],
    [[file, 'labels'], 'idxDataset: labelsBytes: expected a Uint8Array, got "labels"'],
    [[file, file, null], 'idxDataset: options: expected an object, got null'],
    [
      [file, file, { classes: ['a'] }],
      'idxDataset: options: expected classNames, labelColumn, got classes',
    ],
    [
      [file, file, { classNames: ['a', 'a'] }],
      'idxDataset: classNames: expected each name once, got "a" twice',
    ],
    [
      [file, file, { labelColumn: -1 }],
      'idxDataset: labelColumn: expected an integer of at least 0, got -1',
    ],
    [[file, file, {}, 1], 'idxDataset: arguments: expected at most 3 arguments, got 4'],
  ])('are refused', async (given, message) => {
    await expect(call(...given)).rejects.toThrow(message);
  });

  it('of parseIdx are refused', () => {
    const parse = parseIdx as (...given: unknown[]) => unknown;
    expect(() => parse(null)).toThrow(
      new TypeError('parseIdx: bytes: expected a Uint8Array, got null'),
    );
    expect(() => parse(file, 'name', 1)).toThrow(TypeError);
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
