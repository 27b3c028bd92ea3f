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
  reader.read({
    2: () => (producer = reader.text()),
    7: () => {
      if (graph) reader.fail('one graph', 'two');
      graph = readGraph(reader.message('graph'), source);
    },
    8: () => opsets.set(...readOpset(reader.message('opset_import'))),
  });
  return { graph: graph ?? reader.fail('a model with a graph', 'none'), opsets, producer };
}

/** ONNX's own ops have two names for their domain. */
const domainOf = (name: string) => (name === 'ai.onnx' ? '' : name);

function readOpset(reader: ProtobufReader): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  reader.read({
    1: () => (domain = domainOf(reader.text())),
    2: () => (version = reader.integer()),
  });
  return [domain, version];
}

function readGraph(reader: ProtobufReader, source: Source): OnnxGraph {
  let name = '';
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxTensor>();
  const inputs: OnnxValueInfo[] = [];
  const outputs: OnnxValueInfo[] = [];
  const { nodes: most } = source.limits;
  const add = (tensor: OnnxTensor) => {
    if (tensor.name === '') reader.fail('initializers with names', 'one without');
    if (constants.has(tensor.name)) reader.fail('one initializer a name', `two '${tensor.name}'`);
    constants.set(tensor.name, tensor);
  };
  reader.read({
    1: () => {
      if (++source.nodes > most) reader.fail(`at most ${most} nodes`, 'more');
      nodes.push(readNode(reader.message(`node[${nodes.length}]`), source));
    },
    2: () => (name = reader.text()),
    5: () => add(readTensor(reader.message(`initializer[${constants.size}]`), source)),
    11: () => inputs.push(readValueInfo(reader.message(`input[${inputs.length}]`))),
    12: () => outputs.push(readValueInfo(reader.message(`output[${outputs.length}]`))),
    15: () => add(readSparseTensor(reader.message('sparse_initializer'), source)),
  });
  return { name, nodes, constants, inputs, outputs };
}

function readNode(reader: ProtobufReader, source: Source): OnnxNode {
  let [name, op, domain] = ['', '', ''];
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  reader.read({
    1: () => inputs.push(reader.text()),
    2: () => outputs.push(reader.text()),
    3: () => (name = reader.text()),
    4: () => (op = reader.text()),
    5: () => {
      const attribute = reader.message(`attribute[${attributes.size}]`);
      const [key, value] = readAttribute(attribute, source);
      if (attributes.has(key)) reader.fail('one attribute a name', `two '${key}'`);
      attributes.set(key, value);
    },
    7: () => (domain = domainOf(reader.text())),
  });
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
  reader.read({
    1: () => (name = reader.text()),
    2: () => values.set(2, reader.float()),
    3: () => values.set(3, reader.integer()),
    4: () => values.set(4, reader.text()),
    5: () => values.set(5, readTensor(reader.message('t'), source)),
    6: () => values.set(6, readGraph(reader.message('g'), source)),
    7: () => reader.floats(lists.floats),
    8: () => reader.integers(lists.ints),
    9: () => lists.strings.push(reader.text()),
    20: () => (type = reader.integer()),
    22: () => values.set(22, readSparseTensor(reader.message('sparse_tensor'), source)),
  });
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
  let name = '';
  let type: TensorType = { dtype: undefined, shape: undefined };
  reader.read({
    1: () => (name = reader.text()),
    2: () => (type = readType(reader.message('type'))),
  });
  return { name, ...type };
}

type TensorType = Omit<OnnxValueInfo, 'name'>;

/** A TypeProto; of what is no tensor nothing is known. */
function readType(reader: ProtobufReader): TensorType {
  let type: TensorType = { dtype: undefined, shape: undefined };
  reader.read({ 1: () => (type = readTensorType(reader.message('tensor_type'))) });
  return type;
}

function readTensorType(reader: ProtobufReader): TensorType {
  let dtype: TensorType['dtype'];
  let shape: TensorType['shape'];
  reader.read({
    1: () => (dtype = typeOf(reader.integer())),
    2: () => (shape = readShape(reader.message('shape'))),
  });
  return { dtype, shape };
}

/** A TensorShapeProto; sizes that are named, or none, are null. */
function readShape(reader: ProtobufReader): (number | null)[] {
  const shape: (number | null)[] = [];
  reader.read({ 1: () => shape.push(readSize(reader.message(`dim[${shape.length}]`))) });
  return shape;
}

function readSize(reader: ProtobufReader): number | null {
  let size = NaN;
  reader.read({ 1: () => (size = reader.integer()) });
  return Number.isSafeInteger(size) && size >= 0 ? size : null;
}
