import { checkArity, checkInteger, wrongKind } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkSameShape, formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxis, checkIntegers } from '../axes.js';
import { checkTensor } from '../check.js';
import { apply, type Spec } from '../op.js';
import { COPY, type CopyOp, type CopyPlan, JOIN } from './family.js';
import { stretched, wholeAxis } from './stretches.js';
import { stridesOf, wholeOf } from './strided.js';

export const CONCAT: CopyOp<{ readonly axis: number }> = {
  family: JOIN,
  name: 'concat',
  layout(where, inputs, { axis }) {
    const joined = checkAxis(where, 'axis', axis, inputs[0]!.shape.length);
    checkJoinable(where, inputs, joined);
    return joinedPlan(inputs, joined);
  },
};

export const STACK: CopyOp<{ readonly axis: number }> = {
  family: JOIN,
  name: 'stack',
  layout(where, inputs, { axis }) {
    const { shape } = inputs[0]!;
    const stacked = checkAxis(where, 'axis', axis, shape.length + 1);
    inputs.forEach((x, i) => {
      checkSameDType(where, inputs, i);
      checkSameShape(where, `tensors[${i}]`, shape, x.shape);
    });
    const rows = [...shape.slice(0, stacked), 1, ...shape.slice(stacked)];
    return joinedPlan(
      inputs.map(({ dtype }) => ({ shape: rows, dtype })),
      stacked,
    );
  },
};

/** A stretch of one axis, or one place of it, which leaves out the axis. */
interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
  readonly isDropped?: boolean;
}

export const SPLIT: CopyOp<Cut> = {
  family: COPY,
  name: 'split',
  layout(_where, [x], { axis, start, size, isDropped }) {
    const stretch = { at: 0, size, from: start, step: 1 };
    const plan = stretched(
      x!,
      x!.shape.map((whole, i) => [i === axis ? stretch : wholeAxis(whole)]),
    );
    return isDropped ? { ...plan, shape: plan.shape.filter((_, i) => i !== axis) } : plan;
  },
};

/**
 * Joins tensors along one axis, in their order.
 * @param tensors at least one, of the same shape but for that axis, of one dtype
 * @param axis negative: counted from the last; −1 joins the channels of pictures [N,H,W,C]
 * @returns a copy, also of a single tensor
 * @throws TypeError, ShapeError, RangeError
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  checkArity('concat', arguments.length, 2);
  checkSome('concat', tensors);
  return apply(CONCAT, tensors, { axis });
}

/**
 * Joins tensors of one shape along a new axis, in their order.
 * @param tensors at least one, of one dtype
 * @param axis where the new axis is in the result; negative: counted from the last
 * @throws TypeError, ShapeError, RangeError
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkArity('stack', arguments.length, 2);
  checkSome('stack', tensors);
  return apply(STACK, tensors, { axis });
}

/**
 * Cuts a tensor into parts along one axis, as torch.split.
 * @param size of each part, the last may be smaller; or the sizes of all parts, which add up to that of the axis
 * @param axis negative: counted from the last
 * @returns copies
 * @throws TypeError, ShapeError, RangeError
 */
export function split(x: Tensor, size: number | readonly number[], axis = 0): Tensor[] {
  checkArity('split', arguments.length, 3);
  const cut = axisOf('split', x, axis);
  return cutAll(x, cut, partSizes(size, x.shape[cut]!));
}

/**
 * Cuts a tensor into at most so many parts of one size along an axis, the last of which may be smaller, as torch.chunk.
 * @param axis negative: counted from the last
 * @returns copies
 * @throws TypeError, RangeError
 */
export function chunk(x: Tensor, chunks: number, axis = 0): Tensor[] {
  checkArity('chunk', arguments.length, 3);
  const cut = axisOf('chunk', x, axis);
  checkInteger('chunk', 'chunks', chunks, 1);
  const whole = x.shape[cut]!;
  return cutAll(x, cut, partSizes(Math.max(1, Math.ceil(whole / chunks)), whole));
}

/**
 * The tensors that lie along an axis, without it, as torch.unbind: what `stack` joins.
 * @param axis negative: counted from the last
 * @returns copies
 * @throws TypeError, RangeError
 */
export function unstack(x: Tensor, axis = 0): Tensor[] {
  checkArity('unstack', arguments.length, 2);
  const cut = axisOf('unstack', x, axis);
  return cutAll(x, cut, new Array<number>(x.shape[cut]!).fill(1), true);
}

function axisOf(op: string, x: Tensor, axis: number): number {
  checkTensor(op, 'input', x, { dtype: 'any' });
  return checkAxis(op, 'axis', axis, x.rank);
}

function cutAll(x: Tensor, axis: number, sizes: readonly number[], isDropped = false): Tensor[] {
  const parts: Tensor[] = [];
  try {
    let start = 0;
    for (const size of sizes) {
      parts.push(apply(SPLIT, [x], { axis, start, size, isDropped }));
      start += size;
    }
    return parts;
  } catch (error) {
    for (const part of parts) part.dispose();
    throw error;
  }
}

function partSizes(size: unknown, whole: number): readonly number[] {
  if (Array.isArray(size)) {
    checkIntegers('split', 'size', size);
    size.forEach((part, i) => checkInteger('split', `size[${i}]`, part, 0));
    const sum = size.reduce((total, part) => total + part, 0);
    if (sum === whole) return size;
    throw new ShapeError(
      `split: size: expected sizes that add up to ${whole}, got ${formatShape(size)}`,
    );
  }
  if (typeof size !== 'number') {
    throw wrongKind('split', 'size', 'an integer or an array of integers', size);
  }
  checkInteger('split', 'size', size, 1);
  const parts = Math.max(1, Math.ceil(whole / size));
  return Array.from({ length: parts }, (_, i) => Math.min(size, whole - i * size));
}

function checkSome(op: string, tensors: readonly Tensor[]): void {
  if (!Array.isArray(tensors)) throw wrongKind(op, 'tensors', 'an array of tensors', tensors);
  if (tensors.length === 0) {
    throw new RangeError(`${op}: tensors: expected at least one tensor, got none`);
  }
}

function checkSameDType(where: string, inputs: readonly Spec[], i: number): void {
  const [expected, got] = [inputs[0]!.dtype, inputs[i]!.dtype];
  if (expected === got) return;
  throw new TypeError(`${where}: tensors[${i}]: expected dtype ${expected}, got ${got}`);
}

function checkJoinable(where: string, inputs: readonly Spec[], axis: number): void {
  const first = inputs[0]!.shape;
  inputs.forEach(({ shape }, i) => {
    checkSameDType(where, inputs, i);
    if (shape.length === first.length && shape.every((n, a) => a === axis || n === first[a]))
      return;
    const expected = first.map((size, a) => (a === axis ? 'any' : size));
    throw new ShapeError(
      `${where}: tensors[${i}]: expected shape [${expected.join(',')}], got ${formatShape(shape)}`,
    );
  });
}

function joinedPlan(inputs: readonly Spec[], axis: number): CopyPlan {
  const { shape: first, dtype } = inputs[0]!;
  const length = inputs.reduce((sum, x) => sum + x.shape[axis]!, 0);
  const shape: Shape = first.map((size, a) => (a === axis ? length : size));
  const strides = stridesOf(shape);
  let start = 0;
  const parts = inputs.map(({ shape: sizes }, input) => {
    const to = { offset: start * strides[axis]!, strides };
    start += sizes[axis]!;
    return { input, sizes, to, from: wholeOf(sizes) };
  });
  return { shape, dtype, parts };
}
