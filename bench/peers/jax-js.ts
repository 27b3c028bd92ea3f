// jax-js on its wasm backend. Activations are NCHW, weights OIHW. An array is consumed by what uses it; `ref` is one
// more use.

import type { Adapter, Inputs, PreparedRun } from '../adapter.js';
import type {
  Conv2dWorkload,
  LinearWorkload,
  OpPass,
  Pool2dWorkload,
  Workload,
} from '../workloads.js';
import { OIHW_TO_HWIO, permute } from './layout.js';
import { loadPeer } from './load.js';
import { nchw, oihw } from './ort.js';

export interface JaxArray {
  readonly ref: JaxArray;
  readonly shape: number[];
  reshape(shape: readonly number[]): JaxArray;
  add(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  data(): Promise<Float32Array>;
  dispose(): void;
}

type Compute = (...arrays: JaxArray[]) => JaxArray;
type Padding = readonly (readonly [number, number])[];

/** What is used of @jax-js/jax. */
export interface Jax {
  init(device: string): Promise<unknown>;
  defaultDevice(device: string): void;
  readonly numpy: {
    array(values: Float32Array): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    max(x: JaxArray): JaxArray;
    mean(x: JaxArray): JaxArray;
    sum(x: JaxArray): JaxArray;
  };
  readonly lax: {
    convGeneralDilated(
      x: JaxArray,
      w: JaxArray,
      strides: readonly number[],
      padding: Padding,
      options: object,
    ): JaxArray;
    reduceWindow(
      x: JaxArray,
      reduce: (window: JaxArray) => JaxArray,
      size: readonly number[],
      strides: readonly number[],
    ): JaxArray;
  };
  jit<F extends (...args: never[]) => unknown>(compute: F): F;
  grad(compute: (x: JaxArray) => JaxArray): (x: JaxArray) => JaxArray;
  blockUntilReady(value: unknown): Promise<unknown>;
}

export async function loadJaxJs(): Promise<Adapter> {
  const jax = await loadPeer<Jax>('@jax-js/jax');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return {
    name: 'jax-js',
    variant: 'simd',
    threads: 1,
    prepare: (workload, pass, inputs) => prepare(jax, workload, pass as OpPass, inputs),
  };
}

/** An op as a function of its operands, with the shape of each and what brings them from and into our layouts. */
interface Op {
  readonly compute: Compute;
  readonly operands: readonly JaxArray[];
  readonly dy: JaxArray;
  /** The result in our layout: of the output, and of the gradient of each operand. */
  readonly read: (y: Float32Array) => Float32Array;
  readonly readGradients: readonly ((gradient: Float32Array) => Float32Array)[];
}

const asIs = (values: Float32Array) => values;

function prepare(jax: Jax, workload: Workload, pass: OpPass, inputs: Inputs): Promise<PreparedRun> {
  const op = opOf(jax, workload, pass, inputs);
  if (pass === 'forward') return faster(jax, op.compute, op.operands, op.read);
  const leaf = pass === 'gradInput' ? 0 : 1;
  const gradient: Compute = (dy, ...operands) =>
    jax.grad((x) =>
      jax.numpy.sum(op.compute(...operands.map((one, i) => (i === leaf ? x : one))).mul(dy)),
    )(operands[leaf]!);
  return faster(jax, gradient, [op.dy, ...op.operands], op.readGradients[leaf]!);
}

function opOf(jax: Jax, workload: Workload, pass: OpPass, inputs: Inputs): Op {
  switch (workload.op) {
    case 'conv2d':
      return conv2d(jax, workload, pass, inputs);
    case 'linear':
    case 'matmul':
      return linear(jax, workload, pass, inputs);
    default:
      return pool2d(jax, workload, inputs);
  }
}

function conv2d({ numpy, lax }: Jax, workload: Conv2dWorkload, pass: OpPass, inputs: Inputs): Op {
  const { g } = workload;
  const { shapes, toX, toY, fromX, fromY } = nchw(workload);
  const weight = oihw(workload, inputs.w);
  const padding: Padding = [
    [g.padTop, g.padTop],
    [g.padLeft, g.padLeft],
  ];
  const strides = [g.strideHeight, g.strideWidth];
  const options = g.groups > 1 ? { featureGroupCount: g.groups } : {};
  const convolve: Compute = (x, w) => lax.convGeneralDilated(x!, w!, strides, padding, options);
  const x = numpy.array(toX(inputs.x)).reshape(shapes.x);
  const w = numpy.array(weight.values).reshape(weight.shape);
  const b = numpy.array(inputs.b).reshape([1, g.outChannels, 1, 1]);
  const withBias: Compute = (x, w, b) => convolve(x!, w!).add(b!);
  return {
    compute: pass === 'forward' ? withBias : convolve,
    operands: pass === 'forward' ? [x, w, b] : [x, w],
    dy: numpy.array(toY(inputs.dy)).reshape(shapes.y),
    read: fromY,
    readGradients: [fromX, (dw) => permute(dw, weight.shape, OIHW_TO_HWIO)],
  };
}

function linear({ numpy }: Jax, workload: LinearWorkload, pass: OpPass, inputs: Inputs): Op {
  const { op, rows, inFeatures, outFeatures } = workload;
  const x = numpy.array(inputs.x).reshape([rows, inFeatures]);
  const w = numpy.array(inputs.w).reshape([inFeatures, outFeatures]);
  const hasBias = op === 'linear' && pass === 'forward';
  const multiply: Compute = (x, w) => numpy.matmul(x!, w!);
  const withBias: Compute = (x, w, b) => multiply(x!, w!).add(b!);
  return {
    compute: hasBias ? withBias : multiply,
    operands: hasBias ? [x, w, numpy.array(inputs.b)] : [x, w],
    dy: numpy.array(inputs.dy).reshape([rows, outFeatures]),
    read: asIs,
    readGradients: [asIs, asIs],
  };
}

function pool2d({ numpy, lax }: Jax, workload: Pool2dWorkload, inputs: Inputs): Op {
  const { op, g } = workload;
  const { shapes, toX, toY, fromX, fromY } = nchw(workload);
  const reduce = (window: JaxArray) =>
    op === 'maxPool2d' ? numpy.max(window) : numpy.mean(window);
  const size = [g.kernelHeight, g.kernelWidth];
  const strides = [g.strideHeight, g.strideWidth];
  return {
    compute: (x) => lax.reduceWindow(x!, reduce, size, strides),
    operands: [numpy.array(toX(inputs.x)).reshape(shapes.x)],
    dy: numpy.array(toY(inputs.dy)).reshape(shapes.y),
    read: fromY,
    readGradients: [fromX],
  };
}

/**
 * Compiled as a whole, or op by op, whichever is faster: `jit` moves padding into the inner loop of a convolution,
 * which can take several times as long.
 */
async function faster(
  jax: Jax,
  compute: Compute,
  operands: readonly JaxArray[],
  read: (y: Float32Array) => Float32Array,
): Promise<PreparedRun> {
  const compiled = prepared(jax, jax.jit(compute), operands, read);
  const eager = prepared(jax, compute, operands, read);
  const compiledMs = await secondRun(compiled);
  const eagerMs = await secondRun(eager).catch(() => Infinity);
  return compiledMs <= eagerMs ? compiled : eager;
}

async function secondRun({ run }: PreparedRun): Promise<number> {
  await run();
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

function prepared(
  jax: Jax,
  compute: Compute,
  operands: readonly JaxArray[],
  read: (y: Float32Array) => Float32Array,
): PreparedRun {
  let y: JaxArray | undefined;
  return {
    async run() {
      y?.dispose();
      y = compute(...operands.map((operand) => operand.ref));
      await jax.blockUntilReady(y);
    },
    output: async () => read(await y!.ref.data()),
  };
}
