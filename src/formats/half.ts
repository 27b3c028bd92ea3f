/** The floats of 16 bits that files may hold weights in. */
export type HalfType = 'float16' | 'bfloat16';

/** What `dtype` of a writer may be. */
export type FloatType = 'float32' | HalfType;

/**
 * The bits of float32 values in float16 (5 bits of exponent, 10 of fraction) or bfloat16 (8 and 7), rounded to the
 * nearest, ties to even. NaN stays one.
 * @param place begins error messages
 * @throws RangeError for a finite value that becomes infinite
 */
export function toHalf(
  place: string,
  values: Float32Array,
  type: HalfType,
): Uint16Array<ArrayBuffer> {
  const encode = type === 'float16' ? float16Bits : bfloat16Bits;
  const result = new Uint16Array(values.length);
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const infinity = encode(0x7f800000);
  for (let i = 0; i < values.length; i++) {
    const value = (float[0] = values[i]!);
    result[i] = encode(bits[0]!);
    if ((result[i]! & 0x7fff) === infinity && Number.isFinite(value)) {
      throw new RangeError(
        `${place}: expected values that ${type} holds, got ${value} at index ${i}`,
      );
    }
  }
  return result;
}

/** The upper half, one more where the lower is more than half a step, or half a step above an odd one. */
function bfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function float16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 2^16 and above; what rounding makes of those just below is infinity by itself.
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  // From 2^-14 on normal: the bias of the exponent is 112 less, the fraction 13 bits shorter.
  if (magnitude >= 0x38800000) return sign | shifted(magnitude - 0x38000000, 13);
  const exponent = magnitude >>> 23;
  // Below 2^-25 nothing is left.
  if (exponent < 102) return sign;
  return sign | shifted((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

/** Shifted to the right, rounded to the nearest, ties to even. */
function shifted(value: number, by: number): number {
  return (value + (1 << (by - 1)) - 1 + ((value >>> by) & 1)) >>> by;
}
