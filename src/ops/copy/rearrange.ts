import { checkArity, checkNumber, wrongKind } from '../../check.js';
import { describe } from '../../describe.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxes, checkAxis, checkIntegers } from '../axes.js';
import { checkTensor } from '../check.js';
import { apply, type Spec } from '../op.js';
import { COPY, type CopyOp, type CopyPlan } from './family.js';
import { stridesOf, wholeOf } from './strided.js';

/** All of y from x, seen with these strides. */
function seen(x: Spec, shape: Shape, strides: readonly number[], offset = 0): CopyPlan {
  const part = { input: 0, sizes: shape, to: wholeOf(shape), from: { offset, strides } };
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
    const { shape } = x!;
    const flipped = checkAxes(where, 'axes', axes, shape.length);
    const strides = stridesOf(shape);
    let offset = 0;
    for (const axis of flipped) {
      offset += Math.max(0, shape[axis]! - 1) * strides[axis]!;
      strides[axis] = -strides[axis]!;
    }
    return seen(x!, shape, strides, offset);
  },
};

export const EXPAND: CopyOp<{ readonly shape: Shape }> = {
  family: COPY,
  name: 'expand',
  layout(where, [x], { shape }) {
    const added = checkExpansion(where, x!.shape, shape);
    const known = stridesOf(x!.shape);
    const expanded = shape.map((size, axis) => (size === -1 ? x!.shape[axis - added]! : size));
    const strides = expanded.map((_, axis) =>
      axis < added || x!.shape[axis - added] === 1 ? 0 : known[axis - added]!,
    );
    return { ...seen(x!, expanded, strides), isExpanded: true };
  },
};

/** The number of axes that are new. @throws TypeError, RangeError, ShapeError */
function checkExpansion(where: string, from: Shape, shape: Shape): number {
  checkIntegers(where, 'shape', shape);
  const added = shape.length - from.length;
  const fits = (size: number, axis: number) => {
    const own = from[axis - added];
    return size === -1
      ? own !== undefined
      : size >= 0 && (own === undefined || own === 1 || own === size);
  };
  if (added >= 0 && shape.every(fits)) return added;
  const sizes = from.map((size) => (size === 1 ? 'any' : size));
  throw new ShapeError(
    `${where}: shape: expected [...,${sizes.join(',')}], got ${formatShape(shape)}`,
  );
}

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
    const shape = [...x!.shape];
    checkIntegers(where, 'starts', starts);
    checkIntegers(where, 'ends', ends, starts.length);
    if (steps !== undefined) checkIntegers(where, 'steps', steps, starts.length);
    if (axes !== undefined) checkIntegers(where, 'axes', axes, starts.length);
    const cut = checkAxes(where, 'axes', axes ?? [...starts.keys()], shape.length);
    const strides = stridesOf(shape);
    let offset = 0;
    cut.forEach((axis, i) => {
      const step = steps?.[i] ?? 1;
      if (step === 0) throw new RangeError(`${where}: steps[${i}]: expected not 0, got 0`);
      const [first, count] = rangeOf(starts[i]!, ends[i]!, step, shape[axis]!);
      offset += first * strides[axis]!;
      shape[axis] = count;
      strides[axis]! *= step;
    });
    return seen(x!, shape, strides, offset);
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

/** Options of `pad`. */
export interface PadOptions {
  /** What is put around the input. Default 0. */
  value?: number;
}

interface Padding {
  readonly padding: readonly (readonly [before: number, after: number])[];
  readonly value: number;
}

export const PAD: CopyOp<Padding> = {
  family: COPY,
  name: 'pad',
  layout(where, [x], { padding, value }) {
    checkPadding(where, padding, x!.shape.length);
    checkNumber(where, 'value', value);
    const shape = x!.shape.map((size, axis) => size + padding[axis]![0] + padding[axis]![1]);
    const strides = stridesOf(shape);
    const at = (starts: readonly number[]) => ({
      offset: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0),
      strides,
    });
    const before = padding.map(([size]) => size);
    const input = { input: 0, sizes: x!.shape, to: at(before), from: wholeOf(x!.shape) };
    const bits = bitsOf(value, x!.dtype);
    // Bands of an axis are as wide as the result along the axes before it, as the input along those after it.
    const bands = padding.flatMap(([first, last], axis) =>
      [
        [0, first],
        [first + x!.shape[axis]!, last],
      ].map(([start, size]) => {
        const starts = before.map((own, a) => (a < axis ? 0 : a === axis ? start! : own));
        const sizes = x!.shape.map((own, a) => (a < axis ? shape[a]! : a === axis ? size! : own));
        return { sizes, to: at(starts), from: { offset: 0, strides: sizes.map(() => 0) }, bits };
      }),
    );
    return { shape, dtype: x!.dtype, parts: [input, ...bands] };
  },
};

function checkPadding(where: string, padding: unknown, rank: number): void {
  const expected = `an array of ${rank} pairs of integers of at least 0`;
  if (!Array.isArray(padding)) throw wrongKind(where, 'padding', expected, padding);
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0);
  if (padding.length !== rank || !padding.every(isPair)) {
    throw new RangeError(`${where}: padding: expected ${expected}, got ${describe(padding)}`);
  }
}

function bitsOf(value: number, dtype: Spec['dtype']): number {
  return dtype === 'int32' ? value | 0 : new Int32Array(Float32Array.of(value).buffer)[0]!;
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
 * Repeats axes of size 1, and x as a whole along new first axes, as torch.expand.
 * @param shape of the result; −1 keeps an axis as it is
 * @returns a copy
 * @throws TypeError, RangeError, ShapeError
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkArity('expand', arguments.length, 2);
  return apply(EXPAND, [x], { shape });
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

/**
 * Puts a constant around a tensor.
 * @param padding for each axis how many elements before and after it: `[[0, 0], [1, 1], [1, 1], [0, 0]]` frames pictures
 *   [N,H,W,C]
 * @throws TypeError, RangeError
 */
export function pad(
  x: Tensor,
  padding: readonly (readonly [before: number, after: number])[],
  options: PadOptions = {},
): Tensor {
  checkArity('pad', arguments.length, 3);
  checkOptions('pad', options, ['value']);
  return apply(PAD, [x], { padding, value: options.value ?? 0 });
}
