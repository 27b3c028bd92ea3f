import { FormatError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { TensorData } from '../tensor.js';

/** Values with a shape, on the JavaScript side. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: TensorData;
}

export interface Safetensors {
  readonly tensors: Map<string, NamedArray>;
  readonly metadata: Record<string, string>;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

/**
 * Writes a safetensors file: an 8-byte header length, a JSON header, then the tensors in the order given
 * (huggingface.co/docs/safetensors). float32 and int32.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const dtype = data instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = 8 * Math.ceil(json.length / 8);
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + offset).fill(0x20, LENGTH_BYTES);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file.
 * @param name what error messages call the file
 * @throws FormatError for a file that is truncated, inconsistent, or holds other types than F32 and I32
 */
export function readSafetensors(bytes: Uint8Array, name = 'safetensors'): Safetensors {
  const { header, body } = splitFile(bytes, name);
  const metadata = (header[METADATA] ?? {}) as Record<string, string>;
  const entries = Object.entries(header).filter(([key]) => key !== METADATA);
  const tensors = new Map(
    entries.map(([key, entry]) => [key, readEntry(`${name}: ${key}`, entry as HeaderEntry, body)]),
  );
  const used = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (used !== body.length) {
    throw new FormatError(`${name}: expected ${used} bytes of tensors, got ${body.length}`);
  }
  return { tensors, metadata };
}

function splitFile(
  bytes: Uint8Array,
  name: string,
): { header: Record<string, unknown>; body: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? NaN : Number(view.getBigUint64(0, true));
  if (!(length <= MAX_HEADER_BYTES) || LENGTH_BYTES + length > bytes.length) {
    throw new FormatError(
      `${name}: expected a safetensors file, got ${bytes.length} bytes whose header length is ${length}: ` +
        'the file is truncated or of another format',
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
  const body = bytes.subarray(LENGTH_BYTES + length);
  try {
    const header: unknown = JSON.parse(text);
    if (header !== null && typeof header === 'object') {
      return { header: header as Record<string, unknown>, body };
    }
  } catch (cause) {
    throw new FormatError(`${name}: the header is not JSON: ${String(cause)}`, { cause });
  }
  throw new FormatError(`${name}: the header is not a JSON object`);
}

function readEntry(name: string, entry: HeaderEntry, body: Uint8Array): NamedArray {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw new FormatError(`${name}: expected dtype F32 or I32, got ${String(dtype)}`);
  }
  const isShape =
    Array.isArray(shape) && shape.every((axis) => Number.isSafeInteger(axis) && axis >= 0);
  const [begin, end] = Array.isArray(offsets) ? offsets : [NaN, NaN];
  if (!isShape || end - begin !== 4 * sizeOf(shape)) {
    throw new FormatError(
      `${name}: shape ${isShape ? formatShape(shape) : String(shape)} does not fit the bytes ${begin} to ${end}`,
    );
  }
  if (!(begin >= 0) || end > body.length) {
    throw new FormatError(
      `${name}: expected bytes ${begin} to ${end}, the file holds ${body.length}: it is truncated`,
    );
  }
  const { buffer } = body.slice(begin, end);
  return { shape, data: dtype === 'I32' ? new Int32Array(buffer) : new Float32Array(buffer) };
}
