import { type Graph, type GraphValue, outputsOf } from '../../graph/graph.js';
import { optionsText } from '../../graph/text.js';

/** Which sizes of a graph depend on the batch, and how. */
export interface Sizes {
  isDynamic(value: GraphValue, axis: number): boolean;
  /** How many times the batch a size is; undefined where it does not depend on it. */
  timesBatch(value: GraphValue, axis: number): number | undefined;
  /** The input and its axis that the batch is. */
  readonly batch: { readonly input: GraphValue; readonly axis: number };
}

/** Ops that say in their options what follows from the shape of their output. */
const RESHAPING: readonly string[] = ['reshape', 'expand'];

/** All sizes are as the graph has them. */
export function fixedSizes({ inputs }: Graph): Sizes {
  return {
    isDynamic: () => false,
    timesBatch: () => undefined,
    batch: { input: inputs[0]!, axis: 0 },
  };
}

/**
 * Compares the graphs of a model for two batches: the sizes that differ depend on it.
 * @returns undefined where the model does other things for another batch
 */
export function dynamicSizes(graph: Graph, other: Graph): Sizes | undefined {
  const pairs = pairsOf(graph, other);
  if (!pairs) return undefined;
  const [one, two] = [graph.inputs[0]!.shape[0]!, other.inputs[0]!.shape[0]!];
  const timesBatch = (value: GraphValue, axis: number) => {
    const [a, b] = [value.shape[axis]!, pairs.get(value)?.shape[axis] ?? value.shape[axis]!];
    return a === b ? undefined : a / one;
  };
  const fits = [...pairs].every(([a, b]) =>
    a.shape.every((size, axis) => size === b.shape[axis] || size / one === b.shape[axis]! / two),
  );
  if (!fits) return undefined;
  return {
    isDynamic: (value, axis) => timesBatch(value, axis) !== undefined,
    timesBatch,
    batch: { input: graph.inputs[0]!, axis: 0 },
  };
}

/** The values of one graph with those of the other that stand in their places; undefined where the graphs differ. */
function pairsOf(graph: Graph, other: Graph): Map<GraphValue, GraphValue> | undefined {
  if (graph.nodes.length !== other.nodes.length) return undefined;
  const pairs = new Map<GraphValue, GraphValue>();
  graph.inputs.forEach((input, i) => pairs.set(input, other.inputs[i]!));
  for (const [i, node] of graph.nodes.entries()) {
    const twin = other.nodes[i]!;
    const isSame =
      node.op === twin.op &&
      (RESHAPING.includes(node.op.name) ||
        optionsText(node.options) === optionsText(twin.options)) &&
      node.inputs.every((input, k) => isTwin(pairs, input, twin.inputs[k]));
    if (!isSame) return undefined;
    outputsOf(node).forEach((value, k) => pairs.set(value, outputsOf(twin)[k]!));
  }
  const ends = graph.outputs.every((value, i) => isTwin(pairs, value, other.outputs[i]));
  if (!ends || [...pairs].some(([a, b]) => a.shape.length !== b.shape.length)) return undefined;
  return pairs;
}

/** Whether two values stand in the same place; constants have to be of one shape. */
function isTwin(
  pairs: Map<GraphValue, GraphValue>,
  value: GraphValue | undefined,
  other: GraphValue | undefined,
): boolean {
  if (value?.constant && other?.constant) {
    return value.name === other.name && String(value.shape) === String(other.shape);
  }
  return value === undefined ? other === undefined : pairs.get(value) === other;
}
