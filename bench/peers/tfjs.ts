// TensorFlow.js on its wasm or its cpu backend. Layouts are ours. Its kernels have finished when they return.

import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  OpPass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
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
