import { FormatError } from '../errors.js';
import type { FileGraph, FileInput, FileNode, FileTensor } from '../imported/graph.js';
import { type NodeAttribute, OnnxAttributes } from './attributes.js';
import { constantOf } from './constant.js';
import { sortNodes, takenBy } from './order.js';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from './types.js';

/** The versions of ONNX's own ops that are known. */
const FIRST_OPSET = 6;
const LAST_OPSET = 25;

/** The names of constants that a graph, and the graphs around it, have got of their own, by those in the file. */
interface Scope {
  readonly renamed: ReadonlyMap<string, string>;
  readonly around: Scope | undefined;
}

/** What all graphs of a file share. */
interface Shared {
  readonly opsets: ReadonlyMap<string, number>;
  /** The constants of all graphs: those of inner ones count as those of the outermost, so that they train. */
  readonly constants: Map<string, FileTensor>;
  readonly nodeNames: Names;
  readonly constantNames: Names;
}

/** Names that are taken, each once. */
class Names {
  readonly #counts = new Map<string, number>();

  /** The name, or that with a number behind it. */
  take(wanted: string): string {
    let name = wanted;
    for (let i = this.#counts.get(wanted) ?? 0; this.#counts.has(name);) {
      name = `${wanted}_${++i}`;
      this.#counts.set(wanted, i);
    }
    this.#counts.set(name, 0);
    return name;
  }
}

/**
 * The graph of a model in the form that all formats share: constants out of nodes and inner graphs, nodes in order,
 * without those that no output follows from.
 * @throws FormatError for what is no graph, and for ops of other versions
 */
export function fileGraphOf({ graph, opsets }: OnnxModel): FileGraph<OnnxAttributes> {
  const opset = opsets.get('') ?? LAST_OPSET;
  if (!(opset >= FIRST_OPSET && opset <= LAST_OPSET)) {
    throw new FormatError(
      `onnx: opset_import: expected a version of ${FIRST_OPSET} to ${LAST_OPSET}, got ${opset}`,
    );
  }
  const shared: Shared = {
    opsets,
    constants: new Map(),
    nodeNames: new Names(),
    constantNames: new Names(),
  };
  const converted = convertGraph(graph, undefined, '', shared);
  if (converted.outputs.length === 0) throw new FormatError('onnx: expected outputs, got none');
  return { ...converted, constants: shared.constants };
}

function convertGraph(
  graph: OnnxGraph,
  around: Scope | undefined,
  prefix: string,
  shared: Shared,
): FileGraph<OnnxAttributes> {
  const constants = constantsOf(graph);
  const scope: Scope = { renamed: hoist(constants, prefix, shared), around };
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name)).map(inputOf);
  const nodes = graph.nodes
    .filter(({ op, domain }) => op !== 'Constant' || domain !== '')
    .map((node, i) => convertNode(node, i, scope, shared));
  const outputs = graph.outputs.map(({ name }) => nameIn(scope, name));
  const own = new Set(inputs.map(({ name }) => name));
  if (own.size < inputs.length) {
    throw new FormatError('onnx: expected inputs of different names, got one twice');
  }
  for (const name of scope.renamed.values()) own.add(name);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  // What is neither here nor made here is looked for around.
  const isGiven = (name: string) =>
    own.has(name) || (around ? !made.has(name) : shared.constants.has(name));
  return { inputs, outputs, nodes: sortNodes(nodes, outputs, isGiven), constants: new Map() };
}

/** Initializers, and what Constant nodes hold. */
function constantsOf({ constants, nodes }: OnnxGraph): Map<string, OnnxTensor> {
  const all = new Map(constants);
  for (const node of nodes) {
    if (node.op !== 'Constant' || node.domain !== '') continue;
    const [name = ''] = node.outputs;
    if (name === '') continue;
    if (all.has(name)) {
      throw new FormatError(`onnx: expected constants of different names, got '${name}' twice`);
    }
    all.set(name, constantOf(node));
  }
  return all;
}

/** Adds constants to those of the file; one whose name is taken gets another. @returns the names that they have now */
function hoist(
  constants: ReadonlyMap<string, OnnxTensor>,
  prefix: string,
  { constants: all, constantNames }: Shared,
): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const [name, tensor] of constants) {
    const own = constantNames.take(all.has(name) ? `${prefix}${name}` : name);
    renamed.set(name, own);
    all.set(own, tensor);
  }
  return renamed;
}

/** The name that a value of the file has now. */
function nameIn(scope: Scope | undefined, name: string): string {
  for (let at = scope; at; at = at.around) {
    const renamed = at.renamed.get(name);
    if (renamed !== undefined) return renamed;
  }
  return name;
}

function inputOf({ name, dtype, shape }: OnnxValueInfo): FileInput {
  if (name !== '' && dtype !== undefined) return { name, dtype, shape };
  throw new FormatError(`onnx: input '${name}': expected a name and a tensor of numbers`);
}

function convertNode(
  node: OnnxNode,
  index: number,
  scope: Scope,
  shared: Shared,
): FileNode<OnnxAttributes> {
  const { domain, op, inputs, outputs } = node;
  const name = shared.nodeNames.take(node.name || outputs[0] || `${op}_${index}`);
  const captures = new Set<string>();
  const inner: FileGraph<OnnxAttributes>[] = [];
  const attributes = new Map<string, NodeAttribute>();
  for (const [key, attribute] of node.attributes) {
    if (attribute.kind !== 'graph') attributes.set(key, attribute);
    else {
      const value = convertGraph(attribute.value, scope, `${name}/${key}/`, shared);
      attributes.set(key, { kind: 'graph', value });
      inner.push(value);
      for (const captured of capturesOf(value)) captures.add(captured);
    }
  }
  return {
    op: domain === '' ? op : `${domain}:${op}`,
    name,
    inputs: inputs.map((input) => nameIn(scope, input)),
    outputs,
    attributes: new OnnxAttributes(attributes, shared.opsets.get(domain) ?? LAST_OPSET),
    captures: [...captures],
    inner,
  };
}

/** The values that a graph takes of those around it. */
function capturesOf({ inputs, nodes, outputs }: FileGraph): Set<string> {
  const own = new Set([
    ...inputs.map(({ name }) => name),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  const taken = [...nodes.flatMap(takenBy), ...outputs];
  return new Set(taken.filter((name) => !own.has(name)));
}
