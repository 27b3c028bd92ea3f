import { describe } from '../../describe.js';
import { FormatError } from '../../errors.js';
import { isRecord, plain } from '../../formats/json.js';

/** A node of a GraphDef. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  /** The values that it takes; those that only say that it comes later are left out. */
  readonly inputs: readonly ValueName[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The parts of the graph that it runs: of a loop the condition and the body. */
  readonly parts?: readonly Part[];
}

/** A part of a graph that a node runs: it takes the values of `inputs`, and sees all values around the node. */
export interface Part {
  readonly inputs: readonly string[];
  readonly outputs: readonly ValueName[];
  readonly nodes: readonly NodeDef[];
}

/** An output of a node. */
export interface ValueName {
  readonly node: string;
  readonly output: number;
}

/** As the values of imported graphs are named: the first output as its node. */
export function nameOf({ node, output }: ValueName): string {
  return output === 0 ? node : `${node}:${output}`;
}

/** The nodes by their names. @throws FormatError for more of them than `maxNodes`, for nodes of one name */
export function readNodes(file: string, nodes: unknown, maxNodes: number): Map<string, NodeDef> {
  if (!Array.isArray(nodes)) {
    throw new FormatError(`${file}: node: expected an array, got ${describe(nodes)}`);
  }
  if (nodes.length > maxNodes) {
    throw new FormatError(
      `${file}: expected at most ${maxNodes} nodes (limits), got ${nodes.length}`,
    );
  }
  const found = new Map<string, NodeDef>();
  for (const value of nodes) {
    const node = readNode(file, value);
    if (found.has(node.name)) {
      throw new FormatError(`${file}: expected one node ${plain(node.name)}, got two`);
    }
    found.set(node.name, node);
  }
  return found;
}

function readNode(file: string, value: unknown): NodeDef {
  const { name, op, input = [], attr = {} } = isRecord(value) ? value : {};
  if (typeof name !== 'string' || name === '' || typeof op !== 'string' || !isRecord(attr)) {
    throw new FormatError(`${file}: node: expected a name, an op and attr, got ${describe(value)}`);
  }
  if (!Array.isArray(input)) {
    throw new FormatError(`${file}: node ${plain(name)}: input: expected an array`);
  }
  const inputs = input
    .filter((each) => typeof each !== 'string' || !each.startsWith('^'))
    .map((each) => valueName(`${file}: node ${plain(name)}: input`, each));
  return { name, op, inputs, attributes: attr };
}

/** `node`, `node:1`, and in functions `node:output:1`. @throws FormatError */
export function valueName(place: string, text: unknown): ValueName {
  const [, node, output = '0'] =
    /^([^:^]+)(?::[^:]*(?=:))?(?::(\d{1,4}))?$/.exec(typeof text === 'string' ? text : '') ?? [];
  if (node !== undefined) return { node, output: Number(output) };
  throw new FormatError(`${place}: expected the name of a value, got ${describe(text)}`);
}
