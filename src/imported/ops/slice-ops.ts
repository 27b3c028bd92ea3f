import { ShapeError } from '../../errors.js';
import { slice as sliceTensor } from '../../ops/copy/rearrange.js';
import { formatShape } from '../../shape.js';
import { sameOrder, Value } from '../value.js';
import { axisOf, isOnHost, stridesOf, taken } from './copies.js';
import { reshape, squeeze } from './shape-ops.js';

/** Elements of an axis: the first, how many, and the distance from one to the next. */
export interface Range {
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

/** What `slice` takes of some axes, as Python's `x[start:end:step]`. */
export interface SliceRanges {
  /** Negative: counted from the end of the axis; beyond it: its end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Default: the first ones. */
  readonly axes?: readonly number[] | undefined;
  /** Default 1. */
  readonly steps?: readonly number[] | undefined;
}

/** A part of x, as ONNX's Slice. @throws RangeError */
export function slice(x: Value, { starts, ends, axes, steps }: SliceRanges): Value {
  const ranges: Range[] = x.shape.map(wholeAxis);
  starts.forEach((start, i) => {
    const axis = axisOf('slice', axes?.[i] ?? i, x.rank);
    ranges[axis] = rangeOf(start, ends[i]!, steps?.[i] ?? 1, x.shape[axis]!);
  });
  return cut(x, ranges);
}

/** The first place that is taken, and how many are, as Python's slice.indices. */
function rangeOf(start: number, end: number, step: number, size: number): Range {
  if (step === 0) throw new RangeError('slice: steps: expected none that is 0');
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const place = (value: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, least), most);
  const first = place(start);
  const count = Math.max(0, Math.ceil((place(end) - first) / step));
  return { first: count === 0 ? 0 : first, count, step };
}

/** So many elements of every axis. */
export function cut(x: Value, ranges: readonly Range[]): Value {
  const isWhole = (axis: number) => ranges[axis]!.count === x.shape[axis] && ranges[axis]!.step > 0;
  if (sameOrder(x.rank).every(isWhole)) return x;
  const shape = ranges.map(({ count }) => count);
  if (isOnHost([x], shape)) {
    const strides = stridesOf(x.shape);
    return taken(
      x,
      ranges.map(({ first, count, step }, axis) =>
        Array.from({ length: count }, (_, i) => (first + i * step) * strides[axis]!),
      ),
    );
  }
  const axes = sameOrder(x.rank).filter((axis) => !isWhole(axis));
  const y = sliceTensor(
    x.tensor(x.order),
    axes.map((axis) => ranges[axis]!.first),
    axes.map((axis) => endOf(ranges[axis]!, x.shape[axis]!)),
    {
      axes: axes.map((axis) => x.order.indexOf(axis)),
      steps: axes.map((axis) => ranges[axis]!.step),
    },
  );
  return Value.of(y, x.order, x.dtype);
}

/** As `slice` counts it: what lies before the first element is counted from the last. */
function endOf({ first, count, step }: Range, size: number): number {
  const end = first + count * step;
  return end < 0 ? -size - 1 : end;
}

/** Options of `stridedSlice`: bit i of a mask is about the i-th of the starts. */
export interface StridedSliceMasks {
  /** The start, or the end, is that of the axis. */
  readonly begin?: number;
  readonly end?: number;
  /** All axes that are left. */
  readonly ellipsis?: number;
  /** A new axis of size 1. */
  readonly newAxis?: number;
  /** One element, without the axis. */
  readonly shrinkAxis?: number;
}

/** A part of x, as TensorFlow's StridedSlice. @throws RangeError; ShapeError for more starts than axes */
export function stridedSlice(
  x: Value,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
  masks: StridedSliceMasks = {},
): Value {
  const has = (mask: number | undefined, i: number) => ((mask ?? 0) & (1 << i)) !== 0;
  const isNew = (i: number) => has(masks.newAxis, i) && !has(masks.ellipsis, i);
  const named = starts.filter((_, i) => !isNew(i) && !has(masks.ellipsis, i)).length;
  if (named > x.rank) {
    throw new ShapeError(
      `stridedSlice: input: expected at least ${named} axes, got ${formatShape(x.shape)}`,
    );
  }
  const ranges: Range[] = [];
  const shape: number[] = [];
  const add = (range: Range, isShrunk = false) => {
    ranges.push(range);
    if (!isShrunk) shape.push(range.count);
  };
  const addWhole = (end: number) => {
    while (ranges.length < end) add(wholeAxis(x.shape[ranges.length]!));
  };
  starts.forEach((start, i) => {
    const size = x.shape[ranges.length]!;
    const step = steps[i] ?? 1;
    if (has(masks.ellipsis, i)) addWhole(ranges.length + x.rank - named);
    else if (isNew(i)) shape.push(1);
    else if (has(masks.shrinkAxis, i)) {
      const first = has(masks.begin, i) ? 0 : axisOf('stridedSlice', start, size);
      add({ first, count: 1, step: 1 }, true);
    } else {
      const first = has(masks.begin, i) ? (step > 0 ? 0 : size - 1) : start;
      const end = has(masks.end, i) ? (step > 0 ? size : -size - 1) : ends[i]!;
      add(rangeOf(first, end, step, size));
    }
  });
  addWhole(x.rank);
  return reshape(cut(x, ranges), shape);
}

const wholeAxis = (count: number): Range => ({ first: 0, count, step: 1 });

/** Parts of x along an axis, one after another. @param sizes of the parts @throws RangeError; ShapeError */
export function split(x: Value, sizes: readonly number[], axis: number): Value[] {
  const along = axisOf('split', axis, x.rank);
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sum !== x.shape[along] || !sizes.every((size) => Number.isInteger(size) && size >= 0)) {
    throw new ShapeError(
      `split: sizes: expected ones that add up to ${x.shape[along]}, got ${formatShape(sizes)}`,
    );
  }
  let start = 0;
  return sizes.map((size) => slice(x, { starts: [start], ends: [(start += size)], axes: [along] }));
}

/** The sizes of so many parts of an axis; the last ones may be smaller. @throws RangeError */
export function partSizes(size: number, parts: number): number[] {
  if (!Number.isInteger(parts) || parts < 1 || parts > Math.max(1, size)) {
    throw new RangeError(`split: parts: expected 1 to ${size}, got ${String(parts)}`);
  }
  const part = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

/** The values that lie along an axis, without it. @throws RangeError */
export function unstack(x: Value, axis: number): Value[] {
  const along = axisOf('unstack', axis, x.rank);
  const ones = new Array<number>(x.shape[along]!).fill(1);
  return split(x, ones, along).map((part) => squeeze(part, [along]));
}

/** The elements along some axes from the last to the first. @throws RangeError */
export function reverse(x: Value, axes: readonly number[]): Value {
  const turned = axes.map((axis) => axisOf('reverse', axis, x.rank));
  return cut(
    x,
    x.shape.map((count, axis) =>
      turned.includes(axis) ? { first: Math.max(0, count - 1), count, step: -1 } : wholeAxis(count),
    ),
  );
}
