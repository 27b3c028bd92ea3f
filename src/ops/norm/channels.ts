import { compose } from '../../autograd.js';
import { ShapeError } from '../../errors.js';
import { launch, LINE, SCRATCH } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withTable } from '../../runtime/storage.js';
import { checkSameShape, formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { apply, applyAll, type Call, type Family, type Op, type Plan, type Spec } from '../op.js';
import { sumPasses } from '../reduce.js';
import {
  addBlocks,
  blocksOf,
  channelBytes,
  fill,
  repeat,
  scratchBytes,
  type Sizes,
  valuesAt,
  withChannels,
} from './blocks.js';

/** Which values share a mean and a variance. */
export interface Grouping {
  /** Whether each example has its own; otherwise they are those of the batch. */
  readonly ofExamples: boolean;
  /** So many neighbouring channels share theirs. */
  readonly together: number;
}

interface OpOptions extends Grouping {
  readonly eps: number;
  /** Whether mean and variance are those of x, and their gradients lead to it. */
  readonly ofInput: boolean;
}

interface NormPlan extends Plan, OpOptions, Sizes {}

export type NormOp = Op<OpOptions, NormPlan>;

const FAMILY: Family<NormOp, OpOptions, NormPlan> = {
  operands: [
    { name: 'input' },
    { name: 'weight', rank: 1, isOptional: true },
    { name: 'bias', rank: 1, isOptional: true },
    { name: 'mean', rank: 1 },
    { name: 'variance', rank: 1 },
  ],

  plan({ name }, [x, weight, bias, mean, variance], options) {
    const { shape } = x!;
    const sizes = sizesOf(name, shape, options);
    const { outer, channels } = sizes;
    for (const [operand, spec] of Object.entries({ weight, bias, mean, variance })) {
      const isPlain = spec === weight || spec === bias;
      if (spec) checkSameShape(name, operand, [isPlain ? channels : outer * channels], spec.shape);
    }
    const saved: Spec[] = [{ shape: [2, outer * channels], dtype: 'float32' }];
    return { shape, saved, ...sizes, ...options };
  },

  forward(y, [x, weight, bias, mean, variance], plan) {
    const { outer, rows, channels } = plan;
    const bytes = channelBytes(plan);
    const write = (scale: number) => {
      const inverse = inverseDeviations(variance!, plan);
      const [weights, biases] = [valuesOf(weight, channels, 1), valuesOf(bias, channels, 0)];
      fill(scale, plan, (i) => inverse(i) * weights(i));
      fill(scale + bytes, plan, biases);
    };
    const sources = [variance, weight, bias].map((tensor) => tensor?.pointer ?? 0);
    withTable(2 * bytes, sources, write, (scale) => {
      const values = [y.pointer, x!.pointer, mean!.pointer, scale, scale + bytes] as const;
      launch('batchNormForward', [...values, rows, channels], outer * rows, { elements: x!.size });
    });
  },

  /** Σ dy·x̂ and Σ dy of every channel. */
  prepare({ inputs, gradOutput, plan, saved }) {
    const [x, weight, bias, mean, variance] = inputs;
    if (!plan.ofInput && !weight?.requiresGrad && !bias?.requiresGrad) return;
    const [products, sums] = [0, 1].map((i) => saved[0]!.pointer + 4 * i * mean!.size);
    const blocks = blocksOf(plan);
    withChannels(4, blocks, ([means, factors, partProducts, partSums]) => {
      const inverse = inverseDeviations(variance!, plan);
      repeat(means!, plan, blocks, valuesAt(mean!.pointer));
      repeat(factors!, plan, blocks, inverse);
      const { rows, channels } = blocks;
      const values = [gradOutput.pointer, x!.pointer, means!, factors!, SCRATCH] as const;
      const own = [partProducts!, partSums!, ...values, rows, channels] as const;
      launch('batchNormGradWeightBias', [...own], blocks.outer * channels, {
        elements: x!.size,
        align: LINE,
        scratchBytes: scratchBytes(rows),
      });
      addBlocks(products!, partProducts!, plan, blocks);
      addBlocks(sums!, partSums!, plan, blocks);
    });
  },

  gradients: [
    gradInput,
    (to, accumulate, call) => addOuter(to, call, 0, accumulate),
    (to, accumulate, call) => addOuter(to, call, 1, accumulate),
    undefined,
    undefined,
  ],
};

export const BATCH_NORM: NormOp = { family: FAMILY, name: 'batchNorm' };
export const GROUP_NORM: NormOp = { family: FAMILY, name: 'groupNorm' };
export const INSTANCE_NORM: NormOp = { family: FAMILY, name: 'instanceNorm' };

/** The sizes of x as [outer, rows, channels]. @throws ShapeError */
export function sizesOf(op: string, shape: Shape, { ofExamples }: Grouping): Sizes {
  const channels = shape.at(-1);
  if (channels === undefined || shape.length < 2 || sizeOf(shape) === 0) {
    throw new ShapeError(
      `${op}: input: expected [..., channels] of at least two axes and one element, got ${formatShape(shape)}`,
    );
  }
  const outer = ofExamples ? shape[0]! : 1;
  return { outer, rows: sizeOf(shape) / channels / outer, channels };
}

/** Checks vectors of one value for each channel. @throws TypeError, ShapeError */
export function checkVectors(
  op: string,
  vectors: Readonly<Record<string, Tensor | undefined>>,
  channels: number,
  isOptional: boolean,
): void {
  for (const [name, tensor] of Object.entries(vectors)) {
    if (tensor === undefined && isOptional) continue;
    checkTensor(op, name, tensor, { rank: 1 });
    checkSameShape(op, name, [channels], tensor.shape);
  }
}

/** Values that every example has, at the place of each channel of each: those of a vector, or a number. */
function valuesOf(vector: Tensor | undefined, channels: number, other: number) {
  if (!vector) return () => other;
  const { f32 } = runtime().heap;
  const at = vector.pointer / 4;
  return (i: number) => f32[at + (i % channels)]!;
}

/** 1 / √(variance + eps) of a channel. */
function inverseDeviations(variance: Tensor, { eps }: OpOptions): (i: number) => number {
  const { f32 } = runtime().heap;
  const at = variance.pointer / 4;
  return (i) => 1 / Math.sqrt(f32[at + i]! + eps);
}

/**
 * With x̂ the normalised input, w the weight, i = 1/√(variance + eps) and n the values that share a mean, of which the
 * sums are: dx = i · (w·dy − Σ(w·dy)/n − x̂ · Σ(w·dy·x̂)/n); where mean and variance are constants, dx = w·i · dy.
 */
function gradInput(to: Tensor, accumulate: boolean, call: Call<NormPlan>): void {
  const { inputs, gradOutput, plan, saved } = call;
  const { outer, rows, channels, ofInput, together } = plan;
  const [x, weight, , mean, variance] = inputs;
  withChannels(3, plan, ([a, b, k]) => {
    const { f32 } = runtime().heap;
    const inverse = inverseDeviations(variance!, plan);
    const weights = valuesOf(weight, channels, 1);
    const sums = (which: number) => {
      const at = saved[0]!.pointer / 4 + which * outer * channels;
      return (i: number) => f32[at + i]! * weights(i);
    };
    fill(a!, plan, (i) => inverse(i) * weights(i));
    if (ofInput) {
      fill(b!, plan, sums(0), together, (i) => (-inverse(i) * inverse(i)) / rows);
      fill(k!, plan, sums(1), together, (i) => -inverse(i) / rows);
    }
    const own = ofInput
      ? ([x!.pointer, mean!.pointer, a!, b!, k!] as const)
      : ([0, 0, a!, 0, 0] as const);
    const head = [to.pointer, gradOutput.pointer] as const;
    launch('batchNormGradInput', [...head, ...own, rows, channels, accumulate], outer * rows, {
      elements: to.size,
    });
  });
}

/** Adds up the sums of all examples: the gradient of the weight (0) or of the bias (1). */
function addOuter(
  to: Tensor,
  { plan: { outer, channels }, saved }: Call<NormPlan>,
  which: number,
  accumulate: boolean,
): void {
  const { f32 } = runtime().heap;
  const from = saved[0]!.pointer / 4 + which * outer * channels;
  const at = to.pointer / 4;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let o = 0; o < outer; o++) sum += f32[from + o * channels + c]!;
    f32[at + c] = sum + (accumulate ? f32[at + c]! : 0);
  }
}

interface StatisticsPlan extends Plan, Grouping {
  readonly sizes: Sizes;
}

/** Mean and, saved, biased variance of every channel, in two passes: sums of squares would cancel. */
const STATISTICS: Op<Grouping, StatisticsPlan> = {
  name: 'channelStatistics',
  family: {
    operands: [{ name: 'input' }],
    plan({ name }, [x], { ofExamples, together }) {
      const sizes = sizesOf(name, x!.shape, { ofExamples, together });
      const shape = [sizes.outer * sizes.channels];
      return { shape, saved: [{ shape, dtype: 'float32' }], sizes, ofExamples, together };
    },
    forward(mean, [x], { sizes, together }, [variance]) {
      const { outer, rows, channels } = sizes;
      const share = (tensor: Tensor) => {
        const values = tensor.view();
        if (together > 1) fill(tensor.pointer, sizes, (i) => values[i]!, together);
      };
      const blocks = blocksOf(sizes);
      const inBlocks = { outer: blocks.outer, reduced: blocks.rows, inner: channels };
      const passes = [inBlocks, { outer, reduced: rows / blocks.rows, inner: channels }];
      sumPasses(mean.pointer, x!.pointer, passes, { accumulate: false, divisor: rows });
      share(mean);
      withChannels(2, blocks, ([means, parts]) => {
        repeat(means!, sizes, blocks, valuesAt(mean.pointer));
        const own = [parts!, x!.pointer, means!, SCRATCH, 1 / rows, blocks.rows, channels] as const;
        launch('batchNormVariance', [...own], blocks.outer * channels, {
          elements: x!.size,
          align: LINE,
          scratchBytes: scratchBytes(blocks.rows),
        });
        addBlocks(variance!.pointer, parts!, sizes, blocks);
      });
      share(variance!);
    },
    gradients: [undefined],
  },
};

/** What is normalised, and what it is multiplied with and added to then. */
export interface Affine {
  readonly x: Tensor;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
}

/**
 * Normalises x with statistics of its own.
 * @param use is given the mean and the biased variance
 * @throws TypeError, ShapeError
 */
export function normalizeByOwn(
  op: NormOp,
  { x, weight, bias }: Affine,
  { eps, ...grouping }: Grouping & { readonly eps: number },
  use?: (mean: Tensor, variance: Tensor) => void,
): Tensor {
  const sizes = sizesOf(op.name, x.shape, grouping);
  checkVectors(op.name, { weight, bias }, sizes.channels, true);
  return compose(() => {
    const [mean, variance] = applyAll(STATISTICS, [x], grouping) as [Tensor, Tensor];
    const options = { eps, ofInput: true, ...grouping };
    const y = apply(op, [x, weight, bias, mean, variance], options);
    use?.(mean, variance);
    return y;
  });
}
