import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError, ShapeError } from '../../src/errors.js';
import {
  type NamedArray,
  readSafetensors,
  writeSafetensors,
} from '../../src/formats/safetensors.js';
import { sizeOf } from '../../src/shape.js';
import { floats } from './arrays.js';

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
