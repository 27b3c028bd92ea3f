// ONNX models (opset 17) as bytes.

import { loadPeer } from './load.js';

const DATA_TYPES = { float32: 1, int64: 7 } as const;

export interface Attribute {
  readonly name: string;
  readonly type: number;
}

export interface OnnxNode {
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Attribute[];
}

export interface ValueInfo {
  readonly name: string;
  readonly type: object;
}

export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

export interface Graph {
  readonly node: readonly OnnxNode[];
  readonly input: readonly ValueInfo[];
  readonly output: readonly ValueInfo[];
  readonly initializer?: readonly Initializer[];
  /** Shapes of values between; some gradient kernels take their output's shape from here. */
  readonly valueInfo?: readonly ValueInfo[];
}

/** Operators of onnxruntime, its gradients among them. */
export const MICROSOFT = 'com.microsoft';

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly Attribute[] = [],
  domain = '',
): OnnxNode {
  return { opType, domain, input, output, attribute };
}

export function ints(name: string, values: readonly number[]): Attribute & { ints: unknown } {
  return { name, type: 7, ints: values };
}

export function int(name: string, value: number): Attribute & { i: number } {
  return { name, type: 2, i: value };
}

export function string(name: string, value: string): Attribute & { s: Uint8Array } {
  return { name, type: 3, s: new TextEncoder().encode(value) };
}

export function value(
  name: string,
  shape: readonly number[],
  type: keyof typeof DATA_TYPES = 'float32',
): ValueInfo {
  const dim = shape.map((extent) => ({ dimValue: extent }));
  return { name, type: { tensorType: { elemType: DATA_TYPES[type], shape: { dim } } } };
}

export function initializer(
  name: string,
  dims: readonly number[],
  data: Float32Array | BigInt64Array,
): Initializer {
  const dataType = data instanceof Float32Array ? DATA_TYPES.float32 : DATA_TYPES.int64;
  return {
    name,
    dims,
    dataType,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

interface OnnxProto {
  readonly onnx: {
    readonly ModelProto: {
      fromObject(model: object): object;
      encode(model: object): { finish(): Uint8Array };
    };
  };
}

export async function encodeModel(graph: Graph): Promise<Uint8Array> {
  const { onnx } = await loadPeer<OnnxProto>('onnx-proto');
  const named = graph.node.map((one, i) => ({ name: `n${i}`, ...one }));
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: MICROSOFT, version: 1 },
  ];
  const model = { irVersion: 8, opsetImport, graph: { name: 'g', ...graph, node: named } };
  return onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish();
}
