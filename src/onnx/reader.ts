import { bytesOf, checkFunction, checkInteger } from '../check.js';
import { FormatError } from '../errors.js';
import { checkOptions } from '../options.js';
import { ProtobufReader } from './protobuf.js';
import { readSparseTensor, readTensor, type TensorSource, typeOf } from './tensor-reader.js';
import type {
  ExternalData,
  OnnxAttribute,
  OnnxGraph,
  OnnxLimits,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from './types.js';

/** What every limit is where it is not given. */
const LIMITS: Required<OnnxLimits> = {
  bytes: 2 ** 31 - 1,
  nodes: 100_000,
  tensorElements: 2 ** 29 - 1,
  depth: 32,
  stringLength: 65_536,
};

/** What reading takes beside the bytes. */
interface Source extends TensorSource {
  /** Nodes that were read. */
  nodes: number;
}

/** Options of `readOnnx`. */
export interface ReadOptions {
  readonly limits?: OnnxLimits | undefined;
  readonly externalData?: ExternalData | undefined;
}

/**
 * Reads a ModelProto (github.com/onnx/onnx, onnx.proto) as it stands: whether the graph is one is not looked at.
 * @throws FormatError for bytes that are no such message or hold more than the limits; TypeError, RangeError for wrong
 * options
 */
export function readOnnx(bytes: Uint8Array, { limits, externalData }: ReadOptions = {}): OnnxModel {
  const file = bytesOf('loadOnnx', 'bytes', bytes);
  if (externalData !== undefined) checkFunction('loadOnnx', 'externalData', externalData);
  const source: Source = { limits: withDefaults(limits), externalData, files: new Map(), nodes: 0 };
  if (file.length > source.limits.bytes) {
    throw new FormatError(
      `onnx: expected at most ${source.limits.bytes} bytes, got ${file.length}`,
    );
  }
  return readModel(new ProtobufReader(file, 'onnx', source.limits), source);
}

function withDefaults(limits: OnnxLimits | undefined): Required<OnnxLimits> {
  checkOptions('loadOnnx', limits, Object.keys(LIMITS), 'limits');
  const given = Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined);
  for (const [name, limit] of given) checkInteger('loadOnnx', `limits.${name}`, limit, 0);
  return { ...LIMITS, ...Object.fromEntries(given) };
}

function readModel(reader: ProtobufReader, source: Source): OnnxModel {
  let graph: OnnxGraph | undefined;
  let producer = '';
  const opsets = new Map<string, number>();
  while (reader.next()) {
    if (reader.field === 2) producer = reader.text();
    else if (reader.field === 7) {
      if (graph) reader.fail('one graph', 'two');
      graph = readGraph(reader.message('graph'), source);
    } else if (reader.field === 8) {
      const [domain, version] = readOpset(reader.message('opset_import'));
      opsets.set(domain, version);
    } else reader.skip();
  }
  if (!graph) return reader.fail('a model with a graph', 'none');
  return { graph, opsets, producer };
}

/** ONNX's own ops have two names for their domain. */
const domainOf = (name: string) => (name === 'ai.onnx' ? '' : name);

function readOpset(reader: ProtobufReader): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  while (reader.next()) {
    if (reader.field === 1) domain = domainOf(reader.text());
    else if (reader.field === 2) version = reader.integer();
    else reader.skip();
  }
  return [domain, version];
}

function readGraph(reader: ProtobufReader, source: Source): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxTensor>();
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const add = (tensor: OnnxTensor) => {
    if (tensor.name === '') reader.fail('initializers with names', 'one without');
    if (constants.has(tensor.name)) reader.fail('one initializer a name', `two '${tensor.name}'`);
    constants.set(tensor.name, tensor);
  };
  while (reader.next()) {
    if (reader.field === 1) {
      const { limits } = source;
      if (++source.nodes > limits.nodes) reader.fail(`at most ${limits.nodes} nodes`, 'more');
      nodes.push(readNode(reader.message(`node[${nodes.length}]`), source));
    } else if (reader.field === 2) name = reader.text();
    else if (reader.field === 5) {
      add(readTensor(reader.message(`initializer[${constants.size}]`), source));
    } else if (reader.field === 11) {
      inputs.push(readValueInfo(reader.message(`input[${inputs.length}]`)));
    } else if (reader.field === 12) {
      outputs.push(readValueInfo(reader.message(`output[${outputs.length}]`)));
    } else if (reader.field === 15) {
      add(readSparseTensor(reader.message('sparse_initializer'), source));
    } else reader.skip();
  }
  return { name, nodes, constants, inputs, outputs };
}

function readNode(reader: ProtobufReader, source: Source): OnnxNode {
  let [name, op, domain] = ['', '', ''];
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  while (reader.next()) {
    if (reader.field === 1) inputs.push(reader.text());
    else if (reader.field === 2) outputs.push(reader.text());
    else if (reader.field === 3) name = reader.text();
    else if (reader.field === 4) op = reader.text();
    else if (reader.field === 5) {
      const attribute = reader.message(`attribute[${attributes.size}]`);
      const [key, value] = readAttribute(attribute, source);
      if (attributes.has(key)) reader.fail('one attribute a name', `two '${key}'`);
      attributes.set(key, value);
    } else if (reader.field === 7) domain = domainOf(reader.text());
    else reader.skip();
  }
  if (op === '') reader.fail('an op_type', 'none');
  return { name, op, domain, inputs, outputs, attributes };
}

/** The number of each kind of attribute, and of the field that holds it. */
const KINDS = {
  float: [1, 2],
  int: [2, 3],
  string: [3, 4],
  tensor: [4, 5],
  graph: [5, 6],
  floats: [6, 7],
  ints: [7, 8],
  strings: [8, 9],
  sparse_tensor: [11, 22],
} as const satisfies Readonly<
  Record<OnnxAttribute['kind'], readonly [type: number, field: number]>
>;

type Kind = OnnxAttribute['kind'];

/** An AttributeProto: the value of the kind that it says, or of the field that is there. */
function readAttribute(
  reader: ProtobufReader,
  source: Source,
): [name: string, value: OnnxAttribute] {
  let [name, type] = ['', 0];
  const values = new Map<number, unknown>();
  const lists = { floats: [] as number[], ints: [] as number[], strings: [] as string[] };
  while (reader.next()) {
    const { field } = reader;
    if (field === 1) name = reader.text();
    else if (field === 2) values.set(field, reader.float());
    else if (field === 3) values.set(field, reader.integer());
    else if (field === 4) values.set(field, reader.text());
    else if (field === 5) values.set(field, readTensor(reader.message('t'), source));
    else if (field === 6) values.set(field, readGraph(reader.message('g'), source));
    else if (field === 7) reader.floats(lists.floats);
    else if (field === 8) reader.integers(lists.ints);
    else if (field === 9) lists.strings.push(reader.text());
    else if (field === 20) type = reader.integer();
    else if (field === 22) values.set(field, readSparseTensor(reader.message('sparse'), source));
    else reader.skip();
  }
  if (name === '') reader.fail('an attribute with a name', 'one without');
  const known = Object.entries(KINDS) as [Kind, readonly [number, number]][];
  const found = known.find(([kind, [number, field]]) =>
    type === 0
      ? values.has(field) || (lists[kind as keyof typeof lists]?.length ?? 0) > 0
      : type === number,
  );
  if (!found) return reader.fail(`a value of ${name} of a known kind`, `type ${type}`);
  const [kind, [, field]] = found;
  const value = lists[kind as keyof typeof lists] ?? values.get(field) ?? EMPTY[kind as 'int'];
  if (value === undefined) reader.fail(`a ${kind} as the value of ${name}`, 'none');
  return [name, { kind, value } as OnnxAttribute];
}

/** What protobuf leaves out where it is the default. */
const EMPTY = { float: 0, int: 0, string: '' };

function readValueInfo(reader: ProtobufReader): OnnxValueInfo {
  let info: OnnxValueInfo = { name: '', dtype: undefined, shape: undefined };
  while (reader.next()) {
    if (reader.field === 1) info = { ...info, name: reader.text() };
    else if (reader.field === 2) info = { ...readType(reader.message('type')), name: info.name };
    else reader.skip();
  }
  return info;
}

function readType(reader: ProtobufReader): Omit<OnnxValueInfo, 'name'> {
  let type: Omit<OnnxValueInfo, 'name'> = { dtype: undefined, shape: undefined };
  while (reader.next()) {
    if (reader.field === 1) type = readTensorType(reader.message('tensor_type'));
    else reader.skip();
  }
  return type;
}

function readTensorType(reader: ProtobufReader): Omit<OnnxValueInfo, 'name'> {
  let [dtype, shape]: [OnnxValueInfo['dtype'], (number | null)[] | undefined] = [
    undefined,
    undefined,
  ];
  while (reader.next()) {
    if (reader.field === 1) dtype = typeOf(reader.integer());
    else if (reader.field === 2) shape = readShape(reader.message('shape'));
    else reader.skip();
  }
  return { dtype, shape };
}

/** A TensorShapeProto; sizes that are named, or none, are null. */
function readShape(reader: ProtobufReader): (number | null)[] {
  const shape: (number | null)[] = [];
  while (reader.next()) {
    if (reader.field === 1) shape.push(readSize(reader.message(`dim[${shape.length}]`)));
    else reader.skip();
  }
  return shape;
}

function readSize(reader: ProtobufReader): number | null {
  let size: number | null = null;
  while (reader.next()) {
    if (reader.field === 1) size = reader.integer();
    else reader.skip();
  }
  return size !== null && Number.isSafeInteger(size) && size >= 0 ? size : null;
}
