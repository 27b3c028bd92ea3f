// convnetjs: plain JavaScript, one image at a time, on arrays of float64. A Vol is (y, x, depth): HWC, as ours.

import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  Pass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
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

/** What is used of convnetjs. */
export interface Convnetjs {
  readonly Vol: new (width: number, height: number, depth: number, fill: number) => Vol;
  readonly ConvLayer: LayerClass;
  readonly PoolLayer: LayerClass;
  readonly FullyConnLayer: LayerClass;
}

export async function loadConvnetjs(): Promise<Adapter> {
  const library = await loadPeer<Convnetjs>('convnetjs');
  return {
    name: 'convnetjs',
    variant: 'js',
    threads: 1,
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
