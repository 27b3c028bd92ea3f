import { bytesOf, checkArity, checkInteger, wrongKind } from '../check.js';
import { FormatError } from '../errors.js';
import { checkOptions } from '../options.js';
import { formatShape, sizeOf } from '../shape.js';
import { rejectNonData } from './bytes.js';
import { Dataset } from './dataset.js';
import { checkClassNames } from './dataset-source.js';
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
  /** Where labels [n, k] hold several integers for each sample: which of them is the class; 0, as in QMNIST, unless told. */
  readonly labelColumn?: number;
}

/** By the third byte of the file. */
const TYPES: Readonly<Record<number, Idx['type']>> = {
  0x08: 'uint8',
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};
/** Without names, so many classes are taken, or one for each sample. */
const MAX_CLASSES = 65536;
const ORDER = 'wrong byte order?';

/**
 * Reads an IDX file (yann.lecun.com/exdb/mnist: two zero bytes, the element type, the rank, the
 * sizes, the elements; all big-endian). Bytes are not copied. `name` stands in error messages.
 * Throws a FormatError for anything but a whole IDX file.
 */
export function parseIdx(bytes: Uint8Array, name = 'file'): Idx {
  checkArity('parseIdx', arguments.length, 2);
  const source = bytesOf('parseIdx', 'bytes', bytes);
  if (typeof name !== 'string') throw wrongKind('parseIdx', 'name', 'a text', name);
  rejectNonData('idx', name, source);
  const [zero, one, code, rank] = source;
  const type = zero === 0 && one === 0 ? TYPES[code!] : undefined;
  if (!type || !rank) {
    const expected = '00 00, an element type (08 09 0b 0c 0d 0e) and a rank above 0';
    return fail(name, 'magic', expected, hex(source));
  }
  const header = 4 + 4 * rank;
  if (source.length < header) fail(name, 'header', `${header} bytes`, source.length);
  const view = new DataView(source.buffer, source.byteOffset, source.length);
  const sizes = (littleEndian: boolean) =>
    Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis, littleEndian));
  const shape = sizes(false);
  const width = widthOf(type);
  const expected = header + sizeOf(shape) * width;
  if (source.length !== expected) {
    const swapped = header + sizeOf(sizes(true)) * width === source.length ? `: ${ORDER}` : '';
    const reason =
      source.length < expected ? 'the file is truncated' : `${source.length - expected} too many`;
    const what = `length for ${formatShape(shape.slice(0, 8))} ${type}`;
    fail(name, what, `${expected} bytes`, `${source.length}: ${reason}${swapped}`);
  }
  return { type, shape, data: readElements(view, type, header) };
}

/**
 * A data set from an IDX file of samples and one of labels (MNIST and its kin), gzipped or plain.
 * Images [n, height, width] become NHWC with one channel, signals [n, length] NLC; a fourth axis is taken for channels.
 * Bytes count as value / 255, other types as they are. Labels are [n], or [n, k] as those of QMNIST.
 * @throws FormatError for files that are damaged or do not belong together, for labels that are no classes, and for NaN
 * and infinity
 */
export async function idxDataset(
  imagesBytes: Uint8Array,
  labelsBytes: Uint8Array,
  options: IdxDatasetOptions = {},
): Promise<Dataset> {
  checkArity('idxDataset', arguments.length, 3);
  const files = [
    bytesOf('idxDataset', 'imagesBytes', imagesBytes),
    bytesOf('idxDataset', 'labelsBytes', labelsBytes),
  ] as const;
  checkOptions('idxDataset', options, ['classNames', 'labelColumn']);
  const { classNames, labelColumn = 0 } = options;
  if (classNames !== undefined) checkClassNames('idxDataset', classNames);
  checkInteger('idxDataset', 'labelColumn', labelColumn, 0);
  const images = parseIdx(await maybeGunzip(files[0], { name: 'images' }), 'images');
  const all = parseIdx(await maybeGunzip(files[1], { name: 'labels' }), 'labels');
  checkShapes(images, all);
  const labels = columnOf(all, labelColumn);
  checkLabels(labels, classNames);
  const shape = images.shape.slice(1);
  return new Dataset({
    inputs: inputsOf(images),
    inputShape: shape.length === 3 ? shape : [...shape, 1],
    labels: labels.data,
    classNames: classNames ?? numberNames(labels.data),
  });
}

function checkShapes({ shape, data }: Idx, labels: Idx): void {
  if (shape.length < 2 || shape.length > 4) {
    fail('images', 'rank', '2, 3 or 4', formatShape(shape.slice(0, 8)));
  }
  if (labels.shape.length > 2)
    fail('labels', 'rank', '1 or 2', formatShape(labels.shape.slice(0, 8)));
  const [count] = labels.shape;
  if (shape[0] !== count) fail('images', 'count', `${count}, one per label`, shape[0]!);
  if (data.length === 0) fail('images', 'count', 'at least one sample', formatShape(shape));
}

/** Labels [n] of labels [n] or [n, k]. */
function columnOf({ type, shape, data }: Idx, column: number): Idx {
  const [count, width = 1] = shape;
  if (column >= width) {
    fail('labels', 'shape', `more than ${column} columns, by labelColumn`, formatShape(shape));
  }
  return { type, shape: [count!], data: data.filter((_, i) => i % width === column) };
}

function checkLabels({ type, data }: Idx, classNames: readonly string[] | undefined): void {
  const limit = classNames?.length ?? Math.max(MAX_CLASSES, data.length);
  const isClass = (label: number) => Number.isInteger(label) && label >= 0 && label < limit;
  const at = data.findIndex((label) => !isClass(label));
  if (at >= 0) {
    const hint = isClass(swapped(type, data[at]!)) ? `: ${ORDER}` : '';
    fail('labels', 'values', `integers in [0, ${limit})`, `${data[at]} at index ${at}${hint}`);
  }
  if (!classNames && data.some((label) => label > 0) && !data.some((label) => label % 256)) {
    fail('labels', 'values', 'some below 256', `multiples of 256 only: ${ORDER}`);
  }
}

/** As bytes or float32. */
function inputsOf({ type, shape, data }: Idx): Uint8Array | Float32Array {
  if (data instanceof Uint8Array) return data;
  const inputs = Float32Array.from(data);
  const at = inputs.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const sample = Math.floor(at / sizeOf(shape.slice(1)));
    fail('images', 'values', `finite ${type}`, `${data[at]} at index ${at} (sample ${sample})`);
  }
  return inputs;
}

function numberNames(labels: IdxData): string[] {
  let largest = 0;
  for (const label of labels) largest = Math.max(largest, label);
  return Array.from({ length: largest + 1 }, (_, i) => String(i));
}

/** Bytes of an element. */
function widthOf(type: Idx['type']): number {
  return Number(type.replace(/\D+/, '')) / 8;
}

/** The elements behind the header; bytes share its memory. */
function readElements(view: DataView<ArrayBuffer>, type: Idx['type'], header: number): IdxData {
  const { buffer, byteOffset, byteLength } = view;
  const width = widthOf(type);
  const count = (byteLength - header) / width;
  const begin = byteOffset + header;
  if (type === 'uint8') return new Uint8Array(buffer, begin, count);
  if (type === 'int8') return new Int8Array(buffer, begin, count);
  const at = (i: number) => header + width * i;
  if (type === 'int16') return new Int16Array(count).map((_, i) => view.getInt16(at(i)));
  if (type === 'int32') return new Int32Array(count).map((_, i) => view.getInt32(at(i)));
  if (type === 'float32') return new Float32Array(count).map((_, i) => view.getFloat32(at(i)));
  return new Float64Array(count).map((_, i) => view.getFloat64(at(i)));
}

/** The value of an element with its bytes in the other order. */
function swapped(type: Idx['type'], value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'float64') {
    view.setFloat64(0, value);
    return view.getFloat64(0, true);
  }
  if (type === 'float32') {
    view.setFloat32(0, value);
    return view.getFloat32(0, true);
  }
  view.setInt32(0, type === 'int16' ? value << 16 : value);
  return view.getInt32(0, true);
}

function hex(bytes: Uint8Array): string {
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return start.join(' ');
}

function fail(file: string, argument: string, expected: string, got: string | number): never {
  throw new FormatError(`idx: ${file}: ${argument}: expected ${expected}, got ${got}`);
}
