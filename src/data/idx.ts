import { FormatError } from '../errors.js';
import { rejectNonData } from './bytes.js';
import { Dataset } from './dataset.js';
import { maybeGunzip } from './gzip.js';

/** The arrays that an IDX file can hold. */
export type IdxData =
  Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An IDX file: an array of any rank. */
export interface Idx {
  readonly type: 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';
  readonly shape: readonly number[];
  readonly data: IdxData;
}

/** How to read a labelled set of IDX files. */
export interface IdxDatasetOptions {
  /** '0', '1', … up to the largest label unless given. */
  readonly classNames?: readonly string[];
}

interface ElementType {
  readonly type: Idx['type'];
  readonly size: number;
  read(view: DataView, offset: number, count: number): IdxData;
}

/** By the third byte of the file; numbers are big-endian. */
const TYPES: Readonly<Record<number, ElementType>> = {
  0x08: {
    type: 'uint8',
    size: 1,
    read: (view, offset, count) => new Uint8Array(view.buffer, view.byteOffset + offset, count),
  },
  0x09: {
    type: 'int8',
    size: 1,
    read: (view, offset, count) => new Int8Array(view.buffer, view.byteOffset + offset, count),
  },
  0x0b: {
    type: 'int16',
    size: 2,
    read: (view, offset, count) =>
      new Int16Array(count).map((_, i) => view.getInt16(offset + 2 * i)),
  },
  0x0c: {
    type: 'int32',
    size: 4,
    read: (view, offset, count) =>
      new Int32Array(count).map((_, i) => view.getInt32(offset + 4 * i)),
  },
  0x0d: {
    type: 'float32',
    size: 4,
    read: (view, offset, count) =>
      new Float32Array(count).map((_, i) => view.getFloat32(offset + 4 * i)),
  },
  0x0e: {
    type: 'float64',
    size: 8,
    read: (view, offset, count) =>
      new Float64Array(count).map((_, i) => view.getFloat64(offset + 8 * i)),
  },
};

/**
 * Reads an IDX file (yann.lecun.com/exdb/mnist: two zero bytes, the element type, the rank, the
 * sizes, the elements; all big-endian). Bytes are not copied. `name` stands in error messages.
 * Throws a FormatError for anything but a whole IDX file.
 */
export function parseIdx(bytes: Uint8Array, name = 'file'): Idx {
  rejectNonData('idx', name, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const element = bytes[0] === 0 && bytes[1] === 0 ? TYPES[bytes[2] ?? 0] : undefined;
  const rank = bytes[3] ?? 0;
  if (!element || rank === 0) {
    fail(
      name,
      'magic',
      '00 00, an element type (08 09 0b 0c 0d 0e) and a rank above 0',
      hex(bytes),
    );
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) fail(name, 'header', `${header} bytes`, bytes.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  const expected = header + count * element.size;
  const sizes = `[${shape}] ${element.type}`;
  if (!Number.isSafeInteger(expected)) {
    fail(name, 'sizes', 'a product below 2^53 bytes', sizes);
  }
  if (bytes.length < expected) {
    fail(
      name,
      `length for ${sizes}`,
      `${expected} bytes`,
      `${bytes.length}: the file is truncated`,
    );
  }
  if (bytes.length > expected) {
    const trailing = bytes.length - expected;
    fail(name, `length for ${sizes}`, `${expected} bytes`, `${bytes.length}: ${trailing} too many`);
  }
  return { type: element.type, shape, data: element.read(view, header, count) };
}

/**
 * A data set from an IDX file of samples and one of labels (MNIST and its kin), gzipped or plain.
 * Images [n, height, width] become NHWC with one channel, signals [n, length] NLC; a fourth axis is
 * taken for channels. Throws a FormatError for files that are damaged or do not belong together.
 */
export async function idxDataset(
  imagesBytes: Uint8Array,
  labelsBytes: Uint8Array,
  options: IdxDatasetOptions = {},
): Promise<Dataset> {
  const images = parseIdx(await maybeGunzip(imagesBytes), 'images');
  const labels = parseIdx(await maybeGunzip(labelsBytes), 'labels');
  if (images.shape.length < 2 || images.shape.length > 4) {
    fail('images', 'rank', '2, 3 or 4', `[${images.shape}]`);
  }
  if (labels.shape.length !== 1) fail('labels', 'rank', '1', `[${labels.shape}]`);
  const count = labels.data.length;
  if (images.shape[0] !== count) {
    fail('images', 'count', `${count}, one per label`, images.shape[0]!);
  }
  if (images.data.length === 0) fail('images', 'count', 'at least one sample', `[${images.shape}]`);
  const sampleShape = images.shape.slice(1);
  return new Dataset({
    inputs: images.data instanceof Uint8Array ? images.data : Float32Array.from(images.data),
    inputShape: sampleShape.length === 3 ? sampleShape : [...sampleShape, 1],
    labels: labels.data,
    classNames: options.classNames ?? numberNames(labels.data),
  });
}

function numberNames(labels: IdxData): string[] {
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  return Array.from({ length: largest + 1 }, (_, i) => String(i));
}

function hex(bytes: Uint8Array): string {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return start.join(' ');
}

function fail(file: string, argument: string, expected: string, got: string | number): never {
  throw new FormatError(`idx: ${file}: ${argument}: expected ${expected}, got ${got}`);
}
