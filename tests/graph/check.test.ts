import { expect, test } from 'vitest';
import { tensor } from '../../src/creation.js';
import { checkGraph } from '../../src/graph/check.js';
import type { Graph, GraphNode } from '../../src/graph/graph.js';
import { trace } from '../../src/graph/trace.js';
import { relu } from '../../src/ops/map/activations.js';
import { maxPool2d } from '../../src/ops/pool/max-pool.js';
import { add } from '../../src/ops/zip/functions.js';
import { scope } from '../../src/tensor.js';
import { modelOf, pictures } from './support.js';

/** A sum and an activation, with other nodes. */
function changed(change: (nodes: readonly [GraphNode, GraphNode], graph: Graph) => GraphNode[]) {
  const graph = trace(
    modelOf((x) => relu(add(x, 1))),
    pictures(2, 3),
  );
  return { ...graph, nodes: change(graph.nodes as [GraphNode, GraphNode], graph) };
}

test.each<[string, () => Graph]>([
  [
    'node 0, relu: the value 1 is used before it is defined',
    () => changed(([sum, max]) => [max, sum]),
  ],
  ['node 1, add: the value 1 is defined twice', () => changed(([sum, max]) => [sum, sum, max])],
  ['outputs: the value 2 is used before it is defined', () => changed(([sum]) => [sum])],
  [
    'node 1, relu: two values have the id 0',
    () => {
      const graph = changed(([sum, max]) => [sum, { ...max, output: { ...max.output, id: 0 } }]);
      return { ...graph, outputs: [graph.nodes[1]!.output] };
    },
  ],
  [
    'node 1, relu: its output: expected float32 [2,3], got float32 [6]',
    () => changed(([sum, max]) => [sum, { ...max, output: { ...max.output, shape: [6] } }]),
  ],
  [
    'node 0, add: its output: expected float32 [2,3], got int32 [2,3]',
    () => changed(([sum, max]) => [{ ...sum, output: { ...sum.output, dtype: 'int32' } }, max]),
  ],
  [
    'inputs: the value 0 is a constant',
    () => {
      const graph = changed(([sum, max]) => [sum, max]);
      return { ...graph, inputs: [{ ...graph.inputs[0]!, constant: tensor([1]) }] };
    },
  ],
  [
    'node 0, add: a constant: expected float32 [1], got float32 [2,3]',
    () => {
      const constant = tensor([1]);
      return changed(([sum, max]) => [
        { ...sum, inputs: [{ ...sum.inputs[0]!, constant }, undefined] },
        max,
      ]);
    },
  ],
  [
    'node 0, maxPool2d: what is saved is not all that is planned',
    () => {
      const graph = trace(
        modelOf((x) => maxPool2d(x, 2, { returnIndices: true }) as never),
        pictures(1, 2, 2, 1),
      );
      const [pool] = graph.nodes as [GraphNode];
      return { ...graph, nodes: [{ ...pool, saved: [...pool.saved, ...pool.saved] }] };
    },
  ],
])('%s', (message, graph) => {
  scope(() => {
    const broken = graph();
    expect(() => checkGraph(broken)).toThrow(`checkGraph: ${message}`);
  });
});
