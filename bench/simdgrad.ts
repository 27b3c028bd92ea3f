// This library as an implementation to measure, through its public operations.

import { readFileSync } from 'node:fs';
import {
  avgPool2d,
  capabilities,
  init,
  type InitOptions,
  linear,
  matmul,
  maxPool2d,
  tensor,
} from '../src/index.js';
import {
  conv2dTensors,
  prepareForward,
  prepareGradient,
  type RecordedOp,
} from '../src/cli/bench/recorded-op.js';
import type { Adapter, Inputs, PreparedRun } from './adapter.js';
import { prepareNet, prepareTraining } from './nets/simdgrad.js';
import type { LinearWorkload, Pass, Pool2dWorkload, Workload } from './workloads.js';

/** The builds, and what `precision: 'exact'` and threads make of them. */
export const VARIANTS = {
  simd: { file: 'release.wasm', options: {} },
  relaxed: { file: 'relaxed.wasm', options: {} },
  exact: { file: 'release.wasm', options: { precision: 'exact' } },
  'relaxed-exact': { file: 'relaxed.wasm', options: { precision: 'exact' } },
  'threads-2': { file: 'release.wasm', options: { threads: 2 } },
  'threads-4': { file: 'release.wasm', options: { threads: 4 } },
  'threads-8': { file: 'release.wasm', options: { threads: 8 } },
} as const satisfies Record<string, { file: string; options: InitOptions }>;

/** Loads kernels from build/, and in several threads the workers' script from dist/. */
export async function loadSimdgrad(variant: keyof typeof VARIANTS = 'simd'): Promise<Adapter> {
  const { file, options } = VARIANTS[variant];
  const source = readFileSync(new URL(`../build/${file}`, import.meta.url));
  const workerScript = new URL('../dist/pool-worker.js', import.meta.url);
  await init({ source, workerScript, ...options });
  const { threads } = capabilities();
  const build = threads > 1 ? 'simd' : variant;
  return { name: 'simdgrad', variant: build, threads, prepare, prepareNet, prepareTraining };
}

function prepare(workload: Workload, pass: Pass, inputs: Inputs): PreparedRun | null {
  if (!(workload.passes as readonly Pass[]).includes(pass)) return null;
  const prepared = tensorsOf(workload, inputs);
  if (pass === 'forward') return prepareForward(prepared);
  return prepareGradient(prepared, pass === 'gradInput' ? prepared.x : prepared.w!, inputs.dy);
}

function tensorsOf(workload: Workload, inputs: Inputs): RecordedOp {
  switch (workload.op) {
    case 'conv2d':
      return conv2dTensors(workload.g, inputs);
    case 'linear':
    case 'matmul':
      return linearTensors(workload, inputs);
    default:
      return pool2dTensors(workload, inputs);
  }
}

function linearTensors(
  { op, rows, inFeatures, outFeatures }: LinearWorkload,
  inputs: Inputs,
): RecordedOp {
  const x = tensor(inputs.x, [rows, inFeatures]);
  const w = tensor(inputs.w, [inFeatures, outFeatures]);
  const outputShape = [rows, outFeatures];
  if (op === 'matmul') return { x, w, outputShape, compute: () => matmul(x, w) };
  const b = tensor(inputs.b);
  return { x, w, outputShape, compute: () => linear(x, w, b) };
}

function pool2dTensors({ op, g }: Pool2dWorkload, inputs: Inputs): RecordedOp {
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
