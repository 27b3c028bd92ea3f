import { FormatError } from '../errors.js';
import { floatsOf } from '../formats/dtypes.js';
import { plain } from '../formats/json.js';
import { MOST_WHOLE_NUMBERS } from '../imported/constants.js';
import { ELEMENT_ARRAYS } from '../imported/element-arrays.js';
import type { FileTensor } from '../imported/graph.js';
import { type Shape, sizeOf } from '../shape.js';
import type { Quantization, TfliteTensor } from './reader.js';

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, offset: number, length: number): ArrayLike<number | bigint>;
}

/**
 * The values of a constant: float16 widened, quantised ones as the real numbers that they stand for.
 * @throws FormatError for another number of bytes than the shape has, and for strings
 */
export function constantOf({ name, shape, dtype, data, quantization }: TfliteTensor): FileTensor {
  const place = `tflite: tensor ${plain(name)}`;
  if (dtype === 'string') throw new FormatError(`${place}: expected numbers, got strings`);
  const type: ArrayType = ELEMENT_ARRAYS[dtype];
  const size = sizeOf(shape);
  if (data!.length !== size * type.BYTES_PER_ELEMENT) {
    const expected = `${size * type.BYTES_PER_ELEMENT} bytes for ${size} elements of ${dtype}`;
    throw new FormatError(`${place}: expected ${expected}, got ${data!.length}`);
  }
  const values = arrayOver(type, data!, size);
  if (dtype === 'float16') {
    return { shape, dtype: 'float32', data: floatsOf(values as Uint16Array, true) };
  }
  if (quantization) {
    const real = dequantized(values as ArrayLike<number>, shape, quantization);
    return { shape, dtype: 'float32', data: real };
  }
  const isWide = dtype === 'int64' || dtype === 'uint64';
  const numbers = isWide ? Array.from(values, Number) : (values as ArrayLike<number>);
  return { shape, dtype, data: numbers };
}

/** Over the bytes of the file where they are many and aligned: few may be kept, for shapes, and are copied. */
function arrayOver(type: ArrayType, bytes: Uint8Array, size: number): ArrayLike<number | bigint> {
  const isLasting = size <= MOST_WHOLE_NUMBERS;
  const isAligned = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0;
  const { buffer, byteOffset } = isAligned && !isLasting ? bytes : bytes.slice();
  return new type(buffer, byteOffset, size);
}

function dequantized(
  values: ArrayLike<number | bigint>,
  shape: Shape,
  { scales, zeroPoints, axis }: Quantization,
): Float32Array {
  const inner = scales.length === 1 ? values.length : sizeOf(shape.slice(axis + 1));
  const real = new Float32Array(values.length);
  for (let i = 0; i < real.length; i++) {
    const channel = Math.floor(i / inner) % scales.length;
    real[i] = scales[channel]! * (Number(values[i]) - zeroPoints[channel]!);
  }
  return real;
}
