import { type Activation, activationOf } from '../../ops/activation.js';
import { ADD } from '../../ops/zip/functions.js';
import { sameShape } from '../../shape.js';
import type { Graph, GraphNode, GraphValue } from '../graph.js';
import { rewrite, type Rewriting } from '../rewrite.js';

/** The place of the residual among the operands of a convolution. */
const RESIDUAL = 3;

/**
 * Sums with what a convolution gives, and activations of what a convolution or a dense layer gives, end these: they are
 * applied in the same pass.
 */
export function epilogues(graph: Graph): Graph {
  return rewrite(graph, (node, rewriting) => activated(node, rewriting) ?? added(node, rewriting));
}

function activated(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const activation = activationOf(node.op, node.options);
  const before = activation && rewriting.only(node.inputs[0]);
  if (!before?.op.family.activations || isActivated(before)) return undefined;
  return rewriting.add(before.op, before.inputs, { ...(before.options as object), activation });
}

function added(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const [a, b] = node.inputs;
  if (node.op !== ADD || !a || !b || !sameShape(a.shape, b.shape)) return undefined;
  for (const [value, residual] of [
    [b, a],
    [a, b],
  ] as const) {
    const before = rewriting.only(value);
    if (!before || isActivated(before) || before.inputs[RESIDUAL]) continue;
    if (before.op.family.operands[RESIDUAL]?.name !== 'residual') continue;
    const [x, weight, bias] = before.inputs;
    return rewriting.add(before.op, [x, weight, bias, residual], before.options);
  }
  return undefined;
}

/** Whether it ends with an activation already. */
export function isActivated({ options }: GraphNode): boolean {
  return (options as { activation?: Activation } | undefined)?.activation !== undefined;
}
