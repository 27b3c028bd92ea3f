import { sizeOf } from '../shape.js';
import type { Graph, GraphNode, GraphValue } from './graph.js';
import type { Buffer } from './memory-plan.js';

/** Which memory the values of a graph have, and from which node to which node it is needed. */
export interface Layout {
  /** The buffer of each value, but for constants and their views. */
  readonly bufferOf: ReadonlyMap<GraphValue, number>;
  /** Step i is node i; inputs are written before the first one, outputs read after the last. */
  readonly buffers: readonly Buffer[];
}

const bytesOf = ({ shape }: GraphValue) => 4 * sizeOf(shape);

/**
 * Gives the values of a graph their memory: a view that of its input, and an output that of an input that dies with the
 * node, where the op can be computed in place (`inPlace` of its family).
 */
export function layOut(graph: Graph): Layout {
  const lastUses = lastUsesOf(graph);
  const bufferOf = new Map<GraphValue, number>();
  const buffers: { bytes: number; first: number; last: number }[] = [];
  const add = (value: GraphValue, first: number) => {
    bufferOf.set(value, buffers.length);
    buffers.push({ bytes: bytesOf(value), first, last: lastUses.get(value) ?? first });
  };
  graph.inputs.forEach((value) => add(value, -1));
  graph.nodes.forEach((node, i) => {
    const { output, plan, inputs } = node;
    if (plan.isView) {
      const buffer = bufferOf.get(inputs[0]!);
      if (buffer !== undefined) bufferOf.set(output, buffer);
      return;
    }
    const buffer = reusedBy(node, i, bufferOf, buffers);
    if (buffer === undefined) add(output, i);
    else {
      bufferOf.set(output, buffer);
      buffers[buffer]!.last = lastUses.get(output) ?? i;
    }
    node.saved.forEach((value) => add(value, i));
  });
  return { bufferOf, buffers };
}

/** The node that uses each value, or a view of it, last; for outputs the end. */
function lastUsesOf({ nodes, outputs }: Graph): Map<GraphValue, number> {
  const last = new Map<GraphValue, number>();
  const viewed = new Map<GraphValue, GraphValue>();
  const use = (value: GraphValue, step: number) => last.set(viewed.get(value) ?? value, step);
  nodes.forEach(({ inputs, output, plan }, i) => {
    if (plan.isView) viewed.set(output, viewed.get(inputs[0]!) ?? inputs[0]!);
    for (const input of inputs) if (input) use(input, i);
  });
  for (const output of outputs) use(output, nodes.length);
  return last;
}

/** The buffer of an input that the output may take over: nothing else that the node reads is in it, and nobody needs it. */
function reusedBy(
  node: GraphNode,
  step: number,
  bufferOf: ReadonlyMap<GraphValue, number>,
  buffers: readonly Buffer[],
): number | undefined {
  const { op, inputs, output, plan } = node;
  const places = op.family.inPlace?.(plan, inputs) ?? [];
  const bufferAt = (i: number) => inputs[i] && bufferOf.get(inputs[i]);
  const others = inputs.map((_, i) => (places.includes(i) ? undefined : bufferAt(i)));
  for (const place of places) {
    const buffer = bufferAt(place);
    if (buffer === undefined || others.includes(buffer)) continue;
    const { last, bytes } = buffers[buffer]!;
    if (last === step && bytes === bytesOf(output)) return buffer;
  }
  return undefined;
}
