import { describe, shorten } from '../describe.js';
import { FormatError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import { bytesPerValue } from './dtypes.js';
import { inFile, isRecord, MAX_JSON, parseJson, plain } from './json.js';

/** A tensor as a safetensors file holds it. */
export interface Entry {
  /** Begins error messages: the names of the file and of the tensor. */
  readonly place: string;
  readonly dtype: string;
  readonly shape: Shape;
  /** Its part of the file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LENGTH_BYTES = 8;
export const METADATA = '__metadata__';
/** A header is an object of objects that hold arrays. */
export const MAX_DEPTH = 3;

/**
 * What the header of a safetensors file says, checked against the length of the file; no values are copied.
 * @param name begins error messages
 * @throws FormatError
 */
export function readHeader(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): { entries: Map<string, Entry>; metadata: Record<string, string> } {
  const { text, body } = splitFile(bytes, name);
  const header = parseJson(`${name}: header`, text, MAX_DEPTH);
  if (!isRecord(header)) throw new FormatError(`${name}: header: expected an object`);
  const metadata = header[METADATA] ?? {};
  if (!isMetadata(metadata)) {
    throw new FormatError(`${name}: ${METADATA}: expected an object of strings`);
  }
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(header)) {
    if (key !== METADATA) entries.set(key, readEntry(`${name}: ${plain(key)}`, value, body));
  }
  checkCovered(name, [...entries.values()], body);
  return { entries, metadata };
}

export function isMetadata(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'string');
}

function splitFile(bytes: Uint8Array<ArrayBuffer>, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? NaN : Number(view.getBigUint64(0, true));
  const end = LENGTH_BYTES + length;
  // In UTF-8 a character takes up to three bytes.
  if (!(length <= 3 * MAX_JSON && end <= bytes.length)) {
    throw new FormatError(
      `${name}: expected a safetensors file, ` +
        `got ${bytes.length} bytes with a header of ${length}: truncated, or of another format`,
    );
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // A copy: decoders refuse shared memory.
  const text = inFile(`${name}: header`, () => decoder.decode(bytes.slice(LENGTH_BYTES, end)));
  return { text, body: bytes.subarray(end) };
}

function readEntry(place: string, entry: unknown, body: Uint8Array<ArrayBuffer>): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(
      `${place}: expected a dtype, a shape and two data_offsets, ` +
        `got ${[dtype, shape, offsets].map(describe).join(', ')}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const bytes = bytesPerValue(dtype);
  const fits = bytes === undefined || end - begin === bytes * sizeOf(shape);
  if (!fits || begin > end || end > body.length) {
    throw new FormatError(
      `${place}: ${plain(dtype)} of shape ${shorten(formatShape(shape))} does not fit ` +
        `the bytes ${begin} to ${end} of ${body.length}${end > body.length ? ': truncated' : ''}`,
    );
  }
  return { place, dtype, shape, bytes: body.subarray(begin, end) };
}

/** Checks that the tensors follow one another, without a gap or an overlap, to the end of the file. */
function checkCovered(name: string, entries: readonly Entry[], body: Uint8Array): void {
  let covered = body.byteOffset;
  const end = { byteOffset: covered + body.length, length: 0 };
  const parts = entries.map(({ bytes }) => bytes);
  parts.sort((a, b) => a.byteOffset - b.byteOffset || a.length - b.length);
  for (const { byteOffset, length } of [...parts, end]) {
    if (byteOffset !== covered) {
      const [expected, got] = [covered, byteOffset].map((at) => at - body.byteOffset);
      throw new FormatError(
        `${name}: expected a tensor, or the end, at byte ${expected}, got it at ${got}: ` +
          'tensors overlap or leave a gap',
      );
    }
    covered += length;
  }
}

function isSizes(value: unknown): value is number[] {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  return Array.isArray(value) && value.every(isSize);
}
