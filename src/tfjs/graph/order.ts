import { FormatError } from '../../errors.js';
import { plain } from '../../formats/json.js';
import type { NodeDef, ValueName } from './node-def.js';

/** The nodes of a graph by their names. */
export type Nodes = ReadonlyMap<string, NodeDef>;

/**
 * The nodes that some values need, each behind those whose values it takes.
 * @param stops nodes that are not followed, nor part of the result
 * @throws FormatError for a cycle
 */
export function ordered(
  file: string,
  nodes: Nodes,
  outputs: readonly ValueName[],
  stops: ReadonlySet<string>,
): NodeDef[] {
  const order: NodeDef[] = [];
  const done = new Set(stops);
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
