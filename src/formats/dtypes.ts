import { FormatError } from '../errors.js';
import type { TensorData } from '../tensor.js';

/** How the values of a type are read from memory that holds nothing else. */
interface Reader {
  /** Bytes of a value. */
  readonly bytes: number;
  read(buffer: ArrayBuffer): TensorData;
}

/** The types of safetensors that are read: floats as float32, integers as int32. */
export const READERS: Readonly<Record<string, Reader>> = {
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  F64: { bytes: 8, read: (buffer) => new Float32Array(new Float64Array(buffer)) },
  F16: { bytes: 2, read: (buffer) => floats(new Uint16Array(buffer), float32OfHalf) },
  BF16: { bytes: 2, read: (buffer) => floats(new Uint16Array(buffer), (bits) => bits << 16) },
  I32: { bytes: 4, read: (buffer) => new Int32Array(buffer) },
  I16: { bytes: 2, read: (buffer) => new Int32Array(new Int16Array(buffer)) },
  I8: { bytes: 1, read: (buffer) => new Int32Array(new Int8Array(buffer)) },
  U16: { bytes: 2, read: (buffer) => new Int32Array(new Uint16Array(buffer)) },
  U8: { bytes: 1, read: (buffer) => new Int32Array(new Uint8Array(buffer)) },
  BOOL: { bytes: 1, read: (buffer) => new Int32Array(new Uint8Array(buffer)) },
  U32: { bytes: 4, read: (buffer) => integers(new Uint32Array(buffer)) },
  I64: { bytes: 8, read: (buffer) => integers(new BigInt64Array(buffer)) },
  U64: { bytes: 8, read: (buffer) => integers(new BigUint64Array(buffer)) },
};

/** float32 by their bits, so that NaNs keep theirs. */
function floats(values: Uint16Array, bitsOf: (value: number) => number): Float32Array {
  const bits = new Int32Array(values.length);
  for (let i = 0; i < bits.length; i++) bits[i] = bitsOf(values[i]!);
  return new Float32Array(bits.buffer);
}

/** The bits of a float16 (1 sign, 5 exponent, 10 fraction) as those of the equal float32 (1, 8, 23). */
function float32OfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = half & 0x7c00;
  const fraction = half & 0x3ff;
  if (exponent === 0x7c00) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + (112 << 10) + fraction) << 13);
  if (fraction === 0) return sign;
  // Below the smallest normal number: the leading bit moves to where it is not written.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}

function integers(values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    result[i] = Number(values[i]);
    if (BigInt(result[i]!) === BigInt(values[i]!)) continue;
    throw new FormatError(`expected integers that fit int32, got ${values[i]} at index ${i}`);
  }
  return result;
}
