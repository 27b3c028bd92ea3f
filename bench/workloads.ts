// The operations that every implementation is measured on, read from workloads.json. Shapes are those of common
// networks: ResNet's 3x3 and 1x1 convolutions, MobileNet's depthwise ones, LeNet's 5x5, and a 1-D convolution
// (height 1).

import type { Conv2dGeometry } from '../src/ops/conv/geometry.js';
import type { Pool2dGeometry } from '../src/ops/pool/geometry.js';
import definitions from './workloads.json' with { type: 'json' };

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

/** `linear` adds a bias, `matmul` does not. The second operand is a constant, as weights are. */
export interface LinearWorkload extends WorkloadBase {
  readonly op: 'linear' | 'matmul';
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

/** Pooling of square windows, by default side by side, with the same padding on all sides. */
export function pool2dGeometry(
  batch: number,
  inHeight: number,
  inWidth: number,
  channels: number,
  kernelSize: number,
  stride = kernelSize,
  padding = 0,
): Pool2dGeometry {
  return {
    batch,
    inHeight,
    inWidth,
    channels,
    outHeight: Math.floor((inHeight + 2 * padding - kernelSize) / stride) + 1,
    outWidth: Math.floor((inWidth + 2 * padding - kernelSize) / stride) + 1,
    kernelHeight: kernelSize,
    kernelWidth: kernelSize,
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: padding,
    padLeft: padding,
    padBottom: padding,
    padRight: padding,
  };
}

type Definition = (typeof definitions.ops)[number];

const GRADIENTS: Readonly<Record<string, OpPass>> = { dx: 'gradInput', dw: 'gradWeight' };

/** The definition's letters are those of ONNX's documentation: N images of C x H x W, K filters of R x S. */
function readWorkload({ id, op, grads, ...sizes }: Definition): Workload {
  const { N = 1, C = 1, H = 1, W = 1, K = 1, R = 1, S = R, M = 1, I = 1, O = 1 } = sizes;
  const { stride = 1, pad = 0, groups = 1 } = sizes;
  const passes: OpPass[] = ['forward', ...grads.map((grad) => GRADIENTS[grad]!)];
  switch (op) {
    case 'matmul':
    case 'dense': {
      const common = { id, passes, rows: M, inFeatures: I, outFeatures: O };
      return { ...common, op: op === 'dense' ? 'linear' : 'matmul' };
    }
    case 'maxpool':
    case 'avgpool': {
      const g = pool2dGeometry(N, H, W, C, R, stride, pad);
      return { id, passes, op: op === 'maxpool' ? 'maxPool2d' : 'avgPool2d', g };
    }
    default: {
      const padTop = op === 'conv1d' ? 0 : pad;
      const g = conv2dGeometry(N, H, W, C, K, R, S, stride, padTop, pad, groups);
      return { id, passes, op: 'conv2d', g };
    }
  }
}

export const workloads: readonly Workload[] = definitions.ops.map(readWorkload);

/** Floating-point operations of one pass, two per multiply-add of the direct algorithm; 0 for pooling. */
export function flops(workload: Workload): number {
  if (!('g' in workload)) {
    return 2 * workload.rows * workload.inFeatures * workload.outFeatures;
  }
  if (workload.op !== 'conv2d') return 0;
  const { g } = workload;
  const outputs = g.batch * g.outHeight * g.outWidth * g.outChannels;
  return (2 * outputs * g.kernelHeight * g.kernelWidth * g.inChannels) / g.groups;
}
