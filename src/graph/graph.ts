import type { GraphOp, Plan, Spec } from '../ops/op.js';
import type { Shape } from '../shape.js';
import type { DType, Tensor } from '../tensor.js';

export type { GraphOp };

/** What flows from node to node: a value is the same where it is the same object. */
export interface GraphValue extends Spec {
  /** No other value of the graph has it. */
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The value itself, where it is known before the graph runs: a parameter, say. It belongs to the graph. */
  readonly constant?: Tensor;
  /** Of an input what the caller calls it, of a constant its path in the model. */
  readonly name?: string;
}

/** A call of an op. */
export interface GraphNode {
  readonly op: GraphOp;
  /** One for each operand, as `apply` takes them. */
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly output: GraphValue;
  /**
   * Further outputs: all that the plan says is saved, where something uses any of it (the indices of a max pooling, the
   * variance beside a mean); else empty. They are the last argument of the family's `forward`.
   */
  readonly saved: readonly GraphValue[];
  /** As `apply` takes them; they hold no tensor. */
  readonly options: unknown;
  /** What the family's `plan` gives for them: it depends on the shapes of the inputs and the options alone. */
  readonly plan: Plan;
}

/**
 * What a model computes for inputs of certain shapes. The nodes are in an order in which they can run. A graph is plain
 * data: a `scope` that returns one keeps its constants.
 */
export interface Graph {
  readonly inputs: readonly GraphValue[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphValue[];
  /** What the model calls its outputs: '0', '1' … in an array; left out where it gives a tensor alone. */
  readonly outputNames?: readonly string[];
}

/** All that a node defines: its output, and what further outputs it has. */
export function outputsOf({ output, saved }: GraphNode): readonly GraphValue[] {
  return [output, ...saved];
}

/** Every constant that nodes use, or that is an output, once. */
export function constantsOf({ nodes, outputs }: Graph): GraphValue[] {
  const used = [...nodes.flatMap(({ inputs }) => inputs), ...outputs];
  return [...new Set(used.filter((value) => value?.constant !== undefined))] as GraphValue[];
}

/** Frees the constants of a graph. Those of a model live on in it: they are shared, not moved. */
export function disposeGraph(graph: Graph): void {
  for (const { constant } of constantsOf(graph)) constant!.dispose();
}
