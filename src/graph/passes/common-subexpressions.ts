import type { Graph, GraphOp, GraphValue } from '../graph.js';
import { rewrite } from '../rewrite.js';
import { optionsText } from '../text.js';

/** What is computed twice from the same values is computed once. */
export function commonSubexpressions(graph: Graph): Graph {
  const known = new Map<GraphOp, Map<string, GraphValue>>();
  return rewrite(graph, ({ op, inputs, options, output }) => {
    const calls = known.get(op) ?? new Map<string, GraphValue>();
    known.set(op, calls);
    const call = `${inputs.map((input) => input?.id ?? '-').join()} ${optionsText(options)}`;
    const same = calls.get(call);
    if (!same) calls.set(call, output);
    return same;
  });
}
