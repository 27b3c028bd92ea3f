import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import { fileOf, floats } from './files.js';

const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
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
      new FormatError(
        'x: expected a tensor, or the end, at byte 4, got it at 5: tensors overlap or leave a gap',
      ),
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
      'truncated, or of another format',
    ],
    ['a header longer than the file', tooLong(57n), 'truncated, or of another format'],
    ['a header of 2^64 − 1 bytes', tooLong(2n ** 64n - 1n), 'truncated, or of another format'],
    ['an empty header', tooLong(0n), 'x: header: not JSON'],
    ['a header that is not JSON', fileOf('{"a": ', 0), 'x: header: not JSON'],
    [
      'a header that is not UTF-8',
      tooLong(2n).fill(0xff, 8),
      'x: header: The encoded data was not valid',
    ],
    ['an array as header', fileOf([], 0), 'x: header: expected an object'],
    ['null as header', fileOf('null', 0), 'x: header: expected an object'],
    ['a number as header', fileOf('1', 0), 'x: header: expected an object'],
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
      'x: a: expected a dtype, a shape and two data_offsets, got undefined, undefined, undefined',
    ],
    [
      'a dtype whose values take fewer bytes',
      fileOf({ a: { ...f32([1], 0, 4), dtype: 'BF16' } }, 4),
      'x: a: BF16 of shape [1] does not fit the bytes 0 to 4',
    ],
    [
      'no shape',
      fileOf({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got "F32", undefined, [0, 4]',
    ],
    [
      'a negative axis',
      fileOf({ a: f32([-1, -1], 0, 4) }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'a broken axis',
      fileOf({ a: f32([0.5, 2], 0, 4) }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'an axis that is text',
      fileOf({ a: { dtype: 'F32', shape: ['1'], data_offsets: [0, 4] } }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'no offsets',
      fileOf({ a: { dtype: 'F32', shape: [1] } }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'one offset',
      fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'offsets that are text',
      fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: ['0', '4'] } }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'broken offsets',
      fileOf({ a: f32([1], 0.5, 4.5) }, 5),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'a negative offset',
      fileOf({ a: f32([1], -4, 0) }, 4),
      'x: a: expected a dtype, a shape and two data_offsets, got ',
    ],
    [
      'offsets in reverse',
      fileOf({ a: f32([1], 4, 0) }, 4),
      'x: a: F32 of shape [1] does not fit the bytes 4 to 0',
    ],
    [
      'a shape that its bytes do not fit',
      fileOf({ a: f32([2], 0, 4) }, 4),
      'x: a: F32 of shape [2] does not fit the bytes 0 to 4',
    ],
    [
      'a shape of more elements than fit a number',
      fileOf({ a: f32([2 ** 52, 2 ** 52], 0, 4) }, 4),
      'does not fit the bytes 0 to 4',
    ],
    [
      'a tensor beyond the end',
      fileOf({ a: f32([2], 4, 12) }, 8),
      'x: a: F32 of shape [2] does not fit the bytes 4 to 12 of 8',
    ],
    [
      'tensors that overlap',
      fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      'x: expected a tensor, or the end, at byte 8, got it at 4',
    ],
    [
      'two tensors in one place, and a gap',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 0, 4) }, 8),
      'x: expected a tensor, or the end, at byte 4, got it at 0',
    ],
    [
      'a gap',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'x: expected a tensor, or the end, at byte 4, got it at 8',
    ],
    [
      'a name twice',
      fileOf(`{"a":${JSON.stringify(f32([1], 0, 4))},"a":${JSON.stringify(f32([1], 4, 8))}}`, 8),
      'x: expected a tensor, or the end, at byte 0, got it at 4',
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
