// The networks of workloads.json, run and trained by this library.

import { crossEntropy, scope, tensor } from '../../src/index.js';
import { type Graph, sizeOf } from './graph.js';
import { buildNet, buildOptimizer } from './model.js';
import { inputOf, labelsOfGraph } from './parameters.js';

/** One inference; returns [batch, …] in our layout. */
export function prepareNet(graph: Graph): () => Float32Array {
  const net = buildNet(graph);
  const x = inputTensor(graph);
  return () => {
    const y = net.predict(x);
    const values = y.data() as Float32Array;
    y.dispose();
    return values;
  };
}

/** One step on the one batch of the workload; returns the loss before the update. */
export function prepareTraining(graph: Graph): () => number {
  const net = buildNet(graph);
  const optimizer = buildOptimizer(net.parameters(), graph.spec.optimizer!);
  const x = inputTensor(graph);
  const labels = tensor(labelsOfGraph(graph), [graph.batch]);
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = crossEntropy(net.forward(x), labels);
      loss.backward();
      optimizer.step();
      return loss.item();
    });
}

function inputTensor(graph: Graph) {
  const [channels, height, width] = graph.spec.input;
  const values = inputOf(graph);
  return tensor(values, [values.length / sizeOf(graph.spec.input), height, width, channels]);
}
