// What an implementation under measurement looks like, and the numbers that all of them compute on.

import { Random } from '../src/random.js';
import type { Graph } from './nets/graph.js';
import type { Pass, Workload } from './workloads.js';

/**
 * One prepared pass: everything is allocated, `run` computes it, `output` reads the result. It has a process of its
 * own, and ends with it.
 */
export interface PreparedRun {
  run(): void | Promise<void>;
  /** In our layouts, whatever the implementation uses inside. */
  output(): Float32Array | Promise<Float32Array>;
}

/** x NHWC, w HWIO (dense: [in, out]), b and dy as the workload has them; empty where it has none. */
export interface Inputs {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly dy: Float32Array;
}

/** One update of a network from its batch; returns the loss before it. */
export type TrainStep = () => number | Promise<number>;

type MaybePromise<T> = T | Promise<T>;

export interface Adapter {
  readonly name: string;
  readonly variant: string;
  readonly threads: number;
  /** null where the implementation cannot do it. */
  prepare(workload: Workload, pass: Pass, inputs: Inputs): MaybePromise<PreparedRun | null>;
  /** Inference of a network, its output [batch, …] read in every run. Left out, or null, where it cannot do it. */
  prepareNet?(graph: Graph): MaybePromise<PreparedRun | null>;
  /** Training of a network. Left out, or null, where it cannot do it. */
  prepareTraining?(graph: Graph): MaybePromise<TrainStep | null>;
}

const SEED = 1;

/** The same numbers in [−1, 1) for every implementation. */
export function makeInputs(workload: Workload): Inputs {
  const random = new Random(SEED);
  const sizes = inputSizes(workload);
  const fill = (size: number) => Float32Array.from({ length: size }, () => random.uniform(-1, 1));
  return { x: fill(sizes.x), w: fill(sizes.w), b: fill(sizes.b), dy: fill(sizes.dy) };
}

function inputSizes(workload: Workload): { x: number; w: number; b: number; dy: number } {
  if (!('g' in workload)) {
    const { op, rows, inFeatures, outFeatures } = workload;
    return {
      x: rows * inFeatures,
      w: inFeatures * outFeatures,
      b: op === 'linear' ? outFeatures : 0,
      dy: rows * outFeatures,
    };
  }
  const { batch, inHeight, inWidth, outHeight, outWidth } = workload.g;
  const inPixels = batch * inHeight * inWidth;
  const outPixels = batch * outHeight * outWidth;
  if (workload.op !== 'conv2d') {
    const { channels } = workload.g;
    return { x: inPixels * channels, w: 0, b: 0, dy: outPixels * channels };
  }
  const { inChannels, outChannels, kernelHeight, kernelWidth, groups } = workload.g;
  return {
    x: inPixels * inChannels,
    w: (kernelHeight * kernelWidth * inChannels * outChannels) / groups,
    b: outChannels,
    dy: outPixels * outChannels,
  };
}
