import { checkArity } from '../../check.js';
import { checkOptions } from '../../options.js';
import type { Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxes, checkAxis, checkIntegers } from '../axes.js';
import { checkTensor } from '../check.js';
import { apply, type Spec } from '../op.js';
import { COPY, type CopyOp, type CopyPlan } from './family.js';
import { stretched, wholeAxis } from './stretches.js';
import { stridesOf, wholeOf } from './strided.js';

/**
 * All of y from x, seen with these sizes and strides.
 * @param shape of y, where axes are joined
 */
export function seen(
  x: Spec,
  sizes: Shape,
  strides: readonly number[],
  shape: Shape = sizes,
): CopyPlan {
  const part = { input: 0, sizes, to: wholeOf(sizes), from: { offset: 0, strides } };
  return { shape, dtype: x.dtype, parts: [part] };
}

export const PERMUTE: CopyOp<{ readonly axes: readonly number[] }> = {
  family: COPY,
  name: 'permute',
  layout(where, [x], { axes }) {
    const { shape } = x!;
    checkIntegers(where, 'axes', axes, shape.length);
    const order = checkAxes(where, 'axes', axes, shape.length);
    const strides = stridesOf(shape);
    return seen(
      x!,
      order.map((axis) => shape[axis]!),
      order.map((axis) => strides[axis]!),
    );
  },
};

export const FLIP: CopyOp<{ readonly axes: number | readonly number[] }> = {
  family: COPY,
  name: 'flip',
  layout(where, [x], { axes }) {
    const flipped = checkAxes(where, 'axes', axes, x!.shape.length);
    const stretchOf = (size: number, axis: number) =>
      flipped.includes(axis) ? { at: 0, size, from: size - 1, step: -1 } : wholeAxis(size);
    return stretched(
      x!,
      x!.shape.map((size, axis) => [stretchOf(size, axis)]),
    );
  },
};

/** Options of `slice`. */
export interface SliceOptions {
  /** The axes that are cut. Default: the first ones, one for each start. */
  axes?: readonly number[];
  /** Distances between the elements that are taken, not 0; negative: backwards. Default 1. */
  steps?: readonly number[];
}

interface Ranges extends SliceOptions {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export const SLICE: CopyOp<Ranges> = {
  family: COPY,
  name: 'slice',
  layout(where, [x], { starts, ends, axes, steps }) {
    const { shape } = x!;
    checkIntegers(where, 'starts', starts);
    checkIntegers(where, 'ends', ends, starts.length);
    if (steps !== undefined) checkIntegers(where, 'steps', steps, starts.length);
    if (axes !== undefined) checkIntegers(where, 'axes', axes, starts.length);
    const cut = checkAxes(where, 'axes', axes ?? [...starts.keys()], shape.length);
    const stretches = shape.map(wholeAxis);
    cut.forEach((axis, i) => {
      const step = steps?.[i] ?? 1;
      if (step === 0) throw new RangeError(`${where}: steps[${i}]: expected not 0, got 0`);
      const [from, size] = rangeOf(starts[i]!, ends[i]!, step, shape[axis]!);
      stretches[axis] = { at: 0, size, from, step };
    });
    return stretched(
      x!,
      stretches.map((stretch) => [stretch]),
    );
  },
};

/** The first place that is taken, and how many are, as Python's slice.indices. */
function rangeOf(start: number, end: number, step: number, size: number): [number, number] {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (value: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, least), most);
  const [first, last] = [place(start), place(end)];
  const count = Math.max(0, Math.ceil((last - first) / step));
  return count === 0 ? [0, 0] : [first, count];
}

/**
 * The axes in another order, as torch.permute: axis i of the result is axis `axes[i]` of x.
 * `permute(x, [0, 3, 1, 2])` makes [N,C,H,W] of [N,H,W,C].
 * @param axes each axis once; negative: counted from the last
 * @returns a copy
 * @throws TypeError, RangeError
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  checkArity('permute', arguments.length, 2);
  return apply(PERMUTE, [x], { axes });
}

/**
 * Two axes exchanged, as torch.transpose.
 * @param axis0 negative: counted from the last
 * @param axis1 negative: counted from the last
 * @returns a copy
 * @throws TypeError, RangeError
 */
export function transpose(x: Tensor, axis0: number, axis1: number): Tensor {
  checkArity('transpose', arguments.length, 3);
  checkTensor('transpose', 'input', x, { dtype: 'any' });
  const [a, b] = [
    checkAxis('transpose', 'axis0', axis0, x.rank),
    checkAxis('transpose', 'axis1', axis1, x.rank),
  ];
  const axes = [...x.shape.keys()].map((axis) => (axis === a ? b : axis === b ? a : axis));
  return apply(PERMUTE, [x], { axes });
}

/**
 * The elements along some axes from the last to the first.
 * @param axes one or several; negative: counted from the last
 * @returns a copy
 * @throws TypeError, RangeError
 */
export function flip(x: Tensor, axes: number | readonly number[]): Tensor {
  checkArity('flip', arguments.length, 2);
  return apply(FLIP, [x], { axes });
}

/**
 * A part of a tensor, as ONNX's Slice and Python's `x[start:end:step]`: along each axis that is cut the elements `start`,
 * `start + step`, … before `end`.
 * @param starts negative: counted from the end of the axis; beyond it: its end
 * @param ends one for each start, of the same kind
 * @returns a copy
 * @throws TypeError, RangeError
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[],
  options: SliceOptions = {},
): Tensor {
  checkArity('slice', arguments.length, 4);
  checkOptions('slice', options, ['axes', 'steps']);
  return apply(SLICE, [x], { ...options, starts, ends });
}
