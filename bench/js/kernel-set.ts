// A way to compute convolutions and dense layers in plain JavaScript; the other kernels are shared.

import type { Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { conv2dGeometry } from '../workloads.js';

/** The passes of one geometry, with every buffer that they need: a call allocates nothing. */
export interface Conv2dPasses {
  /** x [N, H, W, C], w [KH, KW, C/G, OC], b [OC] or null, y [N, OH, OW, OC] (overwritten). */
  forward(x: Float32Array, w: Float32Array, b: Float32Array | null, y: Float32Array): void;
  /** Overwrites dx. */
  gradInput(dy: Float32Array, w: Float32Array, dx: Float32Array): void;
  /** Overwrites dw. */
  gradWeight(x: Float32Array, dy: Float32Array, dw: Float32Array): void;
}

export interface KernelSet {
  readonly name: string;
  readonly variant: string;
  conv2d(g: Conv2dGeometry): Conv2dPasses;
}

export interface LinearSizes {
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/**
 * A dense layer y = x · w + b is a 1x1 convolution of 1x1 images, down to the multiply-add: x [rows, inFeatures],
 * w [inFeatures, outFeatures], b [outFeatures], y [rows, outFeatures].
 */
export function linearGeometry({ rows, inFeatures, outFeatures }: LinearSizes): Conv2dGeometry {
  return conv2dGeometry(rows, 1, 1, inFeatures, outFeatures, 1, 1);
}

/** db[oc] = Σ over all pixels (or rows) of dy[…, oc]. Overwrites db. */
export function gradBias(dy: Float32Array, db: Float32Array): void {
  const channels = db.length;
  db.fill(0);
  for (let i = 0; i < dy.length; i += channels) {
    for (let oc = 0; oc < channels; oc++) db[oc]! += dy[i + oc]!;
  }
}
