import { noGrad } from '../autograd.js';
import { keep, scope } from '../tensor.js';
import { freedOnError } from './constants.js';
import type { FileGraph, FileNode, Handlers } from './graph.js';
import { interpret, type Values } from './interpreter.js';

/**
 * Computes ahead what follows from constants alone, unless those train, and frees the constants that no node takes then, or
 * all of them where it fails.
 * @returns the graph without those nodes, and its constants
 */
export function fold(
  graph: FileGraph,
  handlers: Handlers,
  constants: Values,
  trained: ReadonlySet<string>,
): { graph: FileGraph; constants: Values } {
  const known: Values = new Map(constants);
  const nodes: FileNode[] = [];
  freedOnError(known, () => {
    for (const node of graph.nodes) {
      const taken = [...node.inputs, ...(node.captures ?? [])].filter((name) => name !== '');
      const isFolded =
        !handlers[node.op]!.isRandom &&
        taken.every((name) => known.has(name) && !trained.has(name));
      if (!isFolded) nodes.push(node);
      else foldNode(node, handlers, known);
    }
  });
  const used = new Set([
    ...graph.outputs,
    ...nodes.flatMap(({ inputs, captures = [] }) => [...inputs, ...captures]),
  ]);
  const kept: Values = new Map([...known].filter(([name]) => used.has(name)));
  const held = new Set([...kept.values()].flatMap((value) => [...value.tensors]));
  for (const value of known.values()) {
    for (const tensor of value.tensors) if (!held.has(tensor)) tensor.dispose();
  }
  return { graph: { ...graph, nodes, constants: new Map() }, constants: kept };
}

function foldNode(node: FileNode, handlers: Handlers, known: Values): void {
  const outputs = node.outputs.filter((name) => name !== '');
  const graph: FileGraph = { inputs: [], outputs, nodes: [node], constants: new Map() };
  noGrad(() =>
    scope(() => {
      interpret(graph, handlers, known).forEach((value, i) => {
        for (const tensor of value.tensors) keep(tensor);
        known.set(outputs[i]!, value);
      });
    }),
  );
}
