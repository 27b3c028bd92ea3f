import { describe, shorten } from '../describe.js';
import { FormatError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import { READERS } from './dtypes.js';
import { isRecord, MAX_JSON, parseJson, plain } from './json.js';

/** A tensor as a safetensors file holds it. */
export interface Entry {
  /** Its name in error messages, after that of the file. */
  readonly place: string;
  readonly dtype: string;
  readonly shape: Shape;
  /** Its part of the file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LENGTH_BYTES = 8;
export const METADATA = '__metadata__';
/** A header is an object of objects that hold arrays. */
const MAX_DEPTH = 3;

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
  if (!isRecord(header)) throw new FormatError(`${name}: header: expected a JSON object`);
  const metadata = header[METADATA] ?? {};
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new FormatError(`${name}: ${METADATA}: expected an object of strings`);
  }
  const entries = new Map<string, Entry>();
  const ranges: [number, number][] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key !== METADATA)
      entries.set(key, readEntry(`${name}: ${plain(key)}`, value, body, ranges));
  }
  checkCovered(name, ranges, body.length);
  return { entries, metadata: metadata as Record<string, string> };
}

function splitFile(bytes: Uint8Array<ArrayBuffer>, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < LENGTH_BYTES ? NaN : Number(view.getBigUint64(0, true));
  const end = LENGTH_BYTES + length;
  if (!(end <= bytes.length)) {
    throw new FormatError(
      `${name}: expected a safetensors file, got ${bytes.length} bytes whose header length is ${length}: ` +
        'the file is truncated or of another format',
    );
  }
  if (length > MAX_JSON) {
    throw new FormatError(`${name}: header: expected at most ${MAX_JSON} bytes, got ${length}`);
  }
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    // A copy: decoders refuse shared memory.
    return { text: decoder.decode(bytes.slice(LENGTH_BYTES, end)), body: bytes.subarray(end) };
  } catch (cause) {
    throw new FormatError(`${name}: header: not UTF-8`, { cause });
  }
}

function readEntry(
  place: string,
  entry: unknown,
  body: Uint8Array<ArrayBuffer>,
  ranges: [number, number][],
): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== 'string') {
    throw new FormatError(`${place}: dtype: expected a string, got ${describe(dtype)}`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new FormatError(
      `${place}: expected a shape and two data_offsets, got ${describe(shape)} and ${describe(offsets)}`,
    );
  }
  const [begin, end] = offsets as [number, number];
  const { bytes } = (Object.hasOwn(READERS, dtype) && READERS[dtype]) || {};
  if (begin > end || (bytes && end - begin !== bytes * sizeOf(shape))) {
    throw new FormatError(
      `${place}: ${plain(dtype)} of shape ${shorten(formatShape(shape))} does not fit the bytes ${begin} to ${end}`,
    );
  }
  if (end > body.length) {
    throw new FormatError(
      `${place}: expected bytes ${begin} to ${end}, the file holds ${body.length}: it is truncated`,
    );
  }
  ranges.push([begin, end]);
  return { place, dtype, shape, bytes: body.subarray(begin, end) };
}

/** Checks that the tensors follow one another, without a gap or an overlap, to the end of the file. */
function checkCovered(name: string, ranges: [number, number][], length: number): void {
  let covered = 0;
  for (const [begin, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
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

function isSizes(value: unknown): value is number[] {
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  return Array.isArray(value) && value.every(isSize);
}
