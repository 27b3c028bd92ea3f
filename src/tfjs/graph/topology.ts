import { FormatError } from '../../errors.js';
import { isRecord, plain } from '../../formats/json.js';
import type { FileGraph, FileInput, FileNode, FileTensor } from '../../imported/graph.js';
import type { TfjsContents } from '../files.js';
import { recordOf } from '../layers/config.js';
import type { TfjsWeight } from '../weights.js';
import { Attributes, shapeOf } from './attributes.js';
import { withLoops } from './loops.js';
import {
  nameOf,
  type NodeDef,
  type Part,
  readNodes,
  type ValueName,
  valueName,
} from './node-def.js';
import { type Nodes, ordered } from './order.js';

/** What goes into a graph without a value: nodes that only order others. */
const SINKS: readonly string[] = ['NoOp', 'Assert', 'Const', 'Placeholder'];

/**
 * The graph of a graph-model, as far as its outputs need it: those of its signature, or all that no other node takes.
 * @throws FormatError for a graph that makes no sense
 */
export function readGraphModel(
  { file, model, weights }: TfjsContents,
  maxNodes: number,
): FileGraph<Attributes> {
  const topology = recordOf(model!.modelTopology);
  const nodes = withLoops(file, readNodes(file, topology.node, maxNodes));
  const signature = recordOf(model!.signature ?? recordOf(model!.userDefinedMetadata).signature);
  const outputs = outputsOf(file, signature, nodes);
  const order = ordered(file, nodes, outputs, new Set());
  const inputs = inputsOf(file, signature, nodes, order);
  const isNode = ({ op }: NodeDef) => op !== 'Const' && op !== 'Placeholder';
  return {
    inputs,
    outputs: outputs.map(nameOf),
    nodes: fileNodes(order.filter(isNode), outputs),
    constants: constantsOf(file, order, weights),
  };
}

/** With as many outputs as the others, and the graph, take of each. */
function fileNodes(
  nodes: readonly NodeDef[],
  outputs: readonly ValueName[],
): FileNode<Attributes>[] {
  const last = new Map<string, number>();
  for (const { node, output } of [...outputs, ...nodes.flatMap(({ inputs }) => inputs)]) {
    last.set(node, Math.max(last.get(node) ?? 0, output));
  }
  return nodes.map(({ name, op, inputs, attributes, parts }) => ({
    op,
    name,
    inputs: inputs.map(nameOf),
    outputs: Array.from({ length: (last.get(name) ?? 0) + 1 }, (_, output) =>
      nameOf({ node: name, output }),
    ),
    attributes: new Attributes(attributes, parts?.map(graphOf)),
  }));
}

/** A part of the graph as one by itself, which takes its constants from around. */
function graphOf({ inputs, outputs, nodes }: Part): FileGraph<Attributes> {
  return {
    inputs: inputs.map((name) => ({ name, dtype: 'float32', shape: undefined })),
    outputs: outputs.map(nameOf),
    nodes: fileNodes(nodes, outputs),
    constants: new Map(),
  };
}

function constantsOf(
  file: string,
  order: readonly NodeDef[],
  weights: ReadonlyMap<string, TfjsWeight>,
): Map<string, FileTensor> {
  const constants = new Map<string, FileTensor>();
  for (const { name, op } of order) {
    if (op !== 'Const') continue;
    const weight = weights.get(name);
    if (!weight) {
      throw new FormatError(`${file}: node ${plain(name)} (Const): expected weights, got none`);
    }
    constants.set(name, weight);
  }
  return constants;
}

function outputsOf(
  file: string,
  signature: Readonly<Record<string, unknown>>,
  nodes: Nodes,
): ValueName[] {
  const given = Object.values(recordOf(signature.outputs)).map((output) =>
    valueName(`${file}: signature: outputs`, recordOf(output).name),
  );
  const known = given.filter(({ node }) => nodes.has(node));
  if (known.length < given.length) {
    const missing = given.find(({ node }) => !nodes.has(node))!;
    throw new FormatError(
      `${file}: signature: outputs: expected nodes of the graph, got ${plain(missing.node)}`,
    );
  }
  if (known.length > 0) return known;
  const taken = new Set(
    [...nodes.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)),
  );
  const ends = [...nodes.values()].filter(
    ({ name, op }) => !taken.has(name) && !SINKS.includes(op),
  );
  if (ends.length === 0) throw new FormatError(`${file}: expected outputs, got none`);
  return ends.map(({ name }) => ({ node: name, output: 0 }));
}

/** The placeholders of the signature, then those that the outputs need besides. */
function inputsOf(
  file: string,
  signature: Readonly<Record<string, unknown>>,
  nodes: Nodes,
  order: readonly NodeDef[],
): FileInput[] {
  const declared = new Map<string, unknown>();
  for (const input of Object.values(recordOf(signature.inputs))) {
    const { node } = valueName(`${file}: signature: inputs`, recordOf(input).name);
    if (nodes.get(node)?.op === 'Placeholder') declared.set(node, recordOf(input).tensorShape);
  }
  for (const { name, op } of order) {
    if (op === 'Placeholder' && !declared.has(name)) declared.set(name, undefined);
  }
  return Array.from(declared, ([name, shape]) => {
    const attributes = new Attributes(nodes.get(name)!.attributes);
    const own = isRecord(shape) ? shapeOf(shape) : attributes.shape('shape');
    return { name, dtype: attributes.type('dtype'), shape: own };
  });
}
