import { FormatError } from '../../errors.js';
import { plain } from '../../formats/json.js';
import { nameOf, type NodeDef, type Part, type ValueName } from './node-def.js';
import { type Nodes, ordered } from './order.js';

/** A loop as TensorFlow's graphs have it: a frame, into which each variable enters by a merge. */
interface Frame {
  readonly condition: NodeDef;
  readonly merges: readonly NodeDef[];
  /** Of each variable; undefined for one that only the condition takes. */
  readonly switches: readonly (NodeDef | undefined)[];
  readonly enters: readonly ValueName[];
  readonly nexts: readonly ValueName[];
}

/**
 * The graph with a node While for every loop, named as its LoopCond: it takes the variables, and what the loop takes from
 * around, and gives the variables after the last turn. What enters a frame as a constant is what it was outside.
 * @throws FormatError for frames that are no loops
 */
export function withLoops(file: string, nodes: ReadonlyMap<string, NodeDef>): Nodes {
  const result = new Map(nodes);
  for (const node of nodes.values()) {
    const isVariable = node.op === 'Enter' && !isConstant(node);
    if (node.op === 'Enter' && !isVariable) result.set(node.name, { ...node, op: 'Identity' });
  }
  const loops = [...nodes.values()].filter(({ op }) => op === 'LoopCond');
  const made = new Set<string>();
  for (const loop of loops) makeLoop(file, loop, result, made);
  return result;
}

function isConstant({ attributes }: NodeDef): boolean {
  const value = Object.hasOwn(attributes, 'is_constant') ? attributes.is_constant : undefined;
  return (value as { b?: unknown } | undefined)?.b === true;
}

/** Replaces a loop, those inside it before. */
function makeLoop(
  file: string,
  loop: NodeDef,
  nodes: Map<string, NodeDef>,
  made: Set<string>,
): void {
  if (made.has(loop.name)) return;
  made.add(loop.name);
  const frame = frameOf(file, loop, nodes);
  const stops = new Set(frame.switches.flatMap((each) => (each ? [each.name] : [])));
  const merges = new Set(frame.merges.map(({ name }) => name));
  for (const inner of innerLoops(file, frame, nodes, stops)) makeLoop(file, inner, nodes, made);
  const condition = partOf(
    file,
    nodes,
    loop.inputs.slice(0, 1),
    merges,
    frame.merges.map(nameOfNode),
  );
  const entries = frame.switches.map((each, i) =>
    each ? nameOf({ node: each.name, output: 1 }) : frame.merges[i]!.name,
  );
  const body = partOf(file, nodes, frame.nexts, stops, entries);
  const around = [...condition.around, ...body.around];
  nodes.set(loop.name, {
    name: loop.name,
    op: 'While',
    inputs: [...frame.enters, ...around],
    attributes: {},
    parts: [condition.part, body.part],
  });
  for (const node of [...nodes.values()]) {
    const at = frame.switches.findIndex((each) => each?.name === node.inputs[0]?.node);
    if (node.op !== 'Exit' || at < 0) continue;
    nodes.set(node.name, { ...node, op: 'Identity', inputs: [{ node: loop.name, output: at }] });
  }
}

const nameOfNode = ({ name }: NodeDef) => name;

function frameOf(file: string, loop: NodeDef, nodes: Nodes): Frame {
  const switches = [...nodes.values()].filter(
    ({ op, inputs }) => op === 'Switch' && inputs[1]?.node === loop.name,
  );
  const place = `${file}: node ${plain(loop.name)} (LoopCond)`;
  const merges = switches.map(({ inputs }) => {
    const merge = nodes.get(inputs[0]!.node);
    if (merge?.op === 'Merge' && merge.inputs.length === 2) return merge;
    throw new FormatError(`${place}: expected a Merge before ${plain(inputs[0]!.node)}, got none`);
  });
  const sourceOf = (merge: NodeDef, op: string) => {
    const found = merge.inputs.map(({ node }) => nodes.get(node)).find((node) => node?.op === op);
    const input = found?.inputs[0];
    if (input) return input;
    throw new FormatError(`${place}: expected ${op} before ${plain(merge.name)}, got none`);
  };
  return {
    condition: loop,
    merges,
    switches,
    enters: merges.map((merge) => sourceOf(merge, 'Enter')),
    nexts: merges.map((merge) => sourceOf(merge, 'NextIteration')),
  };
}

/** The loops whose results the body of another takes. */
function innerLoops(
  file: string,
  frame: Frame,
  nodes: Nodes,
  stops: ReadonlySet<string>,
): NodeDef[] {
  const exits = new Set(stops);
  for (const { name, op } of nodes.values()) if (op === 'Exit') exits.add(name);
  const body = ordered(file, nodes, frame.nexts, exits);
  const taken = new Set(
    [...body.flatMap(({ inputs }) => inputs), ...frame.nexts].map(({ node }) => node),
  );
  return [...taken].flatMap((name) => {
    const exit = nodes.get(name);
    const before = exit?.op === 'Exit' ? nodes.get(exit.inputs[0]?.node ?? '') : undefined;
    const loop = nodes.get(before?.inputs[1]?.node ?? '');
    return loop?.op === 'LoopCond' && loop.name !== frame.condition.name ? [loop] : [];
  });
}

/** The nodes between some values and those that they need; what does not depend on the first lies around the part. */
function partOf(
  file: string,
  nodes: Nodes,
  outputs: readonly ValueName[],
  stops: ReadonlySet<string>,
  inputs: readonly string[],
): { part: Part; around: ValueName[] } {
  const inside = new Set(stops);
  const own = ordered(file, nodes, outputs, stops).filter((node) => {
    const isInside = node.inputs.some((input) => inside.has(input.node));
    if (isInside) inside.add(node.name);
    return isInside;
  });
  const taken = [...own.flatMap((node) => node.inputs), ...outputs];
  const around = new Map<string, ValueName>();
  for (const value of taken) if (!inside.has(value.node)) around.set(nameOf(value), value);
  return { part: { inputs, outputs, nodes: own }, around: [...around.values()] };
}
