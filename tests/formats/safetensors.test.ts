import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError, ShapeError } from '../../src/errors.js';
import {
  type NamedArray,
  readSafetensors,
  writeSafetensors,
} from '../../src/formats/safetensors.js';
import { sizeOf } from '../../src/shape.js';
import { floats } from './files.js';

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

  test('can be read, whatever its names are', () => {
    const names = ['', ' ', 'a/b', '"\\', '\u0000', '\ud800', 'metadata', 'toString', '1'];
    const tensors = new Map(names.map((name, i) => [name, floats([i])]));
    const read = readSafetensors(writeSafetensors(tensors, { '': '', __proto__x: '\ud800' }));
    expect([...read.tensors.keys()].sort()).toEqual([...names].sort());
    for (const [i, name] of names.entries()) expect(read.tensors.get(name)!.data[0]).toBe(i);
  });
});

/* eslint-disable @typescript-eslint/no-explicit-any */
describe('what cannot be meant is an error before anything is written', () => {
  const a = floats([1, 2, 3], 3);
  const map = (name: unknown, value: unknown) => new Map([[name, value]]) as any;
  const kind = 'writeSafetensors: ';
  const data = 'a: data: expected a Float32Array or an Int32Array, got ';

  test.each<[string, any[], string]>([
    ['nothing', [], 'tensors: expected a Map, got undefined'],
    ['an object', [{ a }], 'tensors: expected a Map, got an object'],
    ['a list of pairs', [[['a', a]]], 'tensors: expected a Map, got [["a", an object]]'],
    [
      'a name that is no text',
      [map(1, a)],
      'names that are strings other than __metadata__, got 1',
    ],
    ['the name of the metadata', [map('__metadata__', a)], 'got "__metadata__"'],
    ['no tensor', [map('a', undefined)], `${data}undefined`],
    ['no data', [map('a', { shape: [3] })], `${data}undefined`],
    ['an array', [map('a', { shape: [1], data: [1] })], `${data}[1]`],
    ['doubles', [map('a', { shape: [1], data: Float64Array.of(1) })], `${data}a Float64Array of 1`],
    ['no shape', [map('a', { data: a.data })], 'a: shape: expected an array of axis sizes'],
    [
      'metadata that are text',
      [map('a', a), 'pt'],
      'metadata: expected an object of strings, got "pt"',
    ],
    ['null as metadata', [map('a', a), null], 'metadata: expected an object of strings, got null'],
    [
      'numbers in metadata',
      [map('a', a), { n: 5 }],
      'metadata: expected an object of strings, got an object',
    ],
    ['options that are none', [map('a', a), {}, 1], 'options: expected an object, got 1'],
    ['four arguments', [map('a', a), {}, {}, 1], 'arguments: expected at most 3 arguments, got 4'],
  ])('%s', (_, args, message) => {
    const write = () => (writeSafetensors as any)(...args);
    expect(write).toThrow(TypeError);
    expect(write).toThrow(message);
    expect(write).toThrow(kind);
  });

  test.each<[string, unknown[], string]>([
    ['that its data do not fill', [2], 'writeSafetensors: a: 3 values do not fill shape [2]'],
    [
      'of NaN',
      [NaN],
      'writeSafetensors: a: shape: expected non-negative integers, got [NaN] (axis 0)',
    ],
    [
      'of less than nothing',
      [-1, -3],
      'writeSafetensors: a: shape: expected non-negative integers',
    ],
  ])('a shape %s', (_, shape, message) => {
    const write = () => writeSafetensors(map('a', { shape, data: a.data }));
    expect(write).toThrow(ShapeError);
    expect(write).toThrow(message);
  });

  test('a header that could not be read', () => {
    const text = 'x'.repeat(2 ** 24);
    expect(() => writeSafetensors(new Map(), { text })).toThrow(
      new FormatError('writeSafetensors: expected at most 16777216 characters, got 16777244'),
    );
    const names = Array.from({ length: 2 ** 14 + 1 }, (_, i) => [`p${i}`, floats([1])] as const);
    expect(() => writeSafetensors(new Map(names))).toThrow(
      'writeSafetensors: expected at most 65536 values, ',
    );
    // What is just short enough can be read, also where characters take three bytes.
    const longest = '☃'.repeat(2 ** 24 - 200);
    const file = writeSafetensors(new Map([names[0]!]), { longest });
    const read = readSafetensors(file);
    expect([read.tensors.size, read.metadata['longest'] === longest]).toEqual([1, true]);
  });

  test.each<[string, any[], string]>([
    ['nothing', [], 'readSafetensors: bytes: expected a Uint8Array, got undefined'],
    ['text', ['file'], 'readSafetensors: bytes: expected a Uint8Array, got "file"'],
    [
      'no text as a name',
      [new Uint8Array(9), 5],
      'readSafetensors: name: expected a string, got 5',
    ],
    ['three arguments', [new Uint8Array(9), 'a', 5], 'at most 2 arguments, got 3'],
  ])('reading %s', (_, args, message) => {
    const read = () => (readSafetensors as any)(...args);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(message);
  });
});

const BURN = '../shared/data/models/mnist-burn/mnist.safetensors';

describe.skipIf(!existsSync(BURN))(`a file of another library (skipped without ${BURN})`, () => {
  test('is read, its 64-bit counters as int32', () => {
    const { tensors } = readSafetensors(readFileSync(BURN));
    expect(tensors.size).toBe(20);
    expect(tensors.get('conv2.weight')!.shape).toEqual([16, 8, 3, 3]);
    const counter = tensors.get('norm1.num_batches_tracked')!;
    expect([counter.dtype, counter.shape, counter.data.length]).toEqual(['I64', [], 1]);
    expect(counter.data[0]).toBeGreaterThan(0);
    for (const { shape, data } of tensors.values()) expect(data.length).toBe(sizeOf(shape));
    // Weights that were trained: finite, and none of them large.
    const weights = [...tensors.get('fc2.weight')!.data];
    expect(Math.max(...weights.map(Math.abs))).toBeLessThan(10);
    expect(new Set(weights).size).toBeGreaterThan(300);
  });
});
