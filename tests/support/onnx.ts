// The parts of ONNX files that the conformance cases of one node need, read from the bytes: protobuf's fields are
// numbers in onnx.proto. Integers have 32 bits here, whatever their type: the cases hold no larger ones.
import { sizeOf } from '../../src/shape.js';

/** A tensor in ONNX's layout: float64 and float16 as float32, all that is whole, and booleans, as int32. */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The only node of a model. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers, lists of them, or texts. */
  readonly attributes: Readonly<Record<string, number | readonly number[] | string>>;
}

type Field = readonly [field: number, value: number | Uint8Array];

/** The fields of a message, in order: integers, or the bytes of what has a length. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    const begin = at;
    while (bytes[at++]! >= 128);
    return varintOf(bytes.subarray(begin, at));
  };
  while (at < bytes.length) {
    const key = varint();
    const wire = key & 7;
    if (wire === 0) {
      fields.push([key >> 3, varint()]);
      continue;
    }
    const length = wire === 2 ? varint() : wire === 5 ? 4 : 8;
    fields.push([key >> 3, bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

const all = (fields: readonly Field[], field: number) =>
  fields.filter(([number]) => number === field).map(([, value]) => value);
const messages = (fields: readonly Field[], field: number) => all(fields, field) as Uint8Array[];
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** An integer of 64 bits, seven in a byte, the lowest first. */
function varintOf(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 127), 0n);
  return Number(BigInt.asIntN(64, value));
}

/** Integers that are repeated, or packed. */
function integers(fields: readonly Field[], field: number): number[] {
  return all(fields, field).flatMap((value) =>
    typeof value === 'number' ? [value] : packed(value),
  );
}

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let begin = 0;
  bytes.forEach((byte, i) => {
    if (byte >= 128) return;
    values.push(varintOf(bytes.subarray(begin, i + 1)));
    begin = i + 1;
  });
  return values;
}

/** Floats that are repeated, or packed. */
function floats(fields: readonly Field[], field: number): number[] {
  return messages(fields, field).flatMap((bytes) =>
    Array.from({ length: bytes.length / 4 }, (_, i) => viewOf(bytes).getFloat32(4 * i, true)),
  );
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** How an element of raw bytes is read, by the number of its type. */
const ELEMENTS: Readonly<
  Record<number, readonly [bytes: number, (view: DataView, at: number) => number]>
> = {
  1: [4, (view, at) => view.getFloat32(at, true)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [1, (view, at) => view.getInt8(at)],
  4: [2, (view, at) => view.getUint16(at, true)],
  5: [2, (view, at) => view.getInt16(at, true)],
  6: [4, (view, at) => view.getInt32(at, true)],
  7: [8, (view, at) => Number(view.getBigInt64(at, true))],
  9: [1, (view, at) => view.getUint8(at)],
  10: [2, (view, at) => halfOf(view.getUint16(at, true))],
  11: [8, (view, at) => view.getFloat64(at, true)],
  12: [4, (view, at) => view.getUint32(at, true)],
  13: [8, (view, at) => Number(view.getBigUint64(at, true))],
};
const FLOATS = [1, 10, 11];

function halfOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const magnitude =
    exponent === 31
      ? fraction > 0
        ? NaN
        : Infinity
      : exponent > 0
        ? 2 ** (exponent - 15) * (1 + fraction / 1024)
        : 2 ** -24 * fraction;
  return bits >> 15 ? -magnitude : magnitude;
}

/** A TensorProto. */
export function readOnnxTensor(bytes: Uint8Array): OnnxTensor & { readonly name: string } {
  const fields = fieldsOf(bytes);
  const shape = integers(fields, 1);
  const [type] = integers(fields, 2);
  const [raw] = messages(fields, 9);
  const [size, read] = ELEMENTS[type!]!;
  const values = raw
    ? Array.from({ length: raw.length / size }, (_, i) => read(viewOf(raw), size * i))
    : [...floats(fields, 4), ...integers(fields, 5), ...integers(fields, 7)];
  const data = FLOATS.includes(type!) ? Float32Array.from(values) : Int32Array.from(values);
  return { name: text(messages(fields, 8)[0]), shape, data };
}

/** A ModelProto of one node, and what is constant in it. */
export function readOnnxNode(bytes: Uint8Array): {
  node: OnnxNode;
  constants: ReadonlyMap<string, OnnxTensor>;
} {
  const graph = fieldsOf(messages(fieldsOf(bytes), 7)[0]!);
  const node = fieldsOf(messages(graph, 1)[0]!);
  const attributes = messages(node, 5).map((attribute) => {
    const fields = fieldsOf(attribute);
    return [text(messages(fields, 1)[0]), attributeOf(fields)] as const;
  });
  const constants = messages(graph, 5).map(readOnnxTensor);
  return {
    node: {
      op: text(messages(node, 4)[0]),
      inputs: messages(node, 1).map(text),
      outputs: messages(node, 2).map(text),
      attributes: Object.fromEntries(attributes),
    },
    constants: new Map(constants.map((constant) => [constant.name, constant])),
  };
}

/** The value of an AttributeProto: of the field that its type says. */
function attributeOf(fields: readonly Field[]): number | readonly number[] | string {
  const [type] = integers(fields, 20);
  if (type === 1) return floats(fields, 2)[0]!;
  if (type === 2) return integers(fields, 3)[0]!;
  if (type === 3) return text(messages(fields, 4)[0]);
  return type === 6 ? floats(fields, 7) : integers(fields, 8);
}

/** The values with the axis `from` moved to the place `to`; negative: counted from the last. */
export function moveAxis({ shape, data }: OnnxTensor, from: number, to: number): OnnxTensor {
  const place = (axis: number) => (axis < 0 ? shape.length + axis : axis);
  const order = shape.map((_, axis) => axis).filter((axis) => axis !== place(from));
  order.splice(place(to), 0, place(from));
  const moved = order.map((axis) => shape[axis]!);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = data.slice();
  const index = moved.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((sum, place, k) => sum + place * strides[order[k]!]!, 0)]!;
    for (let k = moved.length - 1; k >= 0 && ++index[k]! === moved[k]; k--) index[k] = 0;
  }
  return { shape: moved, data: result };
}
