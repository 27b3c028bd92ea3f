// The networks of workloads.json, run and trained by this library.

import { crossEntropy, scope, tensor } from '../../src/index.js';
import type { PreparedRun, TrainStep } from '../adapter.js';
import { type Graph, sizeOf } from './graph.js';
import { buildNet, buildOptimizer } from './model.js';
import { inputOf, labelsOfGraph } from './parameters.js';

/** A run is one inference, its output copied out. */
export function prepareNet(graph: Graph): PreparedRun {
  const net = buildNet(graph).eval();
  const x = inputTensor(graph);
  let output: Float32Array | undefined;
  return {
    run() {
      const y = net.predict(x);
      output = y.data() as Float32Array;
      y.dispose();
    },
    output: () => output!,
  };
}

/** Steps on the one batch of the workload. */
export function prepareTraining(graph: Graph): TrainStep {
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
