import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.js';
import { Random } from '../../src/random.js';
import { fuzz, MUTANTS } from '../support/fuzz.js';
import { fileOf } from './files.js';

/** A file of one tensor for each of these. */
function fileWith(tensors: Record<string, [dtype: string, values: ArrayBufferView]>): Uint8Array {
  const parts: Uint8Array[] = [];
  const header: Record<string, unknown> = {};
  let end = 0;
  for (const [name, [dtype, values]] of Object.entries(tensors)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const { length } = values as unknown as ArrayLike<unknown>;
    header[name] = { dtype, shape: [length], data_offsets: [end, (end += bytes.length)] };
    parts.push(bytes);
  }
  const file = fileOf(header, end);
  let begin = file.length - end;
  for (const part of parts) {
    file.set(part, begin);
    begin += part.length;
  }
  return file;
}

const read = (dtype: string, values: ArrayBufferView) =>
  readSafetensors(fileWith({ w: [dtype, values] }), 'x').tensors.get('w')!;

/** The value of a float by its definition. */
function valueOf(bits: number, exponentBits: number, fractionBits: number): number {
  const bias = 2 ** (exponentBits - 1) - 1;
  const sign = bits >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * 2 ** (1 - bias) * fraction
    : sign * 2 ** (exponent - bias) * (1 + fraction);
}

const ALL = Uint16Array.from({ length: 65536 }, (_, i) => i);

describe('floats are read as float32', () => {
  test.each([
    ['F16', 5, 10],
    ['BF16', 8, 7],
  ])('every %s exactly: subnormals, zeros of both signs, infinities, NaN', (dtype, e, f) => {
    const got = read(dtype, ALL);
    expect([got.dtype, got.data]).toEqual([dtype, expect.any(Float32Array)]);
    got.data.forEach((value, i) => {
      if (!Object.is(value, valueOf(i, e, f))) expect(value, `bits ${i}`).toBe(valueOf(i, e, f));
    });
  });

  test('the bits of a NaN are kept', () => {
    const nan = (dtype: string, bits: number) =>
      new Uint32Array(read(dtype, Uint16Array.of(bits)).data.buffer)[0];
    expect(nan('F16', 0xfe01)).toBe(0xffc02000);
    expect(nan('BF16', 0xffc1)).toBe(0xffc10000);
  });

  test('F64 rounded to the nearest, ties to even, beyond float32 to infinity', () => {
    const values = Float64Array.of(0.1, 1 + 2 ** -24, 1 + 3 * 2 ** -24, -0, 1e39, NaN, 2 ** -149);
    const { dtype, data } = read('F64', values);
    expect(dtype).toBe('F64');
    expect([...data]).toEqual([Math.fround(0.1), 1, 1 + 2 ** -22, -0, Infinity, NaN, 2 ** -149]);
  });

  test('F32 bit for bit', () => {
    const random = new Random(5);
    const bits = Uint32Array.from({ length: 999 }, () => random.integer(2 ** 31) * 2);
    const { dtype, data } = read('F32', new Float32Array(bits.buffer));
    expect(dtype).toBe('F32');
    expect(new Uint32Array(data.buffer)).toEqual(bits);
  });
});

describe('integers are read as int32', () => {
  const LOW = -(2 ** 31);
  const HIGH = 2 ** 31 - 1;

  test.each<[string, ArrayBufferView, number[]]>([
    ['I8', Int8Array.of(-128, -1, 127), [-128, -1, 127]],
    ['U8', Uint8Array.of(0, 128, 255), [0, 128, 255]],
    ['BOOL', Uint8Array.of(0, 1, 1), [0, 1, 1]],
    ['I16', Int16Array.of(-32768, 32767), [-32768, 32767]],
    ['U16', Uint16Array.of(0, 65535), [0, 65535]],
    ['I32', Int32Array.of(LOW, HIGH), [LOW, HIGH]],
    ['U32', Uint32Array.of(0, HIGH), [0, HIGH]],
    ['I64', BigInt64Array.of(BigInt(LOW), -1n, BigInt(HIGH)), [LOW, -1, HIGH]],
    ['U64', BigUint64Array.of(0n, BigInt(HIGH)), [0, HIGH]],
  ])('%s', (dtype, values, expected) => {
    const got = read(dtype, values);
    expect(got.dtype).toBe(dtype);
    expect(got.data).toEqual(Int32Array.from(expected));
  });

  test.each<[string, ArrayBufferView, string]>([
    ['U32', Uint32Array.of(1, 2 ** 31), '2147483648 at index 1'],
    ['I64', BigInt64Array.of(-(2n ** 31n) - 1n), '-2147483649 at index 0'],
    ['I64', BigInt64Array.of(2n ** 53n + 1n), '9007199254740993 at index 0'],
    ['I64', BigInt64Array.of(2n ** 32n), '4294967296 at index 0'],
    ['U64', BigUint64Array.of(2n ** 64n - 1n), '18446744073709551615 at index 0'],
  ])('but those of %s that do not fit are an error where they are used', (dtype, values, what) => {
    const got = read(dtype, values);
    expect([got.dtype, got.shape]).toEqual([
      dtype,
      [values.byteLength / (dtype === 'U32' ? 4 : 8)],
    ]);
    expect(() => got.data).toThrow(
      new FormatError(`x: w: ${dtype}: expected integers that fit int32, got ${what}`),
    );
  });
});

describe('a tensor of a type that is not read', () => {
  test.each(['F8_E4M3', 'F8_E5M2', 'F4', 'C64', 'constructor'])(
    '%s leaves the others readable',
    (dtype) => {
      const { tensors } = readSafetensors(
        fileWith({
          a: ['F32', Float32Array.of(1)],
          b: [dtype, Uint8Array.of(1, 2)],
          c: ['BOOL', Uint8Array.of(1)],
        }),
        'x',
      );
      expect([...tensors].map(([name, { dtype }]) => [name, dtype])).toEqual([
        ['a', 'F32'],
        ['b', dtype],
        ['c', 'BOOL'],
      ]);
      expect([tensors.get('a')!.data[0], tensors.get('c')!.data[0]]).toEqual([1, 1]);
      expect(() => tensors.get('b')!.data).toThrow(
        `x: b: ${dtype}: expected dtype F32, F64, F16, BF16, I8, I16, I32, I64, U8, U16, U32, U64, BOOL`,
      );
      expect(() => tensors.get('b')!.data).toThrow(FormatError);
    },
  );
});

test(`${MUTANTS} damaged copies of a file of every type are read or a FormatError`, async () => {
  const file = fileWith({
    half: ['F16', ALL.slice(100, 110)],
    brain: ['BF16', ALL.slice(100, 105)],
    double: ['F64', Float64Array.of(1, 2)],
    float: ['F32', Float32Array.of(3)],
    count: ['I64', BigInt64Array.of(5n)],
    bytes: ['U8', Uint8Array.of(1, 2, 3)],
    flags: ['BOOL', Uint8Array.of(1)],
  });
  await fuzz(file, MUTANTS, 31, (bytes) => readSafetensors(bytes, 'weights'), {
    answer(value) {
      for (const [, tensor] of (value as ReturnType<typeof readSafetensors>).tensors) {
        const size = tensor.shape.reduce((product, axis) => product * axis, 1);
        let data: ArrayLike<number> | undefined;
        try {
          ({ data } = tensor);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
        if (data && data.length !== size) expect(data.length).toBe(size);
      }
    },
    error: { name: /^FormatError$/, message: /^weights: / },
  });
});

describe('bytes of another realm', () => {
  test('are read, as a view, a buffer and shared memory', () => {
    const file = writeSafetensors(new Map([['a', { shape: [1], data: Float32Array.of(7) }]]));
    const foreign = runInNewContext('Uint8Array.from(bytes)', { bytes: [...file] }) as Uint8Array;
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    for (const bytes of [foreign, foreign.buffer, shared, shared.buffer]) {
      expect(readSafetensors(bytes as Uint8Array).tensors.get('a')!.data).toEqual(
        Float32Array.of(7),
      );
    }
  });

  test('are written', () => {
    const data = runInNewContext('Int32Array.of(1, -2)') as Int32Array;
    const map = runInNewContext('new Map()') as Map<string, { shape: number[]; data: Int32Array }>;
    map.set('a', { shape: [2], data });
    expect(readSafetensors(writeSafetensors(map)).tensors.get('a')).toEqual({
      dtype: 'I32',
      shape: [2],
      data: Int32Array.of(1, -2),
    });
  });
});
