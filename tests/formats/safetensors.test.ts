import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError, ShapeError } from '../../src/errors.js';
import {
  type NamedArray,
  readSafetensors,
  writeSafetensors,
} from '../../src/formats/safetensors.js';
import { sizeOf } from '../../src/shape.js';

const floats = (values: number[], ...shape: number[]): NamedArray => ({
  shape,
  data: Float32Array.from(values),
});

/** A file from a header, given as JSON or as text, and a number of bytes of tensors. */
function fileOf(header: unknown, bodyBytes: number): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + json.length + bodyBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('round trip', () => {
  test('keeps every bit, the order of the names, and the metadata', () => {
    // Infinities, both zeros, a subnormal number, and NaNs with a payload.
    const bits = Int32Array.of(0x7f800000, -0x800000, 0, -0x80000000, 1, 0x7fc00001, -1);
    const tensors = new Map<string, NamedArray>([
      ['2.weight', { shape: [7, 1], data: new Float32Array(bits.buffer) }],
      ['0', { shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) }],
      ['scalar', floats([0.1])],
      ['empty', floats([], 0, 3)],
      ['schräg "☃"', floats([1, 2], 1, 2)],
      ['__proto__', floats([5], 1)],
    ]);
    const read = readSafetensors(writeSafetensors(tensors, { format: 'test', ä: '1' }));
    expect(read.metadata).toEqual({ format: 'test', ä: '1' });
    expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, { shape, data }] of tensors) {
      const got = read.tensors.get(name)!;
      expect(got.shape).toEqual(shape);
      expect(got.data.constructor).toBe(data.constructor);
      const [a, b] = [got.data, data].map(
        (d) => new Uint8Array(d.buffer, d.byteOffset, d.byteLength),
      );
      expect(a).toEqual(b);
    }
  });

  test('of nothing', () => {
    const read = readSafetensors(writeSafetensors(new Map()));
    expect([read.tensors.size, read.metadata]).toEqual([0, {}]);
  });

  test('of a part of a larger array', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const file = writeSafetensors(new Map([['a', { shape: [2], data }]]));
    expect(readSafetensors(file).tensors.get('a')!.data).toEqual(Float32Array.of(1, 2));
  });

  test('of a file that begins anywhere in a buffer', () => {
    const file = writeSafetensors(new Map([['a', floats([1, 2], 2)]]));
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors.get('a')!.data).toEqual(
      Float32Array.of(1, 2),
    );
  });
});

describe('the file that is written', () => {
  test('is laid out as the specification says', () => {
    const file = writeSafetensors(
      new Map([
        ['a', floats([1], 1)],
        ['b', floats([2, 3], 2)],
      ]),
      { k: 'v' },
    );
    const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(headerBytes % 8).toBe(0);
    const text = new TextDecoder().decode(file.subarray(8, 8 + headerBytes));
    expect(text.trimEnd()).toBe(
      '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
        '"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}',
    );
    expect(text.slice(text.trimEnd().length)).toMatch(/^ *$/);
    expect([...file.subarray(8 + headerBytes)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64]);
  });

  test('has no tensor whose data do not fill its shape', () => {
    expect(() => writeSafetensors(new Map([['a', floats([1, 2, 3], 2)]]))).toThrow(
      new ShapeError('writeSafetensors: a: 3 values do not fill shape [2]'),
    );
  });
});

const BURN = '../shared/data/models/mnist-burn/mnist.safetensors';

describe.skipIf(!existsSync(BURN))(`a file of another library (skipped without ${BURN})`, () => {
  test('is refused by name where it holds 64-bit integers', () => {
    expect(() => readSafetensors(readFileSync(BURN), 'burn')).toThrow(
      new FormatError('burn: norm1.num_batches_tracked: expected dtype F32 or I32, got I64'),
    );
  });

  test('is read when those are called pairs of 32-bit integers', () => {
    const file = readFileSync(BURN);
    const headerBytes = Number(file.readBigUInt64LE(0));
    const header = file.subarray(8, 8 + headerBytes).toString();
    const patched = header.replaceAll('"I64","shape":[]', '"I32","shape":[2]').trimEnd();
    file.write(patched.padEnd(headerBytes), 8);
    const { tensors } = readSafetensors(file);
    expect(tensors.size).toBe(20);
    expect(tensors.get('conv2.weight')!.shape).toEqual([16, 8, 3, 3]);
    expect(tensors.get('norm1.num_batches_tracked')!.data).toBeInstanceOf(Int32Array);
    for (const { shape, data } of tensors.values()) expect(data.length).toBe(sizeOf(shape));
    // Weights that were trained: finite, and none of them large.
    const weights = [...tensors.get('fc2.weight')!.data];
    expect(Math.max(...weights.map(Math.abs))).toBeLessThan(10);
    expect(new Set(weights).size).toBeGreaterThan(300);
  });
});

describe('a damaged file is a FormatError', () => {
  test('cut anywhere', () => {
    const file = writeSafetensors(
      new Map([
        ['a', floats([1, 2, 3], 3)],
        ['b', floats([4], 1)],
      ]),
      { k: 'v' },
    );
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.subarray(0, length)), `${length} bytes`).toThrow(
        FormatError,
      );
    }
    expect(readSafetensors(file).tensors.size).toBe(2);
  });

  test('with bytes after its end', () => {
    const file = fileOf({ a: f32([1], 0, 4) }, 5);
    expect(() => readSafetensors(file, 'x')).toThrow(
      new FormatError('x: expected 4 bytes of tensors, got 5'),
    );
  });

  const tooLong = (length: bigint) => {
    const file = new Uint8Array(64);
    new DataView(file.buffer).setBigUint64(0, length, true);
    return file;
  };

  test.each<[string, Uint8Array, string]>([
    [
      'an HTML page',
      new TextEncoder().encode('<!doctype html><html></html>'),
      'the file is truncated or of another format',
    ],
    ['a header longer than the file', tooLong(57n), 'the file is truncated or of another format'],
    [
      'a header of 2^64 − 1 bytes',
      tooLong(2n ** 64n - 1n),
      'the file is truncated or of another format',
    ],
    ['an empty header', tooLong(0n), 'x: the header is not JSON'],
    ['a header that is not JSON', fileOf('{"a": ', 0), 'x: the header is not JSON'],
    ['a header that is not UTF-8', tooLong(2n).fill(0xff, 8), 'x: the header is not JSON'],
    ['an array as header', fileOf([], 0), 'x: the header is not a JSON object'],
    ['null as header', fileOf('null', 0), 'x: the header is not a JSON object'],
    ['a number as header', fileOf('1', 0), 'x: the header is not a JSON object'],
    [
      'metadata that are no object',
      fileOf({ __metadata__: 5 }, 0),
      'x: __metadata__: expected an object of strings',
    ],
    [
      'metadata that are not strings',
      fileOf({ __metadata__: { a: 1 } }, 0),
      'x: __metadata__: expected an object of strings',
    ],
    [
      'an entry that is null',
      fileOf({ a: null }, 4),
      'x: a: expected dtype F32 or I32, got undefined',
    ],
    [
      'an unknown dtype',
      fileOf({ a: { ...f32([1], 0, 4), dtype: 'BF16' } }, 4),
      'x: a: expected dtype F32 or I32, got BF16',
    ],
    [
      'no shape',
      fileOf({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
      'x: a: expected a shape and two data_offsets, got {"data_offsets":[0,4]}',
    ],
    [
      'a negative axis',
      fileOf({ a: f32([-1, -1], 0, 4) }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'a broken axis',
      fileOf({ a: f32([0.5, 2], 0, 4) }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'an axis that is text',
      fileOf({ a: { dtype: 'F32', shape: ['1'], data_offsets: [0, 4] } }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'no offsets',
      fileOf({ a: { dtype: 'F32', shape: [1] } }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'one offset',
      fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'offsets that are text',
      fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: ['0', '4'] } }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'broken offsets',
      fileOf({ a: f32([1], 0.5, 4.5) }, 5),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'a negative offset',
      fileOf({ a: f32([1], -4, 0) }, 4),
      'x: a: expected a shape and two data_offsets',
    ],
    [
      'offsets in reverse',
      fileOf({ a: f32([1], 4, 0) }, 4),
      'x: a: shape [1] does not fit the bytes 4 to 0',
    ],
    [
      'a shape that its bytes do not fit',
      fileOf({ a: f32([2], 0, 4) }, 4),
      'x: a: shape [2] does not fit the bytes 0 to 4',
    ],
    [
      'a shape of more elements than fit a number',
      fileOf({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4),
      'does not fit the bytes 0 to 4',
    ],
    [
      'a tensor beyond the end',
      fileOf({ a: f32([2], 4, 12) }, 8),
      'x: a: expected bytes 4 to 12, the file holds 8: it is truncated',
    ],
    [
      'tensors that overlap',
      fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      'x: expected a tensor to begin at byte 8, got 4',
    ],
    [
      'two tensors in one place, and a gap',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 8),
      'x: expected a tensor to begin at byte 4, got 0',
    ],
    [
      'a gap',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'x: expected a tensor to begin at byte 4, got 8',
    ],
    [
      'a name twice',
      fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      'x: expected a tensor to begin at byte 0, got 4',
    ],
  ])('%s', (_, file, message) => {
    expect(() => readSafetensors(file, 'x')).toThrow(FormatError);
    expect(() => readSafetensors(file, 'x')).toThrow(message);
  });

  test('any byte of the header changed: read or refused, never another error', () => {
    const file = writeSafetensors(
      new Map([
        ['a', floats([1, 2], 2)],
        ['b', floats([3], 1)],
      ]),
    );
    let refused = 0;
    for (let at = 0; at < file.length - 12; at++) {
      for (const flip of [1, 2, 16, 128, 255]) {
        const damaged = file.slice();
        damaged[at]! ^= flip;
        try {
          readSafetensors(damaged);
        } catch (error) {
          expect(error, `byte ${at} ^ ${flip}: ${String(error)}`).toBeInstanceOf(FormatError);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(file.length);
  });

  test('tensors in another order than their names are fine', () => {
    const { tensors } = readSafetensors(
      fileOf({ a: f32([1], 4, 8), b: f32([1], 0, 4), c: f32([0], 4, 4) }, 8),
    );
    expect([...tensors.keys()]).toEqual(['a', 'b', 'c']);
  });
});
