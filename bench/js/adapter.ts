// The plain JavaScript kernels as implementations to measure.

import type { Pool2dGeometry } from '../../src/ops/pool/geometry.js';
import type { Adapter, Inputs, PreparedRun, TrainStep } from '../adapter.js';
import type { Graph } from '../nets/graph.js';
import { biasOf, inputOf, labelsOfGraph, weightOf } from '../nets/parameters.js';
import type { Pass, Workload } from '../workloads.js';
import { type Conv2dPasses, type KernelSet, linearGeometry } from './kernel-set.js';
import { LeNet } from './lenet.js';
import { loops } from './loops/index.js';
import {
  avgPool2dForward,
  avgPool2dGradInput,
  maxPool2dForward,
  maxPool2dGradInput,
  planPool2d,
} from './pool2d.js';
import { tiled } from './tiled/index.js';

export const plainJs = jsAdapter(loops);
export const tiledJs = jsAdapter(tiled);

function jsAdapter(kernels: KernelSet): Adapter {
  return {
    name: kernels.name,
    variant: kernels.variant,
    threads: 1,
    prepare(workload: Workload, pass: Pass, inputs: Inputs): PreparedRun | null {
      switch (workload.op) {
        case 'conv2d':
          return prepareAffine(kernels.conv2d(workload.g), pass, inputs);
        case 'linear':
        case 'matmul':
          return prepareAffine(kernels.conv2d(linearGeometry(workload)), pass, inputs);
        case 'maxPool2d':
          return prepareMaxPool(workload.g, pass, inputs);
        case 'avgPool2d':
          return prepareAvgPool(workload.g, pass, inputs);
      }
    },
    prepareNet: (graph) => prepareLeNet(kernels, graph),
    prepareTraining: (graph) => prepareLeNetTraining(kernels, graph),
  };
}

/** null for any other network: it is the only one written in plain JavaScript. */
function prepareLeNet(kernels: KernelSet, graph: Graph): PreparedRun | null {
  if (graph.id !== 'lenet') return null;
  const lenet = leNetOf(kernels, graph);
  const inputs = inputOf(graph);
  let logits: Float32Array | undefined;
  return {
    run() {
      logits = lenet.forward(inputs);
    },
    output: () => logits!,
  };
}

function prepareLeNetTraining(kernels: KernelSet, graph: Graph): TrainStep | null {
  if (graph.id !== 'train_lenet_sgdm_b32') return null;
  const lenet = leNetOf(kernels, graph);
  const inputs = inputOf(graph);
  const labels = labelsOfGraph(graph);
  return () => lenet.step(inputs, labels);
}

/** With the weights that every implementation has. */
export function leNetOf(kernels: KernelSet, { batch, nodes }: Graph): LeNet {
  const lenet = new LeNet(kernels, batch);
  const values = nodes.flatMap((node) =>
    node.op === 'conv' || node.op === 'dense' ? [weightOf(node), biasOf(node)] : [],
  );
  Object.values(lenet.parameters).forEach((parameter, i) => parameter.set(values[i]!));
  return lenet;
}

function prepareAffine(
  passes: Conv2dPasses,
  pass: Pass,
  { x, w, b, dy }: Inputs,
): PreparedRun | null {
  switch (pass) {
    case 'forward': {
      const y = new Float32Array(dy.length);
      const bias = b.length === 0 ? null : b;
      return { run: () => passes.forward(x, w, bias, y), output: () => y };
    }
    case 'gradInput': {
      const dx = new Float32Array(x.length);
      return { run: () => passes.gradInput(dy, w, dx), output: () => dx };
    }
    case 'gradWeight': {
      const dw = new Float32Array(w.length);
      return { run: () => passes.gradWeight(x, dy, dw), output: () => dw };
    }
    default:
      return null;
  }
}

function prepareMaxPool(g: Pool2dGeometry, pass: Pass, { x, dy }: Inputs): PreparedRun | null {
  const plan = planPool2d(g);
  const y = new Float32Array(dy.length);
  const argmax = new Int32Array(dy.length);
  const forward = () => maxPool2dForward(x, y, argmax, plan);
  if (pass === 'forward') return { run: forward, output: () => y };
  if (pass !== 'gradInput') return null;
  forward();
  const dx = new Float32Array(x.length);
  return { run: () => maxPool2dGradInput(dy, argmax, dx, plan), output: () => dx };
}

function prepareAvgPool(g: Pool2dGeometry, pass: Pass, { x, dy }: Inputs): PreparedRun | null {
  const plan = planPool2d(g);
  if (pass === 'forward') {
    const y = new Float32Array(dy.length);
    return { run: () => avgPool2dForward(x, y, plan), output: () => y };
  }
  if (pass !== 'gradInput') return null;
  const dx = new Float32Array(x.length);
  return { run: () => avgPool2dGradInput(dy, dx, plan), output: () => dx };
}
