// The parts of ONNX files that the conformance cases of one node need, read from the bytes: protobuf's fields are
// numbers in onnx.proto. Integers are small here.
import { sizeOf } from '../../src/shape.js';

/** A tensor of float32, in ONNX's layout. */
export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The only node of a model. */
export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  /** Integers, lists of them, or texts. */
  readonly attributes: Readonly<Record<string, number | readonly number[] | string>>;
}

type Field = readonly [field: number, value: number | Uint8Array];

/** The fields of a message, in order: integers, or the bytes of what has a length. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
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

/** Integers that are repeated, or packed. */
function integers(fields: readonly Field[], field: number): number[] {
  return all(fields, field).flatMap((value) =>
    typeof value === 'number' ? [value] : packed(value),
  );
}

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let [value, factor] = [0, 1];
  for (const byte of bytes) {
    value += (byte & 127) * factor;
    factor *= 128;
    if (byte >= 128) continue;
    values.push(value);
    [value, factor] = [0, 1];
  }
  return values;
}

/** A TensorProto of float32. */
export function readOnnxTensor(bytes: Uint8Array): OnnxTensor & { readonly name: string } {
  const fields = fieldsOf(bytes);
  const shape = integers(fields, 1);
  const [raw] = [...messages(fields, 9), ...messages(fields, 4)];
  const data = new Float32Array(sizeOf(shape));
  const view = new DataView(raw!.buffer, raw!.byteOffset, raw!.byteLength);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i, true);
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
    const [integer] = all(fields, 3);
    const [string] = messages(fields, 4);
    const value = integer ?? (string ? text(string) : integers(fields, 8));
    return [text(messages(fields, 1)[0]), value] as const;
  });
  const constants = messages(graph, 5).map(readOnnxTensor);
  return {
    node: {
      op: text(messages(node, 4)[0]),
      inputs: messages(node, 1).map(text),
      attributes: Object.fromEntries(attributes) as OnnxNode['attributes'],
    },
    constants: new Map(constants.map((constant) => [constant.name, constant])),
  };
}

/** The values with the axis `from` moved to the place `to`. */
export function moveAxis({ shape, data }: OnnxTensor, from: number, to: number): OnnxTensor {
  const order = shape.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to < 0 ? shape.length + to : to, 0, from);
  const moved = order.map((axis) => shape[axis]!);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const result = new Float32Array(data.length);
  const index = moved.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((sum, place, k) => sum + place * strides[order[k]!]!, 0)]!;
    for (let k = moved.length - 1; k >= 0 && ++index[k]! === moved[k]; k--) index[k] = 0;
  }
  return { shape: moved, data: result };
}
