import { FormatError } from '../errors.js';
import type { FileNode } from '../imported/graph.js';

/** What a node takes, for itself and for graphs inside it. */
export const takenBy = ({ inputs, captures = [] }: FileNode): string[] =>
  [...inputs, ...captures].filter((name) => name !== '');

/** A node whose values are being looked at. */
interface Visit {
  readonly index: number;
  readonly taken: readonly string[];
  next: number;
}

/**
 * The nodes that the outputs follow from, each behind those that it takes values of, else in their order; the others
 * are left out, whatever they are.
 * @param given whether a value comes from elsewhere
 * @throws FormatError for values that two nodes give, that nothing gives, and for nodes that wait for one another
 */
export function sortNodes<N extends FileNode>(
  nodes: readonly N[],
  outputs: readonly string[],
  given: (name: string) => boolean,
): N[] {
  const makers = makersOf(nodes, given);
  const sorted: N[] = [];
  const states = new Map<number, 'open' | 'done'>();
  const stack: Visit[] = [{ index: -1, taken: outputs, next: 0 }];
  // A stack of our own: graphs are deeper than calls may be.
  while (stack.length > 0) {
    const visit = stack.at(-1)!;
    const name = visit.taken[visit.next++];
    if (name === undefined) {
      stack.pop();
      states.set(visit.index, 'done');
      if (visit.index >= 0) sorted.push(nodes[visit.index]!);
      continue;
    }
    const maker = makers.get(name);
    const node = nodes[visit.index];
    if (maker === undefined) {
      if (given(name)) continue;
      throw new FormatError(
        `${placeOf(node)}: expected the value '${name.slice(0, 100)}', which nothing gives`,
      );
    }
    if (states.get(maker) === 'done') continue;
    if (states.get(maker) === 'open') {
      throw new FormatError(
        `${placeOf(node)}: expected a graph without cycles, got one through '${name.slice(0, 100)}'`,
      );
    }
    states.set(maker, 'open');
    stack.push({ index: maker, taken: takenBy(nodes[maker]!), next: 0 });
  }
  return sorted;
}

const placeOf = (node: FileNode | undefined) =>
  node ? `node ${node.name.slice(0, 100)} (${node.op.slice(0, 100)})` : 'the outputs';

/** Which node gives each value. */
function makersOf(
  nodes: readonly FileNode[],
  given: (name: string) => boolean,
): Map<string, number> {
  const makers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (makers.has(name) || given(name)) {
        throw new FormatError(
          `${placeOf(node)}: expected values of different names, got '${name.slice(0, 100)}' twice`,
        );
      }
      makers.set(name, index);
    }
  });
  return makers;
}
