import { FormatError, ShapeError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { TensorData } from '../tensor.js';

/** Values with a shape, on the JavaScript side. */
export interface NamedArray {
  readonly shape: Shape;
  readonly data: TensorData;
}

/** What a safetensors file holds. */
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
 * @throws ShapeError for data that does not fill its shape
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NamedArray>,
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  // Without a prototype any name is a key like another, `__proto__` too.
  const header = Object.create(null) as Record<string, unknown>;
  if (Object.keys(metadata).length > 0) header[METADATA] = metadata;
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    if (data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `writeSafetensors: ${name}: ${data.length} values do not fill shape ${formatShape(shape)}`,
      );
    }
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
  const metadata = readMetadata(name, header[METADATA] ?? {});
  const entries = Object.entries(header).filter(([key]) => key !== METADATA);
  const tensors = new Map(
    entries.map(([key, entry]) => [key, readEntry(`${name}: ${key}`, entry, body)]),
  );
  checkCovered(
    name,
    entries.map(([, entry]) => (entry as HeaderEntry).data_offsets),
    body.length,
  );
  return { tensors, metadata };
}

function readMetadata(name: string, metadata: unknown): Record<string, string> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new FormatError(`${name}: ${METADATA}: expected an object of strings`);
  }
  return metadata as Record<string, string>;
}

/** Checks that the tensors follow one another, without a gap or an overlap, to the end of the file. */
function checkCovered(name: string, ranges: readonly [number, number][], length: number): void {
  let covered = 0;
  for (const [begin, end] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== covered) {
      throw new FormatError(
        `${name}: expected a tensor to begin at byte ${covered}, got ${begin}: tensors overlap or leave a gap`,
      );
    }
    covered = end;
  }
  if (covered !== length) {
    throw new FormatError(`${name}: expected ${covered} bytes of tensors, got ${length}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
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
  const body = bytes.subarray(LENGTH_BYTES + length);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = decoder.decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    const header: unknown = JSON.parse(text);
    if (isRecord(header)) return { header, body };
  } catch (cause) {
    throw new FormatError(`${name}: the header is not JSON: ${String(cause)}`, { cause });
  }
  throw new FormatError(`${name}: the header is not a JSON object`);
}

function readEntry(name: string, entry: unknown, body: Uint8Array): NamedArray {
  const {
    dtype,
    shape,
    data_offsets: offsets,
  } = (isRecord(entry) ? entry : {}) as Partial<HeaderEntry>;
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw new FormatError(`${name}: expected dtype F32 or I32, got ${String(dtype)}`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(
      `${name}: expected a shape and two data_offsets, got ${JSON.stringify({ shape, data_offsets: offsets })}`,
    );
  }
  const [begin, end] = offsets;
  if (end - begin !== 4 * sizeOf(shape)) {
    throw new FormatError(
      `${name}: shape ${formatShape(shape)} does not fit the bytes ${begin} to ${end}`,
    );
  }
  if (end > body.length) {
    throw new FormatError(
      `${name}: expected bytes ${begin} to ${end}, the file holds ${body.length}: it is truncated`,
    );
  }
  // A copy: the values have to be aligned, and `slice` of Node's Buffer would share its memory.
  const { buffer } = new Uint8Array(body.subarray(begin, end));
  return { shape, data: dtype === 'I32' ? new Int32Array(buffer) : new Float32Array(buffer) };
}

function isSizes(value: unknown): value is number[] {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  return Array.isArray(value) && value.every(isSize);
}
