import { noGrad } from '../../autograd.js';
import type { Graph } from '../graph.js';
import { constantsIn } from '../operands.js';
import { rewrite } from '../rewrite.js';
import { runNode } from '../run-graph.js';

/** What depends on constants alone is computed: with the values that they have now. */
export function foldConstants(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => {
    const given = node.inputs.filter((input) => input !== undefined);
    if (given.length === 0 || !constantsIn(given)) return undefined;
    const inputs = node.inputs.map((input) => input?.constant);
    return rewriting.constant(noGrad(() => runNode(node, inputs))[0]!);
  });
}
