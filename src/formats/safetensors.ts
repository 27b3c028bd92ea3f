import { bytesOf, checkArity, checkMethods, wrongKind } from '../check.js';
import { typedArrayName } from '../describe.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { TensorData } from '../tensor.js';
import { checkFloatType, FLOAT_NAMES, readValues } from './dtypes.js';
import { type FloatType, toHalf } from './half.js';
import { checkSize, inFile, plain } from './json.js';
import {
  type Entry,
  LENGTH_BYTES,
  isMetadata,
  MAX_DEPTH,
  METADATA,
  readHeader,
} from './safetensors-header.js';

/** Values with a shape, on the JavaScript side. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: TensorData;
}

/** A tensor of a safetensors file. */
export interface StoredArray extends NamedArray {
  /** The type in the file: `F32`, `BF16`, `I64` … */
  readonly dtype: string;
  /**
   * float32 for the float types, rounded to the nearest from F64; int32 for the integer types and BOOL.
   * @throws FormatError for other types (F8 …) and for integers that int32 does not hold; other tensors can be read
   */
  readonly data: TensorData;
}

/** Options of `writeSafetensors`. */
export interface SafetensorsOptions {
  /** What floats are in the file: half the size as float16 or bfloat16, rounded to the nearest. Default `float32`. */
  readonly dtype?: FloatType;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Map<string, StoredArray>;
  readonly metadata: Record<string, string>;
}

/**
 * Writes a safetensors file: an 8-byte header length, a JSON header, then the tensors in the order given
 * (huggingface.co/docs/safetensors). float32 and int32.
 * @throws ShapeError for data that does not fill its shape; TypeError for names and metadata that are not strings, and
 * other types of data; RangeError for a finite value that `dtype` does not hold; FormatError for more names and metadata
 * than `readSafetensors` reads
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
  options: SafetensorsOptions = {},
): Uint8Array<ArrayBuffer> {
  checkArity('writeSafetensors', arguments.length, 3);
  checkOptions('writeSafetensors', options, ['dtype']);
  const { dtype: floats = 'float32' } = options;
  checkFloatType('writeSafetensors', floats);
  checkMethods('writeSafetensors', 'tensors', tensors, 'a Map', ['get', 'entries']);
  if (!isMetadata(metadata)) {
    throw wrongKind('writeSafetensors', 'metadata', 'an object of strings', metadata);
  }
  return fileOf(partsOf(tensors, floats), metadata);
}

/** A tensor as a file holds it. */
export interface Part {
  readonly shape: Shape;
  readonly dtype: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Tensors as a file holds them, by their names. @throws as writeSafetensors */
export function partsOf(
  tensors: ReadonlyMap<string, NamedArray>,
  floats: FloatType,
): Map<string, Part> {
  return new Map(Array.from(tensors, ([name, value]) => [name, partOf(name, value, floats)]));
}

/** @throws FormatError for more names and metadata than `readSafetensors` reads */
export function fileOf(
  parts: ReadonlyMap<string, Part>,
  metadata: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  // Without a prototype any name is a key like another, `__proto__` too.
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const [name, { shape, dtype, bytes }] of parts) {
    header[name] = { dtype, shape, data_offsets: [offset, (offset += bytes.length)] };
  }
  const text = JSON.stringify(header);
  checkSize('writeSafetensors', text, MAX_DEPTH);
  const json = new TextEncoder().encode(text);
  const bodyBegin = LENGTH_BYTES + 8 * Math.ceil(json.length / 8);
  const file = new Uint8Array(bodyBegin + offset).fill(0x20, LENGTH_BYTES, bodyBegin);
  new DataView(file.buffer).setUint32(0, bodyBegin - LENGTH_BYTES, true);
  file.set(json, LENGTH_BYTES);
  let position = bodyBegin;
  for (const { bytes } of parts.values()) {
    file.set(bytes, position);
    position += bytes.length;
  }
  return file;
}

/**
 * Reads a safetensors file. Floats (F32, F16, BF16, F64) are read as float32, integers (I8 to I64, U8 to U64, BOOL) as
 * int32; `dtype` says what they are in the file. The values are copies.
 * @param name begins error messages
 * @throws FormatError for a file that is truncated or inconsistent, or whose header takes more than 16 MB or
 * 65,536 values (some 12,000 tensors)
 */
export function readSafetensors(bytes: Uint8Array, name = 'safetensors'): Safetensors {
  checkArity('readSafetensors', arguments.length, 2);
  const file = bytesOf('readSafetensors', 'bytes', bytes);
  if (typeof name !== 'string') throw wrongKind('readSafetensors', 'name', 'a string', name);
  const { entries, metadata } = readHeader(file, name);
  const tensors = new Map<string, StoredArray>();
  for (const [key, entry] of entries) tensors.set(key, read(entry));
  return { tensors, metadata };
}

function read({ place, dtype, shape, bytes }: Entry): StoredArray {
  // A copy, for the values have to be aligned.
  return storedArray(dtype, shape, `${place}: ${plain(dtype)}`, () =>
    readValues(dtype, bytes.slice().buffer),
  );
}

/** The values of a tensor in a file; those that cannot be read fail where they are used. */
export function storedArray(
  dtype: string,
  shape: Shape,
  place: string,
  values: () => TensorData,
): StoredArray {
  try {
    return { dtype, shape, data: inFile(place, values) };
  } catch (error) {
    return {
      dtype,
      shape,
      get data(): TensorData {
        throw error;
      },
    };
  }
}

/** A tensor to be written, checked. */
function partOf(name: unknown, value: NamedArray | undefined, floats: FloatType): Part {
  const op = 'writeSafetensors';
  if (typeof name !== 'string' || name === METADATA) {
    throw wrongKind(op, 'tensors', `names that are strings other than ${METADATA}`, name);
  }
  const place = plain(name);
  const { shape, data } = value ?? ({} as NamedArray);
  const type = typedArrayName(data);
  if (type !== 'Float32Array' && type !== 'Int32Array') {
    throw wrongKind(op, `${place}: data`, 'a Float32Array or an Int32Array', data);
  }
  checkShape(op, `${place}: shape`, shape);
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `${op}: ${place}: ${data.length} values do not fill shape ${formatShape(shape)}`,
    );
  }
  if (type === 'Int32Array' || floats === 'float32') {
    const dtype = type === 'Int32Array' ? 'I32' : 'F32';
    return { shape, dtype, bytes: bytesOf(op, `${place}: data`, data) };
  }
  const halves = toHalf(`${op}: ${place}`, data as Float32Array, floats);
  return { shape, dtype: FLOAT_NAMES[floats], bytes: new Uint8Array(halves.buffer) };
}
