import { isRecording } from '../autograd.js';
import { FormatError } from '../errors.js';
import { runInScope } from '../runtime/arena.js';
import type { Tensor } from '../tensor.js';
import type { FileGraph, FileNode, Handlers } from './graph.js';
import type { Value } from './value.js';

/** The values of a graph while it runs, by their names. */
export type Values = Map<string, Value>;

/** The last node that takes each value, as its place among the nodes; of the outputs none. */
const LAST_USES = {
  known: undefined as WeakMap<FileGraph, ReadonlyMap<string, number>> | undefined,
};

/**
 * Computes the nodes of a graph in turn, each by the handler of its op. Where nothing is recorded, tensors are freed
 * behind the last node that takes them.
 * @param values those of the inputs, of the constants and of the graph around it, none of which are freed
 * @returns the outputs
 * @throws FormatError where a value is missing; whatever an op throws, with the node's name before it
 */
export function interpret<A>(graph: FileGraph<A>, handlers: Handlers<A>, around: Values): Value[] {
  const values = new Map(around);
  const lastUses = lastUsesOf(graph);
  const holders = new Map<Tensor, number>();
  const isKept = isRecording();
  for (const given of around.values()) for (const tensor of given.tensors) holders.set(tensor, 1);
  graph.nodes.forEach((node, place) => {
    const run = () => runNode(node, handlers, values);
    const outputs = isKept ? run() : runInScope(run, (results) => held(results, node, values));
    node.outputs.forEach((name, i) => {
      const value = outputs[i];
      if (name === '' || !value) return;
      values.set(name, value.caching());
      for (const tensor of value.tensors) holders.set(tensor, (holders.get(tensor) ?? 0) + 1);
    });
    if (isKept) return;
    for (const name of new Set([...node.inputs, ...(node.captures ?? []), ...node.outputs])) {
      if ((lastUses.get(name) ?? -1) > place || around.has(name)) continue;
      if (!graph.outputs.includes(name)) release(values, name, holders);
    }
  });
  return graph.outputs.map((name) => valueOf(values, name, 'the outputs'));
}

/** The tensors of a node's outputs, and those that its inputs have got in other orders. */
function held(
  outputs: readonly (Value | undefined)[],
  { inputs }: FileNode,
  values: Values,
): Tensor[] {
  return [...outputs, ...inputs.map((name) => values.get(name))].flatMap((value) => [
    ...(value?.tensors ?? []),
  ]);
}

function release(values: Values, name: string, holders: Map<Tensor, number>): void {
  for (const tensor of values.get(name)?.tensors ?? []) {
    const left = (holders.get(tensor) ?? 1) - 1;
    holders.set(tensor, left);
    if (left === 0) tensor.dispose();
  }
  values.delete(name);
}

function runNode<A>(
  node: FileNode<A>,
  handlers: Handlers<A>,
  values: Values,
): readonly (Value | undefined)[] {
  const inputs = node.inputs.map((name) =>
    name === '' ? undefined : valueOf(values, name, `node ${node.name} (${node.op})`),
  );
  const run = (inner: FileGraph<A>, given: readonly Value[] = []) => {
    const named = inner.inputs.map(({ name }, i) => [name, given[i]!] as const);
    return interpret(inner, handlers, new Map([...values, ...named]));
  };
  try {
    const handler = Object.hasOwn(handlers, node.op) ? handlers[node.op] : undefined;
    if (!handler) throw new FormatError('expected an op that is known here');
    const result = handler.run(inputs, node.attributes, { node, run });
    return Array.isArray(result) ? (result as readonly (Value | undefined)[]) : [result as Value];
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith('node ')) {
      error.message = `node ${node.name} (${node.op}): ${error.message}`;
    }
    throw error;
  }
}

function valueOf(values: Values, name: string, where: string): Value {
  const value = values.get(name);
  if (!value) throw new FormatError(`${where}: expected the value '${name}', which nothing gives`);
  return value;
}

function lastUsesOf(graph: FileGraph): ReadonlyMap<string, number> {
  const known = (LAST_USES.known ??= new WeakMap());
  let uses = known.get(graph) as Map<string, number> | undefined;
  if (!uses) {
    uses = new Map();
    graph.nodes.forEach(({ inputs, captures = [] }, place) => {
      for (const name of [...inputs, ...captures]) uses!.set(name, place);
    });
    known.set(graph, uses);
  }
  return uses;
}
