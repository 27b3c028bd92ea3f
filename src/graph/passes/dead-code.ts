import type { Graph } from '../graph.js';
import { outputsOf } from '../graph.js';

/** What no output needs is left out. Inputs stay. */
export function deadCode(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    const isNeeded = outputsOf(node).some((value) => needed.has(value));
    if (isNeeded) for (const input of node.inputs) if (input) needed.add(input);
    return isNeeded;
  });
  return nodes.length === graph.nodes.length ? graph : { ...graph, nodes: nodes.reverse() };
}
