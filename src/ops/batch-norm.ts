import { checkArity, checkBoolean, checkNumber } from '../check.js';
import { compose } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { launch, LINE, SCRATCH } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { apply, type Call, type Family, type Op, type Plan, type Spec } from './op.js';
import { meanOver } from './reduce.js';

/** Rows that the kernels sum on their own, `RUN` in assembly/lib/fold.ts. */
const RUN = 256;

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Whether to normalise with the statistics of x, and to update the running ones. Default false. */
  training?: boolean;
  /** The share of the new statistics in the running ones. Default 0.1. */
  momentum?: number;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

interface OpOptions {
  readonly eps: number;
  /** Whether mean and variance are those of x, and their gradients lead to it. */
  readonly ofInput: boolean;
}

/** x is [rows, channels]. */
interface BatchNormPlan extends Plan, OpOptions {
  readonly rows: number;
  readonly channels: number;
}

type BatchNormOp = Op<OpOptions, BatchNormPlan>;

const FAMILY: Family<BatchNormOp, OpOptions, BatchNormPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight', rank: 1, isOptional: true },
    { name: 'bias', rank: 1, isOptional: true },
    { name: 'mean', rank: 1 },
    { name: 'variance', rank: 1 },
  ],

  plan({ name }, [x, weight, bias, mean, variance], options) {
    const { shape } = x!;
    const [rows, channels] = sizesOf(name, shape);
    for (const [operand, spec] of Object.entries({ weight, bias, mean, variance })) {
      if (spec) checkSameShape(name, operand, [channels], spec.shape);
    }
    const saved: Spec[] = [{ shape: [2, channels], dtype: 'float32' }];
    return { shape, rows, channels, saved, ...options };
  },

  forward(y, inputs, plan) {
    const [x, , bias, mean] = inputs;
    withChannels(2, plan.channels, ([scale, zero]) => {
      const { f32 } = runtime().heap;
      fill(scale!, plan, scaleOf(inputs, plan));
      if (!bias) f32.fill(0, zero! / 4, zero! / 4 + plan.channels);
      const shift = bias?.pointer ?? zero!;
      const own = [y.pointer, x!.pointer, mean!.pointer, scale!, shift, plan.channels] as const;
      launch('batchNormForward', [...own], plan.rows, { elements: x!.size });
    });
  },

  gradients: [
    gradInput,
    (to, accumulate, call) => addChannels(to, sumsOf(call).products, accumulate),
    (to, accumulate, call) => addChannels(to, sumsOf(call).sums, accumulate),
    undefined,
    undefined,
  ],
};

export const BATCH_NORM: BatchNormOp = { family: FAMILY, name: 'batchNorm' };

/** [rows, channels] of a shape. */
function sizesOf(op: string, shape: Shape): [rows: number, channels: number] {
  const channels = shape.at(-1);
  if (channels === undefined || shape.length < 2 || sizeOf(shape) === 0) {
    throw new ShapeError(
      `${op}: input: expected [..., channels] of at least two axes and one element, got ${formatShape(shape)}`,
    );
  }
  return [sizeOf(shape) / channels, channels];
}

/** 1 / √(variance + eps) of a channel. */
function inverseDeviations(variance: Tensor, { eps }: OpOptions): (c: number) => number {
  return (c) => 1 / Math.sqrt(runtime().heap.f32[variance.pointer / 4 + c]! + eps);
}

/** What a normalised channel is multiplied with, in all. */
function scaleOf(
  [, weight, , , variance]: readonly (Tensor | undefined)[],
  plan: BatchNormPlan,
): (c: number) => number {
  const inverse = inverseDeviations(variance!, plan);
  if (!weight) return inverse;
  return (c) => inverse(c) * runtime().heap.f32[weight.pointer / 4 + c]!;
}

/**
 * With x̂ the normalised input, w the weight, n the rows and i = 1/√(variance + eps):
 * dx = w·i · (dy − Σdy/n − x̂ · Σ(dy·x̂)/n); where mean and variance are constants, dx = w·i · dy.
 */
function gradInput(to: Tensor, accumulate: boolean, call: Call<BatchNormPlan>): void {
  const { inputs, gradOutput, plan } = call;
  const { rows, channels, ofInput } = plan;
  const [x, , , mean, variance] = inputs;
  const { products, sums } = ofInput ? sumsOf(call) : { products: 0, sums: 0 };
  withChannels(3, channels, ([a, b, k]) => {
    const { f32 } = runtime().heap;
    const scale = scaleOf(inputs, plan);
    const inverse = inverseDeviations(variance!, plan);
    fill(a!, plan, scale);
    if (ofInput) {
      fill(b!, plan, (c) => (-scale(c) * inverse(c) * f32[products / 4 + c]!) / rows);
      fill(k!, plan, (c) => (-scale(c) * f32[sums / 4 + c]!) / rows);
    }
    const own = ofInput
      ? ([x!.pointer, mean!.pointer, a!, b!, k!] as const)
      : ([0, 0, a!, 0, 0] as const);
    const head = [to.pointer, gradOutput.pointer] as const;
    launch('batchNormGradInput', [...head, ...own, channels, accumulate], rows, {
      elements: to.size,
    });
  });
}

/** Calls whose sums are there: of which gradient, and of which values of it. */
let summed: WeakMap<Call<BatchNormPlan>, { of: Tensor; version: number }> | undefined;

/** The addresses of Σ dy·x̂ and of Σ dy of every channel, which several gradients need. */
function sumsOf(call: Call<BatchNormPlan>): { products: number; sums: number } {
  const { inputs, gradOutput, plan, saved } = call;
  const { rows, channels } = plan;
  const [x, , , mean, variance] = inputs;
  const products = saved[0]!.pointer;
  const sums = products + 4 * channels;
  summed ??= new WeakMap();
  const last = summed.get(call);
  if (last?.of === gradOutput && last.version === gradOutput.version) return { products, sums };
  withChannels(1, channels, ([factor]) => {
    fill(factor!, plan, inverseDeviations(variance!, plan));
    const tensors = [gradOutput, x!, mean!].map(({ pointer }) => pointer) as [
      number,
      number,
      number,
    ];
    launch(
      'batchNormGradWeightBias',
      [products, sums, ...tensors, factor!, SCRATCH, rows, channels],
      channels,
      { elements: x!.size, align: LINE, scratchBytes: scratchBytes(rows) },
    );
  });
  summed.set(call, { of: gradOutput, version: gradOutput.version });
  return { products, sums };
}

/** What the sums over rows are lent: see `sumRows` in assembly/batch-norm.ts. */
function scratchBytes(rows: number): number {
  const runs = Math.ceil(rows / RUN);
  return 64 * (1 + 32 - Math.clz32(runs - 1));
}

/** Writes the values at an address into a gradient, or adds them to it. */
function addChannels(to: Tensor, from: number, accumulate: boolean): void {
  const { f32 } = runtime().heap;
  const at = to.pointer / 4;
  for (let c = 0; c < to.size; c++) {
    f32[at + c] = f32[from / 4 + c]! + (accumulate ? f32[at + c]! : 0);
  }
}

/** Lends memory for `count` values of every channel, on cache lines of their own. */
function withChannels(
  count: number,
  channels: number,
  body: (pointers: readonly number[]) => void,
): void {
  const bytes = 4 * LINE * Math.ceil(channels / LINE);
  withScratch(count * bytes, (pointer) =>
    body(Array.from({ length: count }, (_, i) => pointer + i * bytes)),
  );
}

/** Writes a value for every channel. */
function fill(pointer: number, { channels }: { channels: number }, valueOf: (c: number) => number) {
  const { f32 } = runtime().heap;
  for (let c = 0; c < channels; c++) f32[pointer / 4 + c] = valueOf(c);
}

/**
 * Batch normalization (Ioffe & Szegedy, arxiv.org/abs/1502.03167): `y = (x − mean) / √(variance + eps) · weight + bias`,
 * channel by channel over all other axes, as in PyTorch. In training, mean and (biased) variance are those of x, and the
 * running ones, where given, are changed in place: `running = (1 − momentum) · running + momentum · new`, with the
 * unbiased variance. Otherwise they are the running ones.
 * @param x [..., channels], of at least two axes
 * @param runningMean [channels], or undefined in training
 * @param runningVar [channels], or undefined in training
 * @param weight [channels], or undefined: 1
 * @param bias [channels], or undefined: 0
 * @throws TypeError, RangeError; ShapeError, also for one value per channel in training
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | undefined,
  runningVar: Tensor | undefined,
  weight?: Tensor,
  bias?: Tensor,
  options: BatchNormOptions = {},
): Tensor {
  checkArity('batchNorm', arguments.length, 6);
  checkBatchNormOptions('batchNorm', options);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  checkTensor('batchNorm', 'input', x);
  const [rows, channels] = sizesOf('batchNorm', x.shape);
  checkState({ runningMean, runningVar }, channels, training);
  checkState({ weight, bias }, channels, true);
  if (!training) {
    const inputs = [x, weight, bias, runningMean, runningVar];
    return apply(BATCH_NORM, inputs, { eps, ofInput: false });
  }
  if (rows === 1) {
    throw new ShapeError(
      `batchNorm: input: expected more than one value per channel in training, got ${formatShape(x.shape)}`,
    );
  }
  return compose(() => {
    const [mean, variance] = statisticsOf(x, rows, channels);
    const y = apply(BATCH_NORM, [x, weight, bias, mean, variance], { eps, ofInput: true });
    if (runningMean) update(runningMean, mean, momentum, 1);
    if (runningVar) update(runningVar, variance, momentum, rows / (rows - 1));
    return y;
  });
}

/** @throws TypeError, RangeError */
export function checkBatchNormOptions(op: string, options: BatchNormOptions): void {
  checkOptions(op, options, ['training', 'momentum', 'eps']);
  const { training, momentum, eps } = options;
  if (training !== undefined) checkBoolean(op, 'training', training);
  if (momentum !== undefined) checkNumber(op, 'momentum', momentum, 0, 1);
  if (eps !== undefined) checkNumber(op, 'eps', eps, 0);
}

function checkState(
  tensors: Readonly<Record<string, Tensor | undefined>>,
  channels: number,
  isOptional: boolean,
): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined && isOptional) continue;
    checkTensor('batchNorm', name, tensor, { rank: 1 });
    checkSameShape('batchNorm', name, [channels], tensor.shape);
  }
}

/** Mean and biased variance of every channel, in two passes: sums of squares would cancel. */
function statisticsOf(x: Tensor, rows: number, channels: number): [mean: Tensor, variance: Tensor] {
  const [mean, variance] = [Tensor.allocate([channels]), Tensor.allocate([channels])];
  const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  meanOver(mean, x, axes);
  const [to, from] = [variance.pointer, x.pointer];
  const own = [to, from, mean.pointer, SCRATCH, 1 / rows, rows, channels] as const;
  launch('batchNormVariance', [...own], channels, {
    elements: x.size,
    align: LINE,
    scratchBytes: scratchBytes(rows),
  });
  return [mean, variance];
}

/** Moves running statistics towards new ones, times a factor. */
function update(running: Tensor, statistics: Tensor, momentum: number, factor: number): void {
  const [values, news] = [running.view(), statistics.view()];
  for (let c = 0; c < values.length; c++) {
    values[c] = (1 - momentum) * values[c]! + momentum * factor * news[c]!;
  }
  running.version++;
}
