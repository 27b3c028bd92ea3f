import type { Spec } from '../ops/op.js';
import type { Tensor } from '../tensor.js';
import { type Graph, type GraphNode, type GraphOp, type GraphValue, outputsOf } from './graph.js';

/**
 * What a pass does with a node: it gives a value of the same shape that takes the place of the node's output, or
 * undefined, and has added nothing then. Nodes with further outputs are not asked for.
 */
export type Rule = (node: GraphNode, rewriting: Rewriting) => GraphValue | undefined;

/**
 * Asks a rule for every node, in their order: what a rule sees of the nodes before is what it made of them. Nodes that
 * nothing uses any more are left out.
 * @returns the graph itself where no rule gave anything
 */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const rewriting = new Rewriting(graph);
  for (const node of graph.nodes) rewriting.visit(node, rule);
  return rewriting.isChanged ? rewriting.graph() : graph;
}

/** A graph while rules change it. */
export class Rewriting {
  readonly #before: Graph;
  #nodes: GraphNode[] = [];
  readonly #producers = new Map<GraphValue, GraphNode>();
  /** What takes the place of values. */
  readonly #replaced = new Map<GraphValue, GraphValue>();
  readonly #uses = new Map<GraphValue, number>();
  #nextId = 0;
  isChanged = false;

  constructor(graph: Graph) {
    this.#before = graph;
    for (const input of graph.inputs) this.#know(input);
    for (const node of graph.nodes) {
      for (const input of node.inputs) if (input) this.#know(input, 1);
      for (const output of outputsOf(node)) this.#know(output);
    }
    for (const output of graph.outputs) this.#know(output, 1);
  }

  /** Adds a call of an op. @throws what its plan throws */
  add(op: GraphOp, inputs: GraphNode['inputs'], options: unknown): GraphValue {
    const plan = op.family.plan(op, inputs, options);
    const output = this.#value({ shape: plan.shape, dtype: plan.dtype ?? 'float32' });
    for (const input of inputs) this.#use(input, 1);
    this.#emit({ op, inputs, output, saved: [], options, plan });
    return output;
  }

  /** Adds a constant, which is the graph's from now on. */
  constant(constant: Tensor, name?: string): GraphValue {
    return { ...this.#value(constant), constant, ...(name !== undefined && { name }) };
  }

  /** The node that computes a value; undefined for inputs, constants and further outputs of a node. */
  producer(value: GraphValue | undefined): GraphNode | undefined {
    return value && this.#producers.get(value);
  }

  /** Its producer, where nothing else uses the value or a further output of that. */
  only(value: GraphValue | undefined): GraphNode | undefined {
    const node = this.producer(value);
    return node?.saved.length === 0 && this.#uses.get(value!) === 1 ? node : undefined;
  }

  visit(node: GraphNode, rule: Rule): void {
    const inputs = node.inputs.map((input) => input && this.#now(input));
    const isSame = inputs.every((input, i) => input === node.inputs[i]);
    const seen = isSame ? node : { ...node, inputs };
    const replacement = node.saved.length > 0 ? undefined : rule(seen, this);
    if (!replacement) return this.#emit(seen);
    this.isChanged = true;
    this.#replaced.set(node.output, replacement);
    this.#use(replacement, this.#uses.get(node.output) ?? 0);
    this.#drop(seen);
  }

  graph(): Graph {
    return {
      ...this.#before,
      nodes: this.#nodes.filter((node) => outputsOf(node).some((value) => this.#uses.get(value))),
      outputs: this.#before.outputs.map((output) => this.#now(output)),
    };
  }

  #emit(node: GraphNode): void {
    this.#nodes.push(node);
    this.#producers.set(node.output, node);
  }

  #value({ shape, dtype }: Spec): GraphValue {
    return { id: this.#nextId++, shape, dtype };
  }

  #know(value: GraphValue, uses = 0): void {
    this.#nextId = Math.max(this.#nextId, value.id + 1);
    this.#use(value, uses);
  }

  #now(value: GraphValue): GraphValue {
    return this.#replaced.get(value) ?? value;
  }

  #use(value: GraphValue | undefined, times: number): void {
    if (value) this.#uses.set(value, (this.#uses.get(value) ?? 0) + times);
  }

  /** Takes back what a node uses, and what only that was used for. */
  #drop(node: GraphNode): void {
    for (const input of node.inputs) {
      this.#use(input, -1);
      const producer = this.producer(input);
      if (producer && !outputsOf(producer).some((value) => this.#uses.get(value))) {
        this.#drop(producer);
      }
    }
  }
}
