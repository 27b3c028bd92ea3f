import { checkArity, checkBoolean } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkOptions } from '../options.js';
import { launch, LINE } from '../runtime/launch.js';
import { withScratch } from '../runtime/storage.js';
import { formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxes, checkAxis } from './axes.js';
import { copiesOf, runCopies, stridesOf, wholeOf } from './copy/strided.js';
import { apply, type Family, type Op, type Plan } from './op.js';
import { type Pass, passesOf, runPasses, sumPasses } from './reduce.js';

/** Options of reductions over any axes. */
export interface ReduceOptions {
  /** The axes that are reduced; negative: counted from the last. Default all. */
  axes?: number | readonly number[];
  /** Whether they stay, with size 1. Default false. */
  keepDims?: boolean;
}

/** Options of reductions over one axis. */
export interface ArgReduceOptions {
  /** The axis; negative: counted from the last. Default: all elements, in order, as one axis. */
  axis?: number;
  /** Whether it stays, with size 1; of all axes, where none is given. Default false. */
  keepDims?: boolean;
}

const REDUCE_OPTIONS = ['axes', 'keepDims'];
const ARG_REDUCE_OPTIONS = ['axis', 'keepDims'];

interface ReducePlan extends Plan {
  readonly isReduced: readonly boolean[];
  readonly passes: readonly Pass[];
  /** Elements of x for one of y. */
  readonly count: number;
}

function planReduction(
  op: string,
  shape: Shape,
  axes: readonly number[],
  keepDims: unknown = false,
): ReducePlan {
  checkBoolean(op, 'keepDims', keepDims);
  const isReduced = shape.map((_, axis) => axes.includes(axis));
  return {
    shape: keepDims
      ? shape.map((size, axis) => (isReduced[axis] ? 1 : size))
      : shape.filter((_, axis) => !isReduced[axis]),
    isReduced,
    passes: passesOf(shape, isReduced),
    count: sizeOf(shape.filter((_, axis) => isReduced[axis])),
  };
}

function planAxes(op: string, shape: Shape, { axes, keepDims }: ReduceOptions): ReducePlan {
  const all = [...shape.keys()];
  const chosen = axes === undefined ? all : checkAxes(op, 'axes', axes, shape.length);
  return planReduction(op, shape, chosen, keepDims);
}

/** @throws ShapeError where there is nothing to choose from */
function checkSome(op: string, shape: Shape, { count }: ReducePlan): void {
  if (count > 0) return;
  throw new ShapeError(
    `${op}: input: expected at least one element to reduce, got shape ${formatShape(shape)}`,
  );
}

interface SumOp extends Op<ReduceOptions, SumPlan> {
  /** What the sum of so many elements is divided by. */
  divisor(count: number): number;
}

interface SumPlan extends ReducePlan {
  readonly divisor: number;
}

const SUMS: Family<SumOp, ReduceOptions, SumPlan> = {
  operands: [{ name: 'input' }],
  plan(op, [x], options) {
    const plan = planAxes(op.name, x!.shape, options);
    return { ...plan, divisor: op.divisor(plan.count) };
  },
  forward: (y, [x], { passes, divisor }) =>
    sumPasses(y.pointer, x!.pointer, passes, { accumulate: false, divisor }),
  gradients: [
    (dx, accumulate, { gradOutput, plan: { isReduced, divisor } }) =>
      spread(dx, gradOutput, isReduced, 1 / divisor, accumulate),
  ],
};

/** Gives every element of dx its element of dy, times a number. */
export function spread(
  dx: Tensor,
  dy: Tensor,
  isReduced: readonly boolean[],
  scale: number,
  accumulate: boolean,
): void {
  const kept = stridesOf(dx.shape.map((size, axis) => (isReduced[axis] ? 1 : size)));
  const strides = kept.map((stride, axis) => (isReduced[axis] ? 0 : stride));
  const move = { sizes: dx.shape, to: wholeOf(dx.shape), from: { offset: 0, strides } };
  runCopies(copiesOf(move), dx.pointer, dy.pointer, { scale, accumulate });
}

export const SUM: SumOp = { family: SUMS, name: 'sum', divisor: () => 1 };
export const MEAN: SumOp = { family: SUMS, name: 'mean', divisor: (count) => count };

interface ExtremeOp<Options> extends Op<Options, ExtremePlan> {
  readonly isMin: boolean;
}

interface ExtremePlan extends ReducePlan {
  readonly isMin: boolean;
}

const EXTREMES: Family<ExtremeOp<ReduceOptions>, ReduceOptions, ExtremePlan> = {
  operands: [{ name: 'input' }],
  plan({ name, isMin }, [x], options) {
    const plan = planAxes(name, x!.shape, options);
    checkSome(name, x!.shape, plan);
    return { ...plan, isMin };
  },
  forward: (y, [x], { passes, isMin }) =>
    runPasses(y.pointer, x!.pointer, passes, (to, from, { outer, reduced, inner }) =>
      launch('reduceMax', [to, from, reduced, inner, isMin], outer * inner, {
        elements: outer * reduced * inner,
        align: LINE,
      }),
    ),
  gradients: [
    (dx, accumulate, { gradOutput, inputs: [x], output, plan }) =>
      gradientOfExtreme(dx, gradOutput, x!, output, plan, accumulate),
  ],
};

function gradientOfExtreme(
  dx: Tensor,
  dy: Tensor,
  x: Tensor,
  y: Tensor,
  { passes, isReduced, count }: ReducePlan,
  accumulate: boolean,
): void {
  const share = (to: number, from: number, { outer, reduced, inner }: Pass, adds: boolean) =>
    launch(
      'reduceMaxGradInput',
      [to, dy.pointer, from, y.pointer, reduced, inner, adds],
      outer * inner,
      { elements: outer * reduced * inner, align: LINE },
    );
  if (passes.length === 1) return share(dx.pointer, x.pointer, passes[0]!, accumulate);
  // Axes that do not lie side by side are equal ones only all together: they are brought to the end.
  const order = [...x.shape.keys()].sort((a, b) => Number(isReduced[a]) - Number(isReduced[b]));
  const sizes = order.map((axis) => x.shape[axis]!);
  const strides = stridesOf(x.shape);
  const from = { offset: 0, strides: order.map((axis) => strides[axis]!) };
  const to = wholeOf(sizes);
  withScratch(4 * x.size, (values) => {
    runCopies(copiesOf({ sizes, to, from }), values, x.pointer);
    withScratch(4 * x.size, (gradients) => {
      share(gradients, values, { outer: y.size, reduced: count, inner: 1 }, false);
      runCopies(copiesOf({ sizes, to: from, from: to }), dx.pointer, gradients, { accumulate });
    });
  });
}

export const MAX: ExtremeOp<ReduceOptions> = { family: EXTREMES, name: 'max', isMin: false };
export const MIN: ExtremeOp<ReduceOptions> = { family: EXTREMES, name: 'min', isMin: true };

const PLACES: Family<ExtremeOp<ArgReduceOptions>, ArgReduceOptions, ExtremePlan> = {
  operands: [{ name: 'input' }],
  plan({ name, isMin }, [x], { axis, keepDims }) {
    const { shape } = x!;
    const axes =
      axis === undefined ? [...shape.keys()] : [checkAxis(name, 'axis', axis, shape.length)];
    const plan = planReduction(name, shape, axes, keepDims);
    checkSome(name, shape, plan);
    return { ...plan, dtype: 'int32', isMin };
  },
  forward(y, [x], { passes: [pass], isMin }) {
    const { outer, reduced, inner } = pass!;
    launch('reduceArgmax', [y.pointer, x!.pointer, reduced, inner, isMin], outer * inner, {
      elements: outer * reduced * inner,
      align: LINE,
    });
  },
  gradients: [undefined],
};

export const ARGMAX: ExtremeOp<ArgReduceOptions> = { family: PLACES, name: 'argmax', isMin: false };
export const ARGMIN: ExtremeOp<ArgReduceOptions> = { family: PLACES, name: 'argmin', isMin: true };

/**
 * Sum over some axes, as torch.sum; 0 of no elements.
 * @throws TypeError, RangeError
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce(SUM, arguments.length, x, options);
}

/**
 * Mean over some axes, as torch.mean; NaN of no elements.
 * @throws TypeError, RangeError
 */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce(MEAN, arguments.length, x, options);
}

/**
 * The largest value over some axes, as torch.amax: NaN if one is. The gradient is shared evenly among equal values.
 * @throws TypeError, RangeError; ShapeError where there is no element
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce(MAX, arguments.length, x, options);
}

/**
 * The least value over some axes, as torch.amin: NaN if one is. The gradient is shared evenly among equal values.
 * @throws TypeError, RangeError; ShapeError where there is no element
 */
export function min(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduce(MIN, arguments.length, x, options);
}

/**
 * Where along an axis the largest value is: the first of equal ones, or the first NaN.
 * @returns int32
 * @throws TypeError, RangeError; ShapeError where there is no element
 */
export function argmax(x: Tensor, options: ArgReduceOptions = {}): Tensor {
  checkArity('argmax', arguments.length, 2);
  checkOptions('argmax', options, ARG_REDUCE_OPTIONS);
  return apply(ARGMAX, [x], options);
}

/**
 * Where along an axis the least value is: the first of equal ones, or the first NaN.
 * @returns int32
 * @throws TypeError, RangeError; ShapeError where there is no element
 */
export function argmin(x: Tensor, options: ArgReduceOptions = {}): Tensor {
  checkArity('argmin', arguments.length, 2);
  checkOptions('argmin', options, ARG_REDUCE_OPTIONS);
  return apply(ARGMIN, [x], options);
}

function reduce(
  op: SumOp | ExtremeOp<ReduceOptions>,
  given: number,
  x: Tensor,
  options: ReduceOptions,
): Tensor {
  checkArity(op.name, given, 2);
  checkOptions(op.name, options, REDUCE_OPTIONS);
  return apply(op as SumOp, [x], options);
}
