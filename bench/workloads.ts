// The work that every implementation is measured on. Shapes are those of common networks: ResNet's 3x3
// and 1x1 convolutions, MobileNet's depthwise ones, LeNet's 5x5, and a 1-D convolution (height 1).

import type { Conv2dGeometry } from '../src/ops/conv2d-geometry.js';
import type { Pool2dGeometry } from '../src/ops/pool2d-geometry.js';

/** The passes of one op. */
export type OpPass = 'forward' | 'gradInput' | 'gradWeight';
export type Pass = OpPass | 'infer' | 'train';

interface WorkloadBase {
  readonly id: string;
  readonly passes: readonly OpPass[];
}

export interface Conv2dWorkload extends WorkloadBase {
  readonly op: 'conv2d';
  readonly g: Conv2dGeometry;
}

export interface Pool2dWorkload extends WorkloadBase {
  readonly op: 'maxPool2d' | 'avgPool2d';
  readonly g: Pool2dGeometry;
}

export interface LinearWorkload extends WorkloadBase {
  readonly op: 'linear';
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export type Workload = Conv2dWorkload | Pool2dWorkload | LinearWorkload;

/** A convolution without dilation, with the same stride both ways and the same padding on both sides. */
export function conv2dGeometry(
  batch: number,
  inHeight: number,
  inWidth: number,
  inChannels: number,
  outChannels: number,
  kernelHeight: number,
  kernelWidth: number,
  stride = 1,
  padTop = 0,
  padLeft = padTop,
  groups = 1,
): Conv2dGeometry {
  return {
    batch,
    inHeight,
    inWidth,
    inChannels,
    outHeight: Math.floor((inHeight + 2 * padTop - kernelHeight) / stride) + 1,
    outWidth: Math.floor((inWidth + 2 * padLeft - kernelWidth) / stride) + 1,
    outChannels,
    kernelHeight,
    kernelWidth,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop,
    padLeft,
    groups,
  };
}

/** Pooling of square windows side by side, without padding. */
export function pool2dGeometry(
  batch: number,
  inHeight: number,
  inWidth: number,
  channels: number,
  kernelSize: number,
): Pool2dGeometry {
  return {
    batch,
    inHeight,
    inWidth,
    channels,
    outHeight: Math.floor(inHeight / kernelSize),
    outWidth: Math.floor(inWidth / kernelSize),
    kernelHeight: kernelSize,
    kernelWidth: kernelSize,
    strideHeight: kernelSize,
    strideWidth: kernelSize,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
    padBottom: 0,
    padRight: 0,
  };
}

const ALL_PASSES: readonly OpPass[] = ['forward', 'gradInput', 'gradWeight'];

function conv2d(id: string, g: Conv2dGeometry): Conv2dWorkload {
  return { id, op: 'conv2d', passes: ALL_PASSES, g };
}

function pool2d(id: string, op: Pool2dWorkload['op']): Pool2dWorkload {
  return { id, op, passes: ['forward', 'gradInput'], g: pool2dGeometry(32, 56, 56, 32, 2) };
}

/** The operations of the first benchmark, ids as in the published comparison with other libraries. */
export const workloads: readonly Workload[] = [
  conv2d('conv3x3s2_3x224_to32', conv2dGeometry(1, 224, 224, 3, 32, 3, 3, 2, 1)),
  conv2d('conv3x3_64x56', conv2dGeometry(1, 56, 56, 64, 64, 3, 3, 1, 1)),
  conv2d('conv3x3_128x28', conv2dGeometry(1, 28, 28, 128, 128, 3, 3, 1, 1)),
  conv2d('conv3x3_256x14', conv2dGeometry(1, 14, 14, 256, 256, 3, 3, 1, 1)),
  conv2d('conv3x3_512x7', conv2dGeometry(1, 7, 7, 512, 512, 3, 3, 1, 1)),
  conv2d('conv1x1_64x56_to128', conv2dGeometry(1, 56, 56, 64, 128, 1, 1)),
  conv2d('conv1x1_256x14_to1024', conv2dGeometry(1, 14, 14, 256, 1024, 1, 1)),
  conv2d('dw3x3_128x56', conv2dGeometry(1, 56, 56, 128, 128, 3, 3, 1, 1, 1, 128)),
  conv2d('dw3x3_512x14', conv2dGeometry(1, 14, 14, 512, 512, 3, 3, 1, 1, 1, 512)),
  conv2d('conv5x5_b32_1x28_to8', conv2dGeometry(32, 28, 28, 1, 8, 5, 5, 1, 2)),
  conv2d('conv5x5_b32_8x14_to16', conv2dGeometry(32, 14, 14, 8, 16, 5, 5, 1, 2)),
  conv2d('conv1d5_b16_32x1024_to64', conv2dGeometry(16, 1, 1024, 32, 64, 1, 5, 1, 0, 2)),
  pool2d('maxpool2_b32_32x56', 'maxPool2d'),
  pool2d('avgpool2_b32_32x56', 'avgPool2d'),
  {
    id: 'dense_b64_784_to256',
    op: 'linear',
    passes: ALL_PASSES,
    rows: 64,
    inFeatures: 784,
    outFeatures: 256,
  },
];

/** Floating-point operations of one pass, two per multiply-add of the direct algorithm; 0 for pooling. */
export function flops(workload: Workload): number {
  if (workload.op === 'linear') {
    return 2 * workload.rows * workload.inFeatures * workload.outFeatures;
  }
  if (workload.op !== 'conv2d') return 0;
  const { g } = workload;
  const outputs = g.batch * g.outHeight * g.outWidth * g.outChannels;
  return (2 * outputs * g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
}
