// This library as an implementation to measure, through its public operations.

import { readFileSync } from 'node:fs';
import {
  avgPool2d,
  capabilities,
  conv2d,
  init,
  linear,
  matmul,
  maxPool2d,
  noGrad,
  scope,
  tensor,
  type Tensor,
} from '../src/index.js';
import type { Conv2dGeometry } from '../src/ops/conv2d-geometry.js';
import type { Adapter, Inputs, PreparedRun } from './adapter.js';
import { prepareNet, prepareTraining } from './nets/simdgrad.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  Pass,
  Pool2dWorkload,
  Workload,
} from './workloads.js';

/** The builds, and what `precision: 'exact'` makes of the first. */
export const VARIANTS = {
  simd: { file: 'release.wasm', precision: 'fast' },
  relaxed: { file: 'relaxed.wasm', precision: 'fast' },
  exact: { file: 'release.wasm', precision: 'exact' },
} as const;

/** Loads kernels from build/. */
export async function loadSimdgrad(variant: keyof typeof VARIANTS = 'simd'): Promise<Adapter> {
  const { file, precision } = VARIANTS[variant];
  await init({ source: readFileSync(new URL(`../build/${file}`, import.meta.url)), precision });
  const { threads } = capabilities();
  return { name: 'simdgrad', variant, threads, prepare, prepareNet, prepareTraining };
}

/** The tensors of a workload and what it computes from them. */
interface Prepared {
  readonly x: Tensor;
  readonly w?: Tensor;
  readonly outputShape: readonly number[];
  compute(): Tensor;
}

function prepare(workload: Workload, pass: Pass, inputs: Inputs): PreparedRun | null {
  if (!(workload.passes as readonly Pass[]).includes(pass)) return null;
  const prepared = tensorsOf(workload, inputs);
  if (pass === 'forward') return prepareForward(prepared);
  return prepareGradient(prepared, pass === 'gradInput' ? prepared.x : prepared.w!, inputs.dy);
}

/** A run makes its output and frees that of the run before, as a training step does. */
function prepareForward(prepared: Prepared): PreparedRun {
  let y: Tensor | undefined;
  return {
    run() {
      y?.dispose();
      y = scope(() => noGrad(() => prepared.compute()));
    },
    output: () => y!.data() as Float32Array,
  };
}

/** The op is recorded once, with `leaf` as the only input that requires a gradient. */
function prepareGradient(prepared: Prepared, leaf: Tensor, dy: Float32Array): PreparedRun {
  leaf.requiresGrad = true;
  const y = prepared.compute();
  const gradOutput = tensor(dy, prepared.outputShape);
  return {
    run() {
      leaf.grad?.dispose();
      leaf.grad = undefined;
      y.backward(gradOutput);
    },
    output: () => leaf.grad!.data() as Float32Array,
  };
}

function tensorsOf(workload: Workload, inputs: Inputs): Prepared {
  switch (workload.op) {
    case 'conv2d':
      return conv2dTensors(workload, inputs);
    case 'linear':
    case 'matmul':
      return linearTensors(workload, inputs);
    default:
      return pool2dTensors(workload, inputs);
  }
}

function conv2dTensors({ g }: Conv2dWorkload, inputs: Inputs): Prepared {
  const x = tensor(inputs.x, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
  const kernel = [g.kernelHeight, g.kernelWidth, g.inChannels / g.groups, g.outChannels];
  const w = tensor(inputs.w, kernel);
  const b = tensor(inputs.b);
  const options = {
    stride: [g.strideHeight, g.strideWidth],
    dilation: [g.dilationHeight, g.dilationWidth],
    padding: paddingOf(g),
    groups: g.groups,
  };
  const outputShape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
  return { x, w, outputShape, compute: () => conv2d(x, w, b, options) };
}

/** [top, left, bottom, right]: below and to the right what the last window reaches. */
function paddingOf(g: Conv2dGeometry): number[] {
  const rows = (g.outHeight - 1) * g.strideHeight + (g.kernelHeight - 1) * g.dilationHeight + 1;
  const columns = (g.outWidth - 1) * g.strideWidth + (g.kernelWidth - 1) * g.dilationWidth + 1;
  const bottom = Math.max(0, rows - g.padTop - g.inHeight);
  const right = Math.max(0, columns - g.padLeft - g.inWidth);
  return [g.padTop, g.padLeft, bottom, right];
}

function linearTensors(
  { op, rows, inFeatures, outFeatures }: LinearWorkload,
  inputs: Inputs,
): Prepared {
  const x = tensor(inputs.x, [rows, inFeatures]);
  const w = tensor(inputs.w, [inFeatures, outFeatures]);
  const outputShape = [rows, outFeatures];
  if (op === 'matmul') return { x, w, outputShape, compute: () => matmul(x, w) };
  const b = tensor(inputs.b);
  return { x, w, outputShape, compute: () => linear(x, w, b) };
}

function pool2dTensors({ op, g }: Pool2dWorkload, inputs: Inputs): Prepared {
  const x = tensor(inputs.x, [g.batch, g.inHeight, g.inWidth, g.channels]);
  const kernelSize = [g.kernelHeight, g.kernelWidth];
  const options = {
    stride: [g.strideHeight, g.strideWidth],
    padding: [g.padTop, g.padLeft, g.padBottom, g.padRight],
  };
  const pool = op === 'maxPool2d' ? maxPool2d : avgPool2d;
  const outputShape = [g.batch, g.outHeight, g.outWidth, g.channels];
  return { x, outputShape, compute: () => pool(x, kernelSize, options) };
}
