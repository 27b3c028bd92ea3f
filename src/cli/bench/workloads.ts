// What `simdgrad bench` measures: convolutions of common networks, a part of the benchmark in the repository.

import type { LoopGeometry } from './loops/plan.js';

export type BenchPass = 'forward' | 'gradInput' | 'gradWeight';

/** One pass of one convolution. Plain data: it is sent to other processes. */
export interface BenchTask {
  readonly id: string;
  readonly pass: BenchPass;
  readonly g: LoopGeometry;
}

/** Square images and kernels, padded so that a stride of 1 keeps the size. */
function geometry(
  batch: number,
  size: number,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
  stride = 1,
  groups = 1,
): LoopGeometry {
  const padding = (kernelSize - 1) / 2;
  const outSize = Math.ceil(size / stride);
  return {
    batch,
    inHeight: size,
    inWidth: size,
    inChannels,
    outHeight: outSize,
    outWidth: outSize,
    outChannels,
    kernelHeight: kernelSize,
    kernelWidth: kernelSize,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: padding,
    padLeft: padding,
    groups,
  };
}

function tasksOf(id: string, g: LoopGeometry, passes: readonly BenchPass[]): BenchTask[] {
  return passes.map((pass) => ({ id, pass, g }));
}

const ALL: readonly BenchPass[] = ['forward', 'gradInput', 'gradWeight'];

export const BENCH_TASKS: readonly BenchTask[] = [
  ...tasksOf('conv3x3s2_3x224_to32', geometry(1, 224, 3, 32, 3, 2), ['forward']),
  ...tasksOf('conv3x3_64x56', geometry(1, 56, 64, 64, 3), ALL),
  ...tasksOf('conv1x1_256x14_to1024', geometry(1, 14, 256, 1024, 1), ['forward']),
  ...tasksOf('dw3x3_512x14', geometry(1, 14, 512, 512, 3, 1, 512), ['forward']),
  ...tasksOf('conv5x5_b32_8x14_to16', geometry(32, 14, 8, 16, 5), ALL),
];

/** Floating-point operations of a pass, two per multiply-add of the direct algorithm. */
export function operations(g: LoopGeometry): number {
  const outputs = g.batch * g.outHeight * g.outWidth * g.outChannels;
  return (2 * outputs * g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
}
