import { ProtobufReader } from '../../src/onnx/protobuf.js';
import { readTensor } from '../../src/onnx/tensor-reader.js';
import type { OnnxTensor } from '../../src/onnx/types.js';

/** A file that holds a TensorProto, as those of inputs and outputs beside ONNX's models. */
export function readTensorFile(bytes: Uint8Array): OnnxTensor {
  const limits = {
    bytes: 2 ** 30,
    nodes: 0,
    tensorElements: 2 ** 28,
    depth: 4,
    stringLength: 1000,
  };
  const reader = new ProtobufReader(new Uint8Array(bytes), 'tensor', limits);
  return readTensor(reader, { limits, externalData: undefined, files: new Map() });
}
