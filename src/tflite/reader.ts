import { FormatError } from '../errors.js';
import { plain } from '../formats/json.js';
import type { ElementType } from '../imported/value.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import { Table } from './flatbuffer.js';
import type { TfliteLimits } from './limits.js';
import { type Options, readOptions } from './options.js';
import { elementType, operatorName } from './schema.js';

/** Real numbers as multiples of a scale: `x = scale · (q − zeroPoint)`. */
export interface Quantization {
  /** One for all, or one for each place along the axis. */
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

/** A tensor of the file: an edge of the graph, or a constant. */
export interface TfliteTensor {
  /** The file's, made unique and not empty. */
  readonly name: string;
  readonly shape: Shape;
  /** The shape with −1 for sizes that are told only when the model runs. */
  readonly signature: readonly number[];
  readonly dtype: ElementType;
  readonly quantization: Quantization | undefined;
  /** Of a constant, little-endian; undefined for what the graph computes. */
  readonly data: Uint8Array | undefined;
  /** Whether it begins with zeros and is kept from run to run. */
  readonly isVariable: boolean;
}

export interface TfliteOperator {
  /** `CUSTOM:` and its name where the file has a name of its own. */
  readonly op: string;
  /** Places of tensors; −1 where one is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Options;
  readonly customOptions: Uint8Array;
}

export interface TfliteModel {
  readonly description: string;
  readonly tensors: readonly TfliteTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly operators: readonly TfliteOperator[];
}

const CUSTOM = 32;

/**
 * Reads a TFLite file as it stands: the first of its graphs, whose references are checked, but not whether it is acyclic.
 * @throws FormatError for bytes that are no such file or hold more than the limits
 */
export function readTflite(bytes: Uint8Array, limits: Required<TfliteLimits>): TfliteModel {
  if (bytes.length > limits.bytes)
    fail(`expected at most ${limits.bytes} bytes, got ${bytes.length}`);
  const model = Table.root(bytes, 'TFL3', 'tflite');
  const version = model.uint32(0);
  if (version !== 3) fail(`expected version 3 of the format, got ${version}`);
  const [graph] = model.tables(2);
  if (!graph) fail('expected a graph, got none');
  const buffers = model.tables(4).map((buffer) => bufferOf(buffer, bytes));
  const tables = graph.tables(0);
  const operators = graph.tables(3);
  const most = Math.max(tables.length, operators.length);
  if (most > limits.nodes)
    fail(`expected at most ${limits.nodes} operators and tensors, got ${most}`);
  const names = new Set<string>();
  const tensors = tables.map((table, i) => readTensor(table, i, buffers, names));
  checkElements(tensors, limits.elements);
  const places = (found: readonly number[], least: number) => {
    for (const place of found) {
      if (place >= least && place < tensors.length) continue;
      fail(`expected one of ${tensors.length} tensors, got number ${place}`);
    }
    return found;
  };
  const codes = model.tables(1).map(readCode);
  return {
    description: model.string(3),
    tensors,
    inputs: places(graph.int32s(1), 0),
    outputs: places(graph.int32s(2), 0),
    operators: operators.map((table) => readOperator(table, codes, places)),
  };
}

function fail(message: string): never {
  throw new FormatError(`tflite: ${message}`);
}

/** The bytes of a buffer, which large files keep behind the flatbuffer. */
function bufferOf(table: Table, file: Uint8Array): Uint8Array {
  const [offset, size] = [table.uint64(1), table.uint64(2)];
  if (offset <= 1) return table.bytes(0);
  if (offset + size > file.length) {
    fail(`expected ${size} bytes of a buffer at ${offset}, the file has ${file.length}`);
  }
  return file.subarray(offset, offset + size);
}

/** The name of an operator. The old field has 7 bits for its number; beyond them the new one counts. */
function readCode(table: Table): string {
  const code = Math.max(table.int8(0), table.int32(3));
  return code === CUSTOM ? `CUSTOM:${table.string(1)}` : operatorName(code);
}

function readOperator(
  table: Table,
  codes: readonly string[],
  places: (found: readonly number[], least: number) => readonly number[],
): TfliteOperator {
  const number = table.uint32(0);
  const op = codes[number];
  if (op === undefined)
    fail(`expected one of ${codes.length} operator codes, got number ${number}`);
  return {
    op,
    inputs: places(table.int32s(1), -1),
    outputs: places(table.int32s(2), 0),
    options: readOptions(op, table.int8(3) & 0xff, table.table(4), 'tflite'),
    customOptions: table.bytes(5).slice(),
  };
}

function readTensor(
  table: Table,
  place: number,
  buffers: readonly Uint8Array[],
  names: Set<string>,
): TfliteTensor {
  const name = uniqueName(table.string(3), place, names);
  const where = `tensor ${plain(name)}`;
  const type = table.int8(1);
  const dtype = elementType(type);
  if (!dtype) fail(`${where}: expected a known element type, got number ${type}`);
  const shape = table.int32s(0);
  if (shape.some((size) => size < 0) || !Number.isSafeInteger(sizeOf(shape))) {
    fail(`${where}: expected sizes of at least 0, got ${formatShape(shape)}`);
  }
  if (table.table(6)) fail(`${where}: expected all elements, got a sparse tensor`);
  const number = table.uint32(2);
  const buffer = buffers[number];
  if (!buffer && number > 0) {
    fail(`${where}: expected one of ${buffers.length} buffers, got number ${number}`);
  }
  const signature = table.int32s(7);
  return {
    name,
    shape,
    signature: signature.length === shape.length ? signature : shape,
    dtype,
    quantization: readQuantization(table.table(4), shape, where),
    data: number > 0 && buffer!.length > 0 ? buffer : undefined,
    isVariable: table.bool(5),
  };
}

/** Names of tensors need not be unique in a file: a second one gets the tensor's number. */
function uniqueName(given: string, place: number, names: Set<string>): string {
  let name = given || `tensor:${place}`;
  while (names.has(name)) name += `:${place}`;
  names.add(name);
  return name;
}

function readQuantization(
  table: Table | undefined,
  shape: Shape,
  where: string,
): Quantization | undefined {
  const scales = table?.float32s(2) ?? [];
  if (!table || scales.length === 0) return undefined;
  const zeroPoints = table.int64s(3);
  const axis = table.int32(6);
  const count = scales.length;
  const fits = count === 1 || (axis >= 0 && axis < shape.length && shape[axis] === count);
  const zeroPointsFit = zeroPoints.length === count || zeroPoints.length < 2;
  if (!fits || !zeroPointsFit || !scales.every((scale) => scale >= 0 && scale < Infinity)) {
    fail(
      `${where}: expected a finite scale, or one for each place along axis ${axis}, with zero points, ` +
        `for shape ${formatShape(shape)}, got ${count} and ${zeroPoints.length}`,
    );
  }
  const zeros = zeroPoints.length === count ? zeroPoints : scales.map(() => zeroPoints[0] ?? 0);
  // Types of files say how to write real numbers: all scales 0 say nothing.
  return scales.every((scale) => scale === 0) ? undefined : { scales, zeroPoints: zeros, axis };
}

/** Buffers may be shared: each tensor counts with all of its elements. */
function checkElements(tensors: readonly TfliteTensor[], limit: number): void {
  let elements = 0;
  for (const { shape, data, isVariable } of tensors) {
    if (data ?? isVariable) elements += sizeOf(shape);
    if (elements > limit) fail(`expected at most ${limit} elements of constants, got more`);
  }
}
