import { type Activation, activationOf } from '../../ops/activation.js';
import type { PoolOptions } from '../../ops/pool/geometry.js';
import { MAX_POOL1D, MAX_POOL2D, MAX_POOL3D } from '../../ops/pool/max-pool.js';
import { ADD } from '../../ops/zip/functions.js';
import { sameShape } from '../../shape.js';
import type { Graph, GraphNode, GraphOp, GraphValue } from '../graph.js';
import { rewrite, type Rewriting } from '../rewrite.js';

const CLIPS: readonly Activation['kind'][] = ['relu', 'clip', 'hardtanh'];
const MAXIMA: readonly GraphOp[] = [MAX_POOL1D, MAX_POOL2D, MAX_POOL3D];
/** The place of the residual among the operands of a convolution. */
const RESIDUAL = 3;

/**
 * Sums with what a convolution gives, and activations of what a convolution or a dense layer gives, end these: they are
 * applied in the same pass; a clip also where a max pooling is between them.
 */
export function epilogues(graph: Graph): Graph {
  return rewrite(
    graph,
    (node, rewriting) =>
      activated(node, rewriting) ?? pooled(node, rewriting) ?? added(node, rewriting),
  );
}

function activated(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const activation = activationOf(node.op, node.options);
  const before = activation && rewriting.only(node.inputs[0]);
  if (!before?.op.family.activations || isActivated(before)) return undefined;
  return rewriting.add(before.op, before.inputs, { ...(before.options as object), activation });
}

/** A clip of the maxima of what a convolution gives: the same as the maxima of what it gives clipped. */
function pooled(node: GraphNode, rewriting: Rewriting): GraphValue | undefined {
  const activation = activationOf(node.op, node.options);
  const pool = activation && CLIPS.includes(activation.kind) && rewriting.only(node.inputs[0]);
  if (!pool || !MAXIMA.includes(pool.op)) return undefined;
  const before = rewriting.only(pool.inputs[0]);
  const { dilation = 1 } = pool.options as PoolOptions;
  // With gaps a window may see nothing but padding, whose maximum no clip is to change.
  const isWhole = [dilation].flat().every((gap) => gap === 1);
  if (!isWhole || !before?.op.family.activations || isActivated(before)) return undefined;
  const options = { ...(before.options as object), activation };
  return rewriting.add(pool.op, [rewriting.add(before.op, before.inputs, options)], pool.options);
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
