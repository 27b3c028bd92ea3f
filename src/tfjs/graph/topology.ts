import { FormatError } from '../../errors.js';
import { isRecord, plain } from '../../formats/json.js';
import type { FileGraph, FileInput, FileNode, FileTensor } from '../../imported/graph.js';
import type { TfjsContents } from '../files.js';
import { recordOf } from '../layers/config.js';
import type { TfjsWeight } from '../weights.js';
import { Attributes, shapeOf } from './attributes.js';
import { nameOf, type NodeDef, readNodes, type ValueName, valueName } from './node-def.js';

type Nodes = ReadonlyMap<string, NodeDef>;

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
  const nodes = readNodes(file, topology.node, maxNodes);
  const signature = recordOf(model!.signature ?? recordOf(model!.userDefinedMetadata).signature);
  const outputs = outputsOf(file, signature, nodes);
  const order = ordered(file, nodes, outputs);
  const inputs = inputsOf(file, signature, nodes, order);
  const wanted = new Map<string, number>();
  for (const value of [...outputs, ...order.flatMap((node) => node.inputs)]) {
    wanted.set(value.node, Math.max(wanted.get(value.node) ?? 0, value.output));
  }
  const isNode = ({ op }: NodeDef) => op !== 'Const' && op !== 'Placeholder';
  return {
    inputs,
    outputs: outputs.map(nameOf),
    nodes: order.filter(isNode).map((node) => fileNode(node, wanted.get(node.name) ?? 0)),
    constants: constantsOf(file, order, weights),
  };
}

/** @param last the last of its outputs that is wanted */
function fileNode({ name, op, inputs, attributes }: NodeDef, last: number): FileNode<Attributes> {
  return {
    op,
    name,
    inputs: inputs.map(nameOf),
    outputs: Array.from({ length: last + 1 }, (_, output) => nameOf({ node: name, output })),
    attributes: new Attributes(attributes),
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

/** The nodes that some values need, each behind those whose values it takes. @throws FormatError for a cycle */
export function ordered(file: string, nodes: Nodes, outputs: readonly ValueName[]): NodeDef[] {
  const order: NodeDef[] = [];
  const done = new Set<string>();
  const open = new Set<string>();
  const stack = [...outputs]
    .reverse()
    .map(({ node }) => ({ node: nodeOf(file, nodes, node), next: 0 }));
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const { node } = top;
    if (done.has(node.name)) {
      stack.pop();
      continue;
    }
    open.add(node.name);
    const input = node.inputs[top.next++];
    if (!input) {
      stack.pop();
      open.delete(node.name);
      done.add(node.name);
      order.push(node);
    } else if (open.has(input.node)) {
      throw new FormatError(
        `${file}: node ${plain(node.name)}: expected a graph without cycles, got one through ${plain(input.node)}`,
      );
    } else if (!done.has(input.node)) {
      stack.push({ node: nodeOf(file, nodes, input.node, node.name), next: 0 });
    }
  }
  return order;
}

function nodeOf(file: string, nodes: Nodes, name: string, taker?: string): NodeDef {
  const node = nodes.get(name);
  if (node) return node;
  const place = taker === undefined ? 'outputs' : `node ${plain(taker)}`;
  throw new FormatError(`${file}: ${place}: expected a node of the graph, got ${plain(name)}`);
}
