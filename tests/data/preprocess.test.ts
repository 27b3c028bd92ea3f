import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { preprocess, type PreprocessOptions } from '../../src/data/preprocess.js';
import { frame } from '../../src/data/frame.js';
import { ShapeError } from '../../src/errors.js';

interface Case {
  readonly name: string;
  readonly image: { height: number; width: number; data: number[] };
  readonly options: PreprocessOptions;
  readonly bytes: readonly number[];
}

/** What Pillow, PyTorch and torchvision compute (tests/golden/preprocess.py). */
const golden = JSON.parse(
  readFileSync(new URL('../golden/preprocess.json', import.meta.url), 'utf8'),
) as {
  resize: Case[];
  normalise: { name: string; options: PreprocessOptions; values: number[] }[];
};

/** A picture whose bytes are 0, 1, 2, …. */
const counting = (height: number, width: number, channels = 3) => ({
  height,
  width,
  data: Uint8Array.from({ length: height * width * channels }, (_, i) => i),
});
const bytesOf = (image: Parameters<typeof preprocess>[0], options: PreprocessOptions) =>
  Array.from(preprocess(image, { scale: 1, ...options }).data);

describe('resized as Pillow, and as PyTorch without antialias', () => {
  test.each(golden.resize)('$name', ({ image, options, bytes }) => {
    const data = Uint8ClampedArray.from(image.data);
    const got = bytesOf({ ...image, data }, options);
    if (options.antialias !== false) return expect(got).toEqual(bytes);
    // PyTorch's sums are float32: now and then one of 187.5 is a bit less.
    const differences = got.map((byte, i) => Math.abs(byte - bytes[i]!));
    expect(got.length).toBe(bytes.length);
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    expect(differences.filter((difference) => difference > 0).length).toBeLessThanOrEqual(1);
  });
});

describe('normalised as torchvision', () => {
  test.each(golden.normalise)('$name', ({ options, values }) => {
    const data = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
    const image = { width: 256, height: 1, data };
    const last = preprocess(image, options);
    expect(last.shape).toEqual([1, 1, 256, 3]);
    const largest = values.reduce(
      (most, value, i) =>
        Math.max(most, Math.abs(last.data[i]! - value) / Math.max(1, Math.abs(value))),
      0,
    );
    expect(largest).toBeLessThan(1e-7);
    const first = preprocess(image, { ...options, layout: 'NCHW' });
    expect(first.shape).toEqual([1, 3, 1, 256]);
    for (let i = 0; i < 768; i++) {
      expect(first.data[(i % 3) * 256 + Math.floor(i / 3)]).toBe(last.data[i]);
    }
  });

  test('bytes alone become value / 255', () => {
    const { data } = preprocess(counting(1, 85));
    expect(data).toEqual(Float32Array.from({ length: 255 }, (_, i) => i / 255));
  });
});

describe('channels', () => {
  test('transparency is left out, and RGB may become BGR', () => {
    const image = counting(1, 2, 4);
    expect(bytesOf(image, {})).toEqual([0, 1, 2, 4, 5, 6]);
    expect(bytesOf(image, { channels: 'BGR' })).toEqual([2, 1, 0, 6, 5, 4]);
  });

  test('a grey picture has three equal channels, or the one that it has', () => {
    expect(bytesOf(counting(1, 2, 1), {})).toEqual([0, 0, 0, 1, 1, 1]);
    expect(bytesOf(counting(1, 2, 1), { channels: 'BGR' })).toEqual([0, 0, 0, 1, 1, 1]);
    expect(bytesOf(counting(1, 2, 1), { channels: 'gray' })).toEqual([0, 1]);
  });
});

describe('sizes', () => {
  const framed = (height: number, width: number, options: PreprocessOptions) =>
    frame('frame', { height, width, channels: 1, data: new Uint8Array(0) }, options);

  // torchvision: the longer side is int(size * long / short).
  test.each([
    [480, 640, 224, [224, 298]],
    [641, 480, 224, [299, 224]],
    [100, 100, 7, [7, 7]],
    [3, 1000, 2, [2, 666]],
  ])('%i x %i with a shorter side of %i', (height, width, resize, size) => {
    expect(framed(height, width, { resize }).size).toEqual(size);
  });

  // torchvision: int(round((size - crop) / 2)), where Python rounds halves to even.
  test.each([
    [10, 4, -3],
    [9, 4, -2],
    [11, 4, -4],
    [4, 4, 0],
    [5, 4, 0],
    [4, 9, 2],
    [4, 10, 3],
  ])('of %i the middle %i begin at %i', (size, centerCrop, at) => {
    expect(framed(size, size, { centerCrop }).at).toEqual([at, at]);
  });

  test('a crop is the middle, padded with zeros where the picture is smaller', () => {
    expect(bytesOf(counting(3, 3, 1), { channels: 'gray', centerCrop: 1 })).toEqual([4]);
    expect(bytesOf(counting(1, 3, 1), { channels: 'gray', centerCrop: [3, 2] })).toEqual([
      0, 0, 0, 1, 0, 0,
    ]);
    const { shape } = preprocess(counting(40, 30), { resize: 8, centerCrop: [6, 8] });
    expect(shape).toEqual([1, 6, 8, 3]);
  });

  test('a letterbox keeps the proportions, in the middle of a colour', () => {
    const image = { width: 2, height: 1, data: new Uint8Array(6).fill(9) };
    const options = { letterbox: [4, 4], fill: [1, 2, 3] } as const;
    const { data, shape } = preprocess(image, { ...options, scale: 1 });
    expect(shape).toEqual([1, 4, 4, 3]);
    const row = [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3];
    const nines = new Array<number>(24).fill(9);
    expect(Array.from(data)).toEqual([...row, ...nines, ...row]);
    expect(framed(1000, 1, { letterbox: [10, 10] })).toEqual({
      size: [10, 1],
      at: [0, 4],
      outer: [10, 10],
    });
  });

  test('the picture itself stays', () => {
    const image = counting(2, 2);
    preprocess(image, { resize: 4, channels: 'BGR' });
    expect(image).toEqual(counting(2, 2));
  });
});

describe('refuses', () => {
  const image = counting(4, 4);
  test.each([
    [{ ...image, data: [1] }, {}, TypeError, 'image.data: expected a Uint8Array'],
    [{ ...image, width: 0 }, {}, RangeError, 'image.width: expected an integer'],
    [
      { ...image, width: 5 },
      {},
      ShapeError,
      'image.data: expected 1, 3 or 4 bytes for each of 4 x 5 pixels',
    ],
    [image, { resize: 0 }, RangeError, 'resize: expected an integer of at least 1, got 0'],
    [image, { resize: [1, 2, 3] }, TypeError, 'resize: expected a number or [height, width]'],
    [image, { resize: 2 ** 30 }, RangeError, 'resize: expected at most 1073741824 samples'],
    [image, { centerCrop: 1e9 }, RangeError, 'centerCrop: expected at most 1073741824 samples'],
    [image, { letterbox: [2, 2], resize: 3 }, TypeError, 'resize: expected none beside letterbox'],
    [image, { mean: [1, 2] }, RangeError, 'mean: expected a number, or 3, one for each channel'],
    [image, { std: [1, 0, 1] }, RangeError, 'std: expected numbers other than 0, got 0'],
    [image, { std: NaN }, RangeError, 'std: expected a finite number, got NaN'],
    [image, { fill: 256 }, RangeError, 'fill: expected a number in [0, 255], got 256'],
    [image, { interpolation: 'lanczos' }, RangeError, 'interpolation: expected bilinear, bicubic'],
    [image, { layout: 7 }, TypeError, 'layout: expected NHWC, NCHW, got 7'],
    [image, { channels: 'L' }, RangeError, 'channels: expected RGB, BGR, gray, got "L"'],
    [image, { antialias: 1 }, TypeError, 'antialias: expected true or false'],
    [image, { size: 3 }, TypeError, 'options: expected channels, resize'],
  ])('%#: $3', (given, options, kind, message) => {
    const call = () => preprocess(given as never, options as never);
    expect(call).toThrow(kind);
    expect(call).toThrow(`preprocess: ${message}`);
  });
});
