import { wrongKind } from '../check.js';
import type { TensorData } from '../tensor.js';
import type { FloatType } from './half.js';

/** The types of safetensors that are read, with the arrays that hold their values, or the bits of them. */
const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  U64: BigUint64Array,
  BOOL: Uint8Array,
};

/** Bytes that a value takes; undefined for a type that is not read. */
export function bytesPerValue(dtype: string): number | undefined {
  return Object.hasOwn(ARRAYS, dtype) ? arrayOf(dtype).BYTES_PER_ELEMENT : undefined;
}

/**
 * The values in a buffer that holds nothing else: floats as float32, integers as int32.
 * @throws Error for a type that is not read, and for an integer that int32 does not hold
 */
export function readValues(dtype: string, buffer: ArrayBuffer): TensorData {
  if (bytesPerValue(dtype) === undefined) {
    throw new Error(`expected dtype ${Object.keys(ARRAYS).join(', ')}`);
  }
  const values = new (arrayOf(dtype))(buffer);
  if (dtype.endsWith('F16')) return floatsOf(values as Uint16Array, dtype === 'F16');
  return dtype.startsWith('F') ? new Float32Array(values as Float64Array) : integersOf(values);
}

const arrayOf = (dtype: string) => ARRAYS[dtype as keyof typeof ARRAYS];

/** float16 (5 bits of exponent, 10 of fraction) or bfloat16 (8 and 7) as float32 (8 and 23), by their bits. */
export function floatsOf(values: Uint16Array, isHalf: boolean): Float32Array {
  const bits = new Int32Array(values.length);
  const floats = new Float32Array(bits.buffer);
  for (let i = 0; i < bits.length; i++) {
    const value = values[i]!;
    bits[i] = isHalf ? ((value & 0x8000) << 16) | ((value & 0x7fff) << 13) : value << 16;
    if (!isHalf) continue;
    // The bias of the exponent is 15 in one and 127 in the other; the exponent of infinity and NaN is all ones.
    if ((value & 0x7c00) === 0x7c00) bits[i]! |= 0x7f800000;
    else floats[i]! *= 2 ** 112;
  }
  return floats;
}

function integersOf(values: ArrayLike<number | bigint>): Int32Array {
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = Number(values[i]);
    result[i] = value;
    if (result[i] !== value) {
      throw new Error(`expected integers that fit int32, got ${values[i]} at index ${i}`);
    }
  }
  return result;
}

/** What safetensors calls the float types that are written. */
export const FLOAT_NAMES = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' };

/** `dtype` among a writer's options. @throws TypeError */
export function checkFloatType(op: string, dtype: unknown): asserts dtype is FloatType {
  if (Object.keys(FLOAT_NAMES).includes(dtype as string)) return;
  throw wrongKind(op, 'dtype', Object.keys(FLOAT_NAMES).join(', '), dtype);
}
