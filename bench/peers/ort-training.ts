// onnxruntime-web 1.19.2, the last release with gradient kernels (its training build was removed in 1.20:
// microsoft/onnxruntime pull request 22103). Its TrainingSession wants files made by a Python package and does not run
// in Node, but an InferenceSession of that build knows the gradient operators: graphs written by hand reach them.

import { readFileSync } from 'node:fs';
import type { Adapter, Inputs, PreparedRun, TrainStep } from '../adapter.js';
import type { Conv2dWorkload, Pass, Pool2dWorkload, Workload } from '../workloads.js';
import { type Graph as Net, sizeOf } from '../nets/graph.js';
import { channelsFirstInputOf, labelsOfGraph, valuesOf } from '../nets/parameters.js';
import { permute, OIHW_TO_HWIO } from './layout.js';
import { fileOf, loadPeer } from './load.js';
import { parametersOf, STATE, trainingGraph } from './ort-training-graph.js';
import { type Graph, MICROSOFT, node, value } from './onnx.js';
import {
  convAttributes,
  nchw,
  oihw,
  type Ort,
  type OrtTensor,
  OrtRunner,
  poolAttributes,
  prepareForward,
  prepareNet,
} from './ort.js';

export async function loadOrtTraining(): Promise<Adapter> {
  const runner = new OrtRunner(await loadTrainingBuild(), 'wasm');
  return {
    name: 'ort-web-1.19-training',
    variant: 'simd',
    threads: 1,
    prepare: (workload, pass, inputs) => prepare(runner, workload, pass, inputs),
    prepareNet: (net) => prepareNet(runner, net),
    prepareTraining: (net) => prepareTraining(runner, net),
  };
}

async function loadTrainingBuild(): Promise<Ort> {
  const dist = (file: string) => fileOf('onnxruntime-web-1.19', `dist/${file}`);
  const ort = await loadPeer<Ort>(dist('ort.training.wasm.min.mjs').href);
  const build = 'ort-training-wasm-simd-threaded';
  const { wasm } = ort.env;
  wasm.numThreads = 1;
  wasm.wasmPaths = { mjs: dist(`${build}.mjs`).href, wasm: dist(`${build}.wasm`).href };
  wasm.wasmBinary = readFileSync(dist(`${build}.wasm`)).buffer;
  return ort;
}

/** null for gradients of average pooling and dense layers, whose kernels it lacks. */
function prepare(
  runner: OrtRunner,
  workload: Workload,
  pass: Pass,
  inputs: Inputs,
): Promise<PreparedRun> | null {
  if (pass === 'forward') return prepareForward(runner, workload, pass, inputs);
  if (workload.op === 'conv2d') return prepareConvGrad(runner, workload, pass, inputs);
  return workload.op === 'maxPool2d' ? prepareMaxPoolGrad(runner, workload, inputs) : null;
}

/** An output without a name is not computed. */
function prepareConvGrad(
  runner: OrtRunner,
  workload: Conv2dWorkload,
  pass: Pass,
  inputs: Inputs,
): Promise<PreparedRun> {
  const { shapes, toX, toY, fromX } = nchw(workload);
  const weight = oihw(workload, inputs.w);
  const isInput = pass === 'gradInput';
  const outputs = isInput ? ['dx'] : ['', 'dw'];
  const names = ['dy', 'x', 'w'];
  const graph: Graph = {
    node: [node('ConvGrad', names, outputs, convAttributes(workload), MICROSOFT)],
    input: [value('dy', shapes.y), value('x', shapes.x), value('w', weight.shape)],
    output: [isInput ? value('dx', shapes.x) : value('dw', weight.shape)],
  };
  const feeds = {
    dy: runner.tensor(toY(inputs.dy), shapes.y),
    x: runner.tensor(toX(inputs.x), shapes.x),
    w: runner.tensor(weight.values, weight.shape),
  };
  const fromW = (dw: Float32Array) => permute(dw, weight.shape, OIHW_TO_HWIO);
  return runner.prepare(graph, feeds, isInput ? fromX : fromW);
}

async function prepareMaxPoolGrad(
  runner: OrtRunner,
  workload: Pool2dWorkload,
  inputs: Inputs,
): Promise<PreparedRun> {
  const { shapes, toX, toY, fromX } = nchw(workload);
  const indices = value('indices', shapes.y, 'int64');
  const forward = await runner.session({
    node: [node('MaxPool', ['x'], ['y', 'indices'], poolAttributes(workload))],
    input: [value('x', shapes.x)],
    output: [value('y', shapes.y), indices],
  });
  const result = await forward.run({ x: runner.tensor(toX(inputs.x), shapes.x) });
  const graph: Graph = {
    node: [node('MaxPoolGrad', ['dy', 'indices'], ['dx'], poolAttributes(workload))],
    input: [value('dy', shapes.y), indices],
    output: [value('dx', shapes.x)],
  };
  const feeds = { dy: runner.tensor(toY(inputs.dy), shapes.y), indices: result.indices! };
  return runner.prepare(graph, feeds, fromX);
}

/** Parameters and state are copied in and out in every step. */
async function prepareTraining(runner: OrtRunner, net: Net): Promise<TrainStep> {
  const session = await runner.session(trainingGraph(net));
  const { name, beta1 = 0, beta2 = 0 } = net.spec.optimizer!;
  const labels = BigInt64Array.from(labelsOfGraph(net), BigInt);
  const feeds: Record<string, OrtTensor> = {
    x: runner.tensor(channelsFirstInputOf(net), [net.batch, ...net.spec.input]),
    labels: runner.tensor(labels, [net.batch]),
  };
  for (const parameter of parametersOf(net)) {
    const { shape } = parameter;
    feeds[parameter.name] = runner.tensor(valuesOf(parameter), shape);
    for (const kind of STATE[name]) {
      feeds[`${kind}_${parameter.name}`] = runner.tensor(new Float32Array(sizeOf(shape)), shape);
    }
  }
  const changing = Object.keys(feeds).filter((one) => one !== 'x' && one !== 'labels');
  let steps = 0;
  return async () => {
    steps++;
    if (name === 'adam') {
      feeds.correction1 = runner.tensor(Float32Array.of(1 / (1 - beta1 ** steps)), []);
      feeds.correction2 = runner.tensor(Float32Array.of(1 / (1 - beta2 ** steps)), []);
    }
    const results = await session.run(feeds);
    for (const one of changing) feeds[one] = results[`next_${one}`]!;
    return results.loss!.data[0]!;
  };
}
