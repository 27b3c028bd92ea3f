import { apply, applyAll, type Op, type Plan } from '../ops/op.js';
import { scope, type Tensor } from '../tensor.js';
import type { Graph, GraphNode, GraphValue } from './graph.js';

/**
 * What a graph computes, op by op, as the model itself would. Gradients flow through it to the inputs.
 * @param inputs in the order of the graph's
 * @returns in the order of its outputs
 * @throws TypeError, ShapeError for inputs that the ops do not take; RangeError for values that they do not
 */
export function runGraph(graph: Graph, inputs: readonly Tensor[]): Tensor[] {
  return scope(() => {
    const values = new Map(graph.inputs.map((value, i) => [value, inputs[i]!]));
    const valueOf = (value: GraphValue) => value.constant ?? values.get(value)!;
    for (const node of graph.nodes) {
      const [output, ...saved] = runNode(
        node,
        node.inputs.map((input) => input && valueOf(input)),
      );
      values.set(node.output, output!);
      node.saved.forEach((value, i) => values.set(value, saved[i]!));
    }
    return graph.outputs.map((value) => {
      const output = valueOf(value);
      return value.constant || graph.inputs.includes(value) ? output.detach() : output;
    });
  });
}

/** The output of a node, then its further outputs. */
export function runNode(
  { op, options, saved }: Pick<GraphNode, 'op' | 'options' | 'saved'>,
  inputs: readonly (Tensor | undefined)[],
): Tensor[] {
  const known = op as unknown as Op<unknown, Plan>;
  return saved.length > 0 ? applyAll(known, inputs, options) : [apply(known, inputs, options)];
}
