// ONNX Runtime: its web and its Node package. Activations are NCHW, weights OIHW; weights are initializers, which it
// prepacks.

import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  Pass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
import type { Graph as Net } from '../nets/graph.js';
import { HWIO_TO_OIHW, NCHW_TO_NHWC, NHWC_TO_NCHW, permute } from './layout.js';
import { loadPeer } from './load.js';
import { channelsFirstInputOf } from '../nets/parameters.js';
import { netGraph } from './onnx-nets.js';
import {
  type Attribute,
  encodeModel,
  type Graph,
  initializer,
  int,
  ints,
  node,
  value,
} from './onnx.js';

export interface OrtTensor {
  readonly data: Float32Array;
}

export interface OrtSession {
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>;
}

/** What is used of onnxruntime-web and onnxruntime-node. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: object): Promise<OrtSession>;
  };
  readonly Tensor: new (
    type: 'float32' | 'int64',
    data: Float32Array | BigInt64Array,
    shape: readonly number[],
  ) => OrtTensor;
  readonly env: { readonly wasm: Record<string, unknown> };
}

export async function loadOrtWeb(): Promise<Adapter> {
  const ort = await loadPeer<Ort>('onnxruntime-web');
  ort.env.wasm.numThreads = 1;
  return ortAdapter(new OrtRunner(ort, 'wasm'), 'ort-web', 'simd');
}

export async function loadOrtNode(): Promise<Adapter> {
  const ort = await loadPeer<Ort>('onnxruntime-node');
  return ortAdapter(new OrtRunner(ort, 'cpu'), 'ort-node', 'native');
}

function ortAdapter(runner: OrtRunner, name: string, variant: string): Adapter {
  return {
    name,
    variant,
    threads: 1,
    prepare: (workload, pass, inputs) => prepareForward(runner, workload, pass, inputs),
    prepareNet: (graph) => prepareNet(runner, graph),
  };
}

/** Runs graphs on one thread. */
export class OrtRunner {
  constructor(
    readonly ort: Ort,
    readonly provider: 'wasm' | 'cpu',
  ) {}

  async session(graph: Graph): Promise<OrtSession> {
    return this.ort.InferenceSession.create(await encodeModel(graph), {
      executionProviders: [this.provider],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    });
  }

  tensor(values: Float32Array | BigInt64Array, shape: readonly number[]): OrtTensor {
    const type = values instanceof Float32Array ? 'float32' : 'int64';
    return new this.ort.Tensor(type, values, shape);
  }

  /** A run of the graph with one output; `read` brings it into our layout. */
  async prepare(
    graph: Graph,
    feeds: Record<string, OrtTensor>,
    read: (y: Float32Array) => Float32Array = (y) => y,
  ): Promise<PreparedRun> {
    const session = await this.session(graph);
    const output = graph.output[0]!.name;
    let y: Float32Array | undefined;
    return {
      async run() {
        y = (await session.run(feeds))[output]!.data;
      },
      output: () => read(y!),
    };
  }
}

/** The shapes of a convolution or pooling in NCHW, with what brings its arrays from and into our layouts. */
export function nchw({ g }: Conv2dWorkload | Pool2dWorkload) {
  const inChannels = 'channels' in g ? g.channels : g.inChannels;
  const outChannels = 'channels' in g ? g.channels : g.outChannels;
  const ours = {
    x: [g.batch, g.inHeight, g.inWidth, inChannels],
    y: [g.batch, g.outHeight, g.outWidth, outChannels],
  };
  const shapes = {
    x: [g.batch, inChannels, g.inHeight, g.inWidth],
    y: [g.batch, outChannels, g.outHeight, g.outWidth],
  };
  return {
    shapes,
    toX: (x: Float32Array) => permute(x, ours.x, NHWC_TO_NCHW),
    toY: (y: Float32Array) => permute(y, ours.y, NHWC_TO_NCHW),
    fromX: (x: Float32Array) => permute(x, shapes.x, NCHW_TO_NHWC),
    fromY: (y: Float32Array) => permute(y, shapes.y, NCHW_TO_NHWC),
  };
}

/** The weights of a convolution in OIHW. */
export function oihw({ g }: Conv2dWorkload, w: Float32Array) {
  const { kernelHeight, kernelWidth, inChannels, outChannels, groups } = g;
  const shape = [outChannels, inChannels / groups, kernelHeight, kernelWidth];
  const ours = [kernelHeight, kernelWidth, inChannels / groups, outChannels];
  return { shape, values: permute(w, ours, HWIO_TO_OIHW) };
}

export function convAttributes({ g }: Conv2dWorkload): Attribute[] {
  return [
    ints('kernel_shape', [g.kernelHeight, g.kernelWidth]),
    ints('strides', [g.strideHeight, g.strideWidth]),
    ints('pads', [g.padTop, g.padLeft, g.padTop, g.padLeft]),
    ints('dilations', [1, 1]),
    int('group', g.groups),
  ];
}

export function poolAttributes({ g }: Pick<Pool2dWorkload, 'g'>): Attribute[] {
  return [
    ints('kernel_shape', [g.kernelHeight, g.kernelWidth]),
    ints('strides', [g.strideHeight, g.strideWidth]),
    ints('pads', [g.padTop, g.padLeft, g.padBottom, g.padRight]),
  ];
}

export function prepareForward(
  runner: OrtRunner,
  workload: Workload,
  pass: Pass,
  inputs: Inputs,
): Promise<PreparedRun> | null {
  if (pass !== 'forward') return null;
  switch (workload.op) {
    case 'conv2d':
      return prepareConv2d(runner, workload, inputs);
    case 'linear':
    case 'matmul':
      return prepareLinear(runner, workload, inputs);
    default:
      return preparePool2d(runner, workload, inputs);
  }
}

function prepareConv2d(runner: OrtRunner, workload: Conv2dWorkload, { x, w, b }: Inputs) {
  const { shapes, toX, fromY } = nchw(workload);
  const weight = oihw(workload, w);
  const graph: Graph = {
    node: [node('Conv', ['x', 'w', 'b'], ['y'], convAttributes(workload))],
    input: [value('x', shapes.x)],
    output: [value('y', shapes.y)],
    initializer: [initializer('w', weight.shape, weight.values), initializer('b', [b.length], b)],
  };
  return runner.prepare(graph, { x: runner.tensor(toX(x), shapes.x) }, fromY);
}

function prepareLinear(runner: OrtRunner, workload: LinearWorkload, { x, w, b }: Inputs) {
  const { op, rows, inFeatures, outFeatures } = workload;
  if (op === 'matmul') return prepareMatmul(runner, workload, x, w);
  const graph: Graph = {
    node: [node('Gemm', ['x', 'w', 'b'], ['y'])],
    input: [value('x', [rows, inFeatures])],
    output: [value('y', [rows, outFeatures])],
    initializer: [
      initializer('w', [inFeatures, outFeatures], w),
      initializer('b', [outFeatures], b),
    ],
  };
  return runner.prepare(graph, { x: runner.tensor(x, [rows, inFeatures]) });
}

/** With an initializer as second operand onnxruntime-web's MatMul takes three times as long as with an input. */
function prepareMatmul(
  runner: OrtRunner,
  { rows, inFeatures, outFeatures }: LinearWorkload,
  x: Float32Array,
  w: Float32Array,
) {
  const graph: Graph = {
    node: [node('MatMul', ['x', 'w'], ['y'])],
    input: [value('x', [rows, inFeatures]), value('w', [inFeatures, outFeatures])],
    output: [value('y', [rows, outFeatures])],
  };
  const feeds = {
    x: runner.tensor(x, [rows, inFeatures]),
    w: runner.tensor(w, [inFeatures, outFeatures]),
  };
  return runner.prepare(graph, feeds);
}

function preparePool2d(runner: OrtRunner, workload: Pool2dWorkload, { x }: Inputs) {
  const { shapes, toX, fromY } = nchw(workload);
  const opType = workload.op === 'maxPool2d' ? 'MaxPool' : 'AveragePool';
  const graph: Graph = {
    node: [node(opType, ['x'], ['y'], poolAttributes(workload))],
    input: [value('x', shapes.x)],
    output: [value('y', shapes.y)],
  };
  return runner.prepare(graph, { x: runner.tensor(toX(x), shapes.x) }, fromY);
}

export function prepareNet(runner: OrtRunner, net: Net): Promise<PreparedRun> {
  const x = runner.tensor(channelsFirstInputOf(net), [net.batch, ...net.spec.input]);
  return runner.prepare(netGraph(net), { x });
}
