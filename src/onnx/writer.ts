import { toHalf } from '../formats/half.js';
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxType } from './types.js';

/** What goes into a graph or comes out of it. A size that is not known has a name. */
export interface WrittenValue {
  readonly name: string;
  readonly dtype: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** A model to be written. */
export interface WrittenModel {
  /** Of ONNX's own ops. */
  readonly opset: number;
  readonly nodes: readonly OnnxNode[];
  readonly constants: Iterable<OnnxTensor>;
  readonly inputs: readonly WrittenValue[];
  readonly outputs: readonly WrittenValue[];
}

/** TensorProto.DataType of what is written. */
const TYPES: Readonly<Partial<Record<OnnxType, number>>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** AttributeProto.AttributeType. */
const KINDS = { float: 1, int: 2, string: 3, tensor: 4, ints: 7 };

/** The version of the file format that each version of the ops came with (onnx's docs/Versioning.md). */
const IR_VERSIONS: Readonly<Record<number, number>> = { 17: 8, 18: 8, 19: 9, 20: 9, 21: 10 };

/** The versions of ONNX's ops that models are written for. */
export const OPSETS: readonly number[] = [17, 18, 19, 20, 21];

/** A protobuf message (protobuf.dev/programming-guides/encoding), field by field. Data are copied once, at the end. */
class Message {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** int64 or an enum; negative ones in two's complement of 64 bits. */
  integer(field: number, value: number): this {
    return this.#varint(8 * field).#varint(value);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#varint(8 * field + 5).#append(bytes);
  }

  data(field: number, bytes: Uint8Array): this {
    return this.#varint(8 * field + 2)
      .#varint(bytes.length)
      .#append(bytes);
  }

  text(field: number, value: string): this {
    return this.data(field, new TextEncoder().encode(value));
  }

  message(field: number, message: Message): this {
    this.#varint(8 * field + 2).#varint(message.#length);
    for (const part of message.#parts) this.#append(part);
    return this;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #varint(value: number): this {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return this.#append(Uint8Array.of(...bytes, Number(rest)));
  }

  #append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}

/**
 * The bytes of a ModelProto (github.com/onnx/onnx, onnx.proto), the same for the same model.
 * @throws RangeError for a finite value of a float16 tensor that is too large for it
 */
export function writeOnnx(model: WrittenModel): Uint8Array<ArrayBuffer> {
  const graph = new Message();
  for (const node of model.nodes) graph.message(1, nodeMessage(node));
  graph.text(2, 'simdgrad');
  for (const tensor of model.constants) graph.message(5, tensorMessage(tensor));
  for (const value of model.inputs) graph.message(11, valueMessage(value));
  for (const value of model.outputs) graph.message(12, valueMessage(value));
  return new Message()
    .integer(1, IR_VERSIONS[model.opset]!)
    .text(2, 'simdgrad')
    .message(7, graph)
    .message(8, new Message().text(1, '').integer(2, model.opset))
    .bytes();
}

function nodeMessage({ name, op, inputs, outputs, attributes }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, name).text(4, op);
  for (const [key, attribute] of attributes) message.message(5, attributeMessage(key, attribute));
  return message;
}

function attributeMessage(name: string, attribute: OnnxAttribute): Message {
  const message = new Message().text(1, name);
  const { kind, value } = attribute;
  if (kind === 'float') message.float(2, value);
  else if (kind === 'int') message.integer(3, value);
  else if (kind === 'string') message.text(4, value);
  else if (kind === 'ints') for (const item of value) message.integer(8, item);
  return message.integer(20, KINDS[kind as keyof typeof KINDS]);
}

function tensorMessage(tensor: OnnxTensor): Message {
  const message = new Message();
  for (const size of tensor.shape) message.integer(1, size);
  return message.integer(2, TYPES[tensor.dtype]!).text(8, tensor.name).data(9, rawData(tensor));
}

/** Little-endian, as in memory. */
function rawData({ name, dtype, data }: OnnxTensor): Uint8Array {
  const typed = (() => {
    if (dtype === 'float32') return data instanceof Float32Array ? data : Float32Array.from(data);
    if (dtype === 'float16') return toHalf(`saveOnnx: ${name}`, Float32Array.from(data), dtype);
    if (dtype === 'int32') return Int32Array.from(data);
    return BigInt64Array.from(Array.from(data, BigInt));
  })();
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

function valueMessage({ name, dtype, shape }: WrittenValue): Message {
  const sizes = new Message();
  for (const size of shape) {
    const dimension = new Message();
    if (typeof size === 'number') dimension.integer(1, size);
    else dimension.text(2, size);
    sizes.message(1, dimension);
  }
  const tensor = new Message().integer(1, TYPES[dtype]!).message(2, sizes);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
