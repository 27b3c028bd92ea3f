// TensorFlow.js on its wasm or its cpu backend. Layouts are ours. Its kernels have finished when they return.

import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  OpPass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
import type { ConvNode, DenseNode, Graph, Node } from '../nets/graph.js';
import { biasOf, inputOf, weightOf } from '../nets/parameters.js';
import { loadPeer } from './load.js';

export interface TfTensor {
  readonly shape: number[];
  dataSync(): Float32Array;
  dispose(): void;
}

interface FusedConv {
  x: TfTensor;
  filter: TfTensor;
  bias: TfTensor;
  strides: number | [number, number];
  pad: number | 'same';
  activation?: string;
}

/** What is used of @tensorflow/tfjs-core. */
export interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(compute: () => T): T;
  add(a: TfTensor, b: TfTensor): TfTensor;
  relu(x: TfTensor): TfTensor;
  mean(x: TfTensor, axes: readonly number[]): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  enableProdMode(): void;
  getBackend(): string;
  getKernel(name: string, backend: string): object | undefined;
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  maxPool(x: TfTensor, size: number, stride: number, pad: number): TfTensor;
  avgPool(x: TfTensor, size: number, stride: number, pad: number): TfTensor;
  readonly fused: {
    conv2d(options: FusedConv): TfTensor;
    depthwiseConv2d(options: FusedConv): TfTensor;
    matMul(o: { a: TfTensor; b: TfTensor; bias: TfTensor; activation?: string }): TfTensor;
  };
  engine(): {
    runKernel(name: string, inputs: Record<string, TfTensor>, attributes: object): TfTensor;
  };
}

export async function loadTfjs(backend: 'wasm' | 'cpu'): Promise<Adapter> {
  const tf = await loadPeer<Tf>('@tensorflow/tfjs-core');
  await loadPeer(`@tensorflow/tfjs-backend-${backend}`);
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`the ${backend} backend does not start`);
  await tf.ready();
  return {
    name: `tfjs-${backend}`,
    variant: backend === 'wasm' ? 'simd' : 'js',
    threads: 1,
    prepareNet: (graph) => prepareNet(tf, graph),
    prepare: (workload, pass, inputs) => prepare(tf, workload, pass as OpPass, inputs),
  };
}

type Compute = () => TfTensor;

function prepare(tf: Tf, workload: Workload, pass: OpPass, inputs: Inputs): PreparedRun | null {
  const compute = computation(tf, workload, pass, inputs);
  if (compute === null) return null;
  let y: TfTensor | undefined;
  return {
    run() {
      y?.dispose();
      y = compute();
    },
    output: () => y!.dataSync(),
  };
}

function computation(tf: Tf, workload: Workload, pass: OpPass, inputs: Inputs): Compute | null {
  switch (workload.op) {
    case 'conv2d':
      return conv2d(tf, workload, pass, inputs);
    case 'linear':
    case 'matmul':
      return linear(tf, workload, pass, inputs);
    default:
      return pool2d(tf, workload, pass, inputs);
  }
}

function conv2d(tf: Tf, { g }: Conv2dWorkload, pass: OpPass, inputs: Inputs): Compute | null {
  const isDepthwise = g.groups > 1;
  const x = tf.tensor(inputs.x, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const dy = tf.tensor(inputs.dy, [g.batch, g.outHeight, g.outWidth, g.outChannels]);
  const filterShape = [
    g.kernelHeight,
    g.kernelWidth,
    ...(isDepthwise ? [g.groups, 1] : [g.inChannels, g.outChannels]),
  ];
  const filter = tf.tensor(inputs.w, filterShape);
  const strides: [number, number] = [g.strideHeight, g.strideWidth];
  const pad: FusedConv['pad'] = g.padTop === g.padLeft ? g.padTop : 'same';
  if (pass === 'forward') {
    const options = { x, filter, bias: tf.tensor(inputs.b, [g.outChannels]), strides, pad };
    return () => (isDepthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options));
  }
  const name = isDepthwise ? 'DepthwiseConv2dNativeBackprop' : 'Conv2DBackprop';
  const attributes = { strides, pad, dataFormat: 'NHWC', dilations: [1, 1] };
  return pass === 'gradInput'
    ? kernel(tf, `${name}Input`, { dy, filter }, { ...attributes, inputShape: x.shape })
    : kernel(tf, `${name}Filter`, { x, dy }, { ...attributes, filterShape });
}

function linear(
  tf: Tf,
  { op, rows, inFeatures, outFeatures }: LinearWorkload,
  pass: OpPass,
  inputs: Inputs,
): Compute | null {
  const x = tf.tensor(inputs.x, [rows, inFeatures]);
  const w = tf.tensor(inputs.w, [inFeatures, outFeatures]);
  const dy = tf.tensor(inputs.dy, [rows, outFeatures]);
  if (pass === 'gradInput') return () => tf.matMul(dy, w, false, true);
  if (pass === 'gradWeight') return () => tf.matMul(x, dy, true, false);
  if (op === 'matmul') return () => tf.matMul(x, w);
  const bias = tf.tensor(inputs.b, [outFeatures]);
  return () => tf.fused.matMul({ a: x, b: w, bias });
}

function pool2d(tf: Tf, { op, g }: Pool2dWorkload, pass: OpPass, inputs: Inputs): Compute | null {
  const x = tf.tensor(inputs.x, [g.batch, g.inHeight, g.inWidth, g.channels]);
  const pool = () =>
    op === 'maxPool2d'
      ? tf.maxPool(x, g.kernelHeight, g.strideHeight, g.padTop)
      : tf.avgPool(x, g.kernelHeight, g.strideHeight, g.padTop);
  if (pass === 'forward') return pool;
  const dy = tf.tensor(inputs.dy, [g.batch, g.outHeight, g.outWidth, g.channels]);
  const attributes = {
    filterSize: [g.kernelHeight, g.kernelWidth],
    strides: [g.strideHeight, g.strideWidth],
    pad: g.padTop,
  };
  const output = pool();
  return op === 'maxPool2d'
    ? kernel(tf, 'MaxPoolGrad', { dy, input: x, output }, attributes)
    : kernel(tf, 'AvgPoolGrad', { dy, input: x }, attributes);
}

/** null where the backend lacks the kernel. */
function kernel(
  tf: Tf,
  name: string,
  inputs: Record<string, TfTensor>,
  attributes: object,
): Compute | null {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return null;
  return () => tf.engine().runKernel(name, inputs, attributes);
}

/** A network whose values all go at the end of a run, but for its output. */
function prepareNet(tf: Tf, graph: Graph): PreparedRun {
  const [channels, height, width] = graph.spec.input;
  const x = tf.tensor(inputOf(graph), [graph.batch, height, width, channels]);
  const layers = graph.nodes.map((node) => layerOf(tf, node));
  let output: Float32Array | undefined;
  return {
    run() {
      const y = tf.tidy(() => {
        const values = [x];
        for (const layer of layers) values.push(layer(values));
        return values.at(-1)!;
      });
      output = y.dataSync();
      y.dispose();
    },
    output: () => output!,
  };
}

/** A node's value, from those of the nodes before it. */
type Layer = (values: readonly TfTensor[]) => TfTensor;

function layerOf(tf: Tf, node: Node): Layer {
  switch (node.op) {
    case 'conv':
      return convLayer(tf, node);
    case 'dense':
      return denseLayer(tf, node);
    case 'maxpool':
      return (values) => tf.maxPool(values[node.x]!, node.size, node.stride, node.pad);
    case 'gap':
      return (values) => tf.mean(values[node.x]!, [1, 2]);
    case 'concat':
      return (values) =>
        tf.concat(
          node.xs.map((x) => values[x]!),
          3,
        );
    case 'add':
      return (values) => {
        const sum = tf.add(values[node.a]!, values[node.b]!);
        return node.act === 'relu' ? tf.relu(sum) : sum;
      };
  }
}

function activationOf({ act }: ConvNode | DenseNode): string {
  return act === 'none' ? 'linear' : act;
}

function convLayer(tf: Tf, node: ConvNode): Layer {
  const { size, stride: strides, pad, groups, inShape, shape } = node;
  const isDepthwise = groups > 1;
  const channels = isDepthwise ? [groups, 1] : [inShape[0], shape[0]];
  const filter = tf.tensor(weightOf(node), [size, size, ...channels]);
  const bias = tf.tensor(biasOf(node), [shape[0]]);
  const options = { filter, bias, strides, pad, activation: activationOf(node) };
  return (values) => {
    const x = values[node.x]!;
    return isDepthwise
      ? tf.fused.depthwiseConv2d({ x, ...options })
      : tf.fused.conv2d({ x, ...options });
  };
}

function denseLayer(tf: Tf, node: DenseNode): Layer {
  const [inFeatures, outFeatures] = node.w.shape as [number, number];
  const b = tf.tensor(weightOf(node), [inFeatures, outFeatures]);
  const bias = tf.tensor(biasOf(node), [outFeatures]);
  const activation = activationOf(node);
  return (values) => {
    const a = tf.reshape(values[node.x]!, [-1, inFeatures]);
    return tf.fused.matMul({ a, b, bias, activation });
  };
}
