import { bytesOf } from '../check.js';
import { floatsOf } from '../formats/dtypes.js';
import { inFile } from '../formats/json.js';
import { ELEMENT_ARRAYS } from '../imported/element-arrays.js';
import { formatShape, sizeOf } from '../shape.js';
import type { ProtobufReader } from './protobuf.js';
import type { ExternalData, OnnxLimits, OnnxTensor, OnnxType } from './types.js';

/** TensorProto.DataType. */
const TYPES: Readonly<Record<number, OnnxType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
};

/** The types that are not read, as the message for them names them. */
const UNREAD: Readonly<Record<number, string>> = {
  8: 'string',
  14: 'complex64',
  15: 'complex128',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
};

/** What reading tensors takes beside the bytes. */
export interface TensorSource {
  readonly limits: Required<OnnxLimits>;
  readonly externalData: ExternalData | undefined;
  /** External files that were read, by location. */
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** The type with this number in a file; undefined for one that is not read. */
export const typeOf = (number: number): OnnxType | undefined => TYPES[number];

/** The fields of a TensorProto. */
interface Fields {
  name: string;
  type: number;
  readonly shape: number[];
  raw: Uint8Array<ArrayBuffer> | undefined;
  /** What float_data, int32_data, int64_data, double_data or uint64_data hold. */
  readonly values: number[];
  readonly external: Map<string, string>;
  isExternal: boolean;
}

/** A TensorProto. @throws FormatError where its values are not those of its shape and type */
export function readTensor(reader: ProtobufReader, source: TensorSource): OnnxTensor {
  const fields = fieldsOf(reader);
  const { name, shape, type } = fields;
  const dtype = TYPES[type];
  if (dtype === undefined) {
    reader.fail(`a tensor of ${Object.values(TYPES).join(', ')}`, UNREAD[type] ?? `type ${type}`);
  }
  const size = checkedSize(reader, shape, source.limits.tensorElements);
  const raw = fields.isExternal ? externalBytes(reader, fields.external, source) : fields.raw;
  return { name, shape, dtype, data: valuesOf(reader, { dtype, size, raw, fields }) };
}

function fieldsOf(reader: ProtobufReader): Fields {
  const fields: Fields = {
    name: '',
    type: 0,
    shape: [],
    raw: undefined,
    values: [],
    external: new Map(),
    isExternal: false,
  };
  const integers = () => reader.integers(fields.values);
  reader.read({
    1: () => reader.integers(fields.shape),
    2: () => (fields.type = reader.integer()),
    3: () => reader.fail('a whole tensor', 'a segment'),
    4: () => reader.floats(fields.values),
    5: integers,
    7: integers,
    8: () => (fields.name = reader.text()),
    9: () => (fields.raw = reader.data()),
    10: () => reader.doubles(fields.values),
    11: integers,
    13: () => fields.external.set(...readEntry(reader.message('external_data'))),
    14: () => (fields.isExternal = reader.integer() === 1),
  });
  return fields;
}

/** A StringStringEntryProto. */
function readEntry(reader: ProtobufReader): [key: string, value: string] {
  let [key, value] = ['', ''];
  reader.read({ 1: () => (key = reader.text()), 2: () => (value = reader.text()) });
  return [key, value];
}

/** Axes that a tensor may have. */
const MOST_AXES = 32;

/** The elements of a shape. @throws FormatError for sizes that are none, and beyond the limit */
export function checkedSize(
  reader: ProtobufReader,
  shape: readonly number[],
  limit: number,
): number {
  if (shape.length > MOST_AXES) reader.fail(`at most ${MOST_AXES} axes`, shape.length);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    reader.fail('sizes that are not negative', formatShape(shape));
  }
  const size = shape.includes(0) ? 0 : sizeOf(shape);
  if (size > limit) reader.fail(`at most ${limit} elements`, formatShape(shape));
  return size;
}

function valuesOf(
  reader: ProtobufReader,
  {
    dtype,
    size,
    raw,
    fields,
  }: {
    dtype: OnnxType;
    size: number;
    raw: Uint8Array<ArrayBuffer> | undefined;
    fields: Fields;
  },
): ArrayLike<number> {
  const { shape, values } = fields;
  if (!raw) {
    if (values.length !== size) {
      reader.fail(`${size} values for shape ${formatShape(shape)}`, `${values.length}`);
    }
    return typed(dtype, values);
  }
  const bytes = size * ELEMENT_ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (raw.length !== bytes) {
    reader.fail(`${bytes} bytes for ${dtype} of shape ${formatShape(shape)}`, `${raw.length}`);
  }
  // A copy, for the values have to be aligned.
  const array = new ELEMENT_ARRAYS[dtype](raw.slice().buffer);
  if (dtype === 'float16' || dtype === 'bfloat16') {
    return floatsOf(array as Uint16Array, dtype === 'float16');
  }
  return dtype === 'int64' || dtype === 'uint64'
    ? Float64Array.from(array as BigInt64Array, Number)
    : (array as Float32Array);
}

/** Values that stand one by one; the 16-bit floats as the integers that their bits are. */
function typed(dtype: OnnxType, values: readonly number[]): ArrayLike<number> {
  switch (dtype) {
    case 'float16':
    case 'bfloat16':
      return floatsOf(Uint16Array.from(values), dtype === 'float16');
    case 'int64':
      return Float64Array.from(values);
    case 'uint64':
      return Float64Array.from(values, (value) => (value < 0 ? value + 2 ** 64 : value));
    default:
      return ELEMENT_ARRAYS[dtype].from(values);
  }
}

/** The part of a file beside the model that holds the values. */
function externalBytes(
  reader: ProtobufReader,
  entries: ReadonlyMap<string, string>,
  source: TensorSource,
): Uint8Array<ArrayBuffer> {
  const location = entries.get('location') ?? '';
  const file = externalFile(reader, location, source);
  const offset = sizeIn(reader, 'offset', entries.get('offset') ?? '0');
  const length = sizeIn(reader, 'length', entries.get('length') ?? String(file.length - offset));
  if (offset + length > file.length) {
    reader.fail(`a part of the ${file.length} bytes of '${location}'`, `${offset} + ${length}`);
  }
  return file.subarray(offset, offset + length);
}

function externalFile(reader: ProtobufReader, location: string, source: TensorSource) {
  const known = source.files.get(location);
  if (known) return known;
  // Paths of Unix and Windows: neither absolute, nor out of the folder, nor with a drive or a scheme.
  if (/^$|^[/\\]|[:\0]|(^|[/\\])\.\.([/\\]|$)/.test(location)) {
    reader.fail('external data in a relative path', location);
  }
  if (!source.externalData) reader.fail('the option externalData, for', `'${location}'`);
  const bytes = inFile(`${reader.place}: external data`, () => source.externalData!(location));
  const file = bytesOf('loadOnnx', `externalData('${location}')`, bytes);
  const { bytes: limit } = source.limits;
  if (file.length > limit) reader.fail(`external data of at most ${limit} bytes`, file.length);
  source.files.set(location, file);
  return file;
}

/** A size that is written in decimal digits. */
function sizeIn(reader: ProtobufReader, name: string, text: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(size)) reader.fail(`an ${name} of external data in digits`, text);
  return size;
}

/** A SparseTensorProto, with its zeros. @throws FormatError */
export function readSparseTensor(reader: ProtobufReader, source: TensorSource): OnnxTensor {
  const parts: { values?: OnnxTensor; indices?: OnnxTensor } = {};
  const shape: number[] = [];
  reader.read({
    1: () => (parts.values = readTensor(reader.message('values'), source)),
    2: () => (parts.indices = readTensor(reader.message('indices'), source)),
    3: () => reader.integers(shape),
  });
  const { values, indices } = parts;
  if (!values || !indices) return reader.fail('values and indices', 'a sparse tensor without');
  const size = checkedSize(reader, shape, source.limits.tensorElements);
  const data = new Float64Array(size);
  const isLinear = indices.shape.length === 1;
  const count = isLinear ? 1 : shape.length;
  if (indices.data.length !== count * values.data.length) {
    reader.fail(`${count} indices for each value`, `${indices.data.length}`);
  }
  for (let i = 0; i < values.data.length; i++) {
    let place = 0;
    for (let axis = 0; axis < count; axis++) {
      const index = indices.data[i * count + axis]!;
      const end = isLinear ? size : shape[axis]!;
      if (!(index >= 0 && index < end)) reader.fail(`an index below ${end}`, `${index}`);
      place = place * (isLinear ? 1 : end) + index;
    }
    data[place] = values.data[i]!;
  }
  return { name: values.name, shape, dtype: values.dtype, data };
}
