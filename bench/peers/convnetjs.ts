// convnetjs: plain JavaScript, one image at a time, on arrays of float64. A Vol is (y, x, depth): HWC, as ours.

import type { Adapter, Inputs, PreparedRun, TrainStep } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  Pass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
import type { Graph, Node } from '../nets/graph.js';
import { biasOf, inputOf, labelsOfGraph, weightOf } from '../nets/parameters.js';
import { loadPeer } from './load.js';

export interface Vol {
  w: Float64Array;
  dw: Float64Array;
}

export interface ConvnetLayer {
  readonly filters: Vol[];
  readonly biases: Vol;
  in_act: Vol;
  out_act: Vol;
  forward(x: Vol): Vol;
  backward(): void;
}

type LayerClass = new (options: Record<string, unknown>) => ConvnetLayer;

interface ConvnetNet {
  readonly layers: readonly Partial<ConvnetLayer>[];
  makeLayers(definitions: readonly object[]): void;
  forward(x: Vol): Vol;
}

/** What is used of convnetjs. */
export interface Convnetjs {
  readonly Vol: new (width: number, height: number, depth: number, fill: number) => Vol;
  readonly ConvLayer: LayerClass;
  readonly PoolLayer: LayerClass;
  readonly FullyConnLayer: LayerClass;
  readonly Net: new () => ConvnetNet;
  readonly Trainer: new (
    net: ConvnetNet,
    options: Record<string, unknown>,
  ) => { train(x: Vol, label: number): { cost_loss: number } };
}

export async function loadConvnetjs(): Promise<Adapter> {
  const library = await loadPeer<Convnetjs>('convnetjs');
  return {
    name: 'convnetjs',
    variant: 'js',
    threads: 1,
    prepareNet: (graph) => prepareNet(library, graph),
    prepareTraining: (graph) => prepareTraining(library, graph),
    prepare: (workload, pass, inputs) => prepare(library, workload, pass, inputs),
  };
}

/** null too for gradients of convolutions and dense layers: its backward computes both at once. */
function prepare(
  library: Convnetjs,
  workload: Workload,
  pass: Pass,
  inputs: Inputs,
): PreparedRun | null {
  switch (workload.op) {
    case 'conv2d':
      return pass === 'forward' ? conv2d(library, workload, inputs) : null;
    case 'linear':
      return pass === 'forward' ? linear(library, workload, inputs) : null;
    case 'maxPool2d':
      return maxPool2d(library, workload, pass, inputs);
    default:
      return null;
  }
}

/** One Vol for each image. */
export function toVols(
  { Vol }: Convnetjs,
  values: Float32Array,
  [batch, height, width, depth]: readonly [number, number, number, number],
): Vol[] {
  const size = height * width * depth;
  return Array.from({ length: batch }, (_, n) => {
    const vol = new Vol(width, height, depth, 0);
    vol.w.set(values.subarray(n * size, (n + 1) * size));
    return vol;
  });
}

/** Filter k of weights [taps, filters] into the k-th Vol. */
export function setFilters(
  { filters, biases }: ConvnetLayer,
  w: Float32Array,
  b: Float32Array,
): void {
  filters.forEach((filter, k) => {
    for (let i = 0; i < filter.w.length; i++) filter.w[i] = w[i * filters.length + k]!;
  });
  biases.w.set(b);
}

function concatenated(parts: readonly Float64Array[]): Float32Array {
  const result = new Float32Array(parts.length * parts[0]!.length);
  parts.forEach((part, i) => result.set(part, i * part.length));
  return result;
}

/** Runs `forward` for each image; its outputs are fresh, as the library makes them. */
function forEachImage(
  xs: readonly Vol[],
  forward: (x: Vol, n: number) => Float64Array,
): PreparedRun {
  let ys: Float64Array[] = [];
  return {
    run() {
      ys = xs.map(forward);
    },
    output: () => concatenated(ys),
  };
}

function conv2d(
  library: Convnetjs,
  { g }: Conv2dWorkload,
  { x, w, b }: Inputs,
): PreparedRun | null {
  if (g.groups > 1 || g.padTop !== g.padLeft) return null;
  const layer = new library.ConvLayer({
    sx: g.kernelWidth,
    sy: g.kernelHeight,
    filters: g.outChannels,
    stride: g.strideHeight,
    pad: g.padTop,
    in_sx: g.inWidth,
    in_sy: g.inHeight,
    in_depth: g.inChannels,
  });
  setFilters(layer, w, b);
  const xs = toVols(library, x, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  return forEachImage(xs, (image) => layer.forward(image).w);
}

function linear(library: Convnetjs, sizes: LinearWorkload, { x, w, b }: Inputs): PreparedRun {
  const { rows, inFeatures, outFeatures } = sizes;
  const layer = new library.FullyConnLayer({
    ...{ num_neurons: outFeatures, in_sx: 1, in_sy: 1, in_depth: inFeatures },
  });
  setFilters(layer, w, b);
  const xs = toVols(library, x, [rows, 1, 1, inFeatures]);
  return forEachImage(xs, (row) => layer.forward(row).w);
}

function maxPool2d(
  library: Convnetjs,
  { g }: Pool2dWorkload,
  pass: Pass,
  inputs: Inputs,
): PreparedRun {
  const options = { sx: g.kernelWidth, stride: g.strideHeight, pad: g.padTop };
  const size = { in_sx: g.inWidth, in_sy: g.inHeight, in_depth: g.channels };
  const xs = toVols(library, inputs.x, [g.batch, g.inHeight, g.inWidth, g.channels]);
  const layers = xs.map(() => new library.PoolLayer({ ...options, ...size }));
  const forward = (x: Vol, n: number) => layers[n]!.forward(x).w;
  if (pass === 'forward') return forEachImage(xs, forward);
  const dys = toVols(library, inputs.dy, [g.batch, g.outHeight, g.outWidth, g.channels]);
  xs.forEach(forward);
  return forEachImage(xs, (x, n) => {
    const layer = layers[n]!;
    layer.out_act.dw = dys[n]!.w;
    layer.backward();
    return x.dw;
  });
}

function definitionOf(node: Node, isLast: boolean): object | null {
  switch (node.op) {
    case 'conv': {
      const { size, shape, stride, pad, act, groups } = node;
      if (groups > 1 || act === 'relu6') return null;
      const activation = act === 'relu' ? { activation: 'relu' } : {};
      return { type: 'conv', sx: size, filters: shape[0], stride, pad, ...activation };
    }
    case 'maxpool':
      return { type: 'pool', sx: node.size, stride: node.stride, pad: node.pad };
    case 'dense':
      if (isLast) return { type: 'softmax', num_classes: node.shape[0] };
      return { type: 'fc', num_neurons: node.shape[0], activation: node.act };
    default:
      return null;
  }
}

/** null where it lacks a layer. The softmax at the end goes beyond the logits. */
function buildNet({ Net }: Convnetjs, { spec, nodes }: Graph): ConvnetNet | null {
  const [depth, height, width] = spec.input;
  const input = { type: 'input', out_sx: width, out_sy: height, out_depth: depth };
  const definitions = nodes.map((node) => definitionOf(node, node === nodes.at(-1)));
  if (definitions.includes(null)) return null;
  const net = new Net();
  net.makeLayers([input, ...(definitions as object[])]);
  const layers = net.layers.filter(({ filters }) => filters !== undefined).values();
  for (const node of nodes) {
    if (node.op !== 'conv' && node.op !== 'dense') continue;
    setFilters(layers.next().value as ConvnetLayer, weightOf(node), biasOf(node));
  }
  return net;
}

function imagesOf(library: Convnetjs, graph: Graph): Vol[] {
  const [depth, height, width] = graph.spec.input;
  return toVols(library, inputOf(graph), [graph.batch, height, width, depth]);
}

function prepareNet(library: Convnetjs, graph: Graph): PreparedRun | null {
  const net = buildNet(library, graph);
  if (net === null) return null;
  const [image] = imagesOf(library, graph) as [Vol];
  return {
    run: () => void net.forward(image),
    output: () => Float32Array.from(net.layers.at(-2)!.out_act!.w),
  };
}

/** null for Adam, which it lacks. */
function prepareTraining(library: Convnetjs, graph: Graph): TrainStep | null {
  const { name, lr, momentum, rho, eps } = graph.spec.optimizer!;
  const net = buildNet(library, graph);
  if (net === null || name === 'adam') return null;
  const trainer = new library.Trainer(net, {
    ...(name === 'sgdm' ? { method: 'sgd', learning_rate: lr, momentum } : {}),
    ...(name === 'adadelta' ? { method: 'adadelta', ro: rho, eps } : {}),
    ...{ batch_size: graph.batch, l2_decay: 0 },
  });
  const images = imagesOf(library, graph);
  const labels = labelsOfGraph(graph);
  return () => {
    const losses = images.map((image, i) => trainer.train(image, labels[i]!).cost_loss);
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  };
}
