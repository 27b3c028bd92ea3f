import { ShapeError } from '../../errors.js';
import { reshape as reshapeTensor } from '../../ops/reshape.js';
import { formatShape, sameShape, type Shape, sizeOf as elements } from '../../shape.js';
import { type Order, sameOrder, Value } from '../value.js';
import { axisOf } from './copies.js';

/** The sizes of the axes, or of those in [start, end), negative from the last, as a value on the host. */
export function shapeOf(x: Value, start = 0, end = x.rank): Value {
  const sizes = x.shape.slice(start, end);
  return Value.host(sizes, [sizes.length], 'int64');
}

/** The number of elements, as a value on the host. */
export function sizeOf(x: Value): Value {
  return Value.host([x.size], [], 'int64');
}

/** Options of `reshape`. */
export interface ReshapeOptions {
  /** Whether 0 is a size; otherwise it keeps the size of the axis there (ONNX's default). Default true. */
  readonly allowZero?: boolean;
}

/**
 * The same elements in another shape. Nothing is copied where axes that stand in another order are only split, or
 * joined with neighbours.
 * @param shape one size may be -1: it takes what is left
 * @throws ShapeError
 */
export function reshape(x: Value, shape: Shape, options: ReshapeOptions = {}): Value {
  const sizes = resolved(x.shape, shape, options.allowZero ?? true);
  if (sameShape(sizes, x.shape)) return x;
  if (x.isHost) return Value.host(x.numbers(), sizes, x.dtype);
  const order = orderAfter(x, sizes);
  const stored = order ? x.tensor(x.order) : x.tensor();
  const places = order ?? sameOrder(sizes.length);
  const y = reshapeTensor(
    stored,
    places.map((axis) => sizes[axis]!),
  );
  return Value.of(y, places, x.dtype);
}

function resolved(from: Shape, shape: Shape, allowZero: boolean): Shape {
  const kept = shape.map((size, axis) => (size === 0 && !allowZero ? (from[axis] ?? -2) : size));
  const unknown = kept.indexOf(-1);
  const known = elements(kept.filter((_, axis) => axis !== unknown));
  const sizes = kept.map((size, axis) => (axis === unknown ? elements(from) / known : size));
  const isShape = sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isShape && elements(sizes) === elements(from)) return sizes;
  throw new ShapeError(
    `reshape: shape: expected ${elements(from)} elements (input ${formatShape(from)}), got ${formatShape(shape)}`,
  );
}

/** Axes of two shapes, one after another, that hold the same elements. */
interface Run {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The order of the axes of x in another shape, over the same memory; undefined where there is none. */
function orderAfter(x: Value, shape: Shape): Order | undefined {
  if (x.size === 0) return undefined;
  const long = x.order.filter((axis) => x.shape[axis] !== 1);
  const placed = runsOf(x.shape, shape).map(({ from, to }) => {
    const places = from.filter((axis) => x.shape[axis] !== 1).map((axis) => long.indexOf(axis));
    const first = places[0] ?? Infinity;
    return { to, first, isTogether: places.every((place, i) => place === first + i) };
  });
  if (!placed.every(({ isTogether }) => isTogether)) return undefined;
  // Those of one element, whose place is the same anywhere, are last.
  placed.sort((a, b) => (a.first === b.first ? 0 : a.first - b.first));
  return placed.flatMap(({ to }) => to);
}

function runsOf(from: Shape, to: Shape): Run[] {
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [a, b] = [i, j];
    let m = from[i++] ?? 1;
    let n = to[j++] ?? 1;
    while (m !== n) {
      if (m < n) m *= from[i++]!;
      else n *= to[j++]!;
    }
    while (from[i] === 1) i++;
    while (to[j] === 1) j++;
    runs.push({ from: between(a, i, from.length), to: between(b, j, to.length) });
  }
  return runs;
}

/** The integers from `begin` to below `end` and `most`. */
function between(begin: number, end: number, most: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(end, most) - begin) }, (_, i) => begin + i);
}

/**
 * Without axes of size 1.
 * @param axes negative: counted from the last; left out, or none: all of size 1
 * @throws RangeError; ShapeError for an axis of another size
 */
export function squeeze(x: Value, axes: readonly number[] = []): Value {
  const named = axes.map((axis) => axisOf('squeeze', axis, x.rank));
  const long = named.find((axis) => x.shape[axis] !== 1);
  if (long !== undefined) {
    throw new ShapeError(
      `squeeze: axes: expected axes of size 1, got ${long} of ${formatShape(x.shape)}`,
    );
  }
  const isGone = (axis: number) => (named.length ? named.includes(axis) : x.shape[axis] === 1);
  return reshape(
    x,
    x.shape.filter((_, axis) => !isGone(axis)),
  );
}

/** With new axes of size 1. @param axes their places in the result; negative: counted from its last @throws RangeError */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const rank = x.rank + axes.length;
  const added = new Set(axes.map((axis) => axisOf('unsqueeze', axis, rank)));
  if (added.size !== axes.length) {
    throw new RangeError(`unsqueeze: axes: expected each once, got [${axes.join()}]`);
  }
  const known = x.shape.values();
  return reshape(
    x,
    Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : known.next().value!)),
  );
}

/** As two axes: those before `axis`, and the rest (ONNX's Flatten). @throws RangeError */
export function flatten(x: Value, axis = 1): Value {
  const first = axis === x.rank ? axis : axisOf('flatten', axis, x.rank);
  return reshape(x, [elements(x.shape.slice(0, first)), elements(x.shape.slice(first))]);
}

/** Its axes in another order: axis i is what was axis `axes[i]`; left out, in the reverse one. @throws RangeError */
export function transpose(x: Value, axes?: readonly number[]): Value {
  const order = axes?.map((axis) => axisOf('transpose', axis, x.rank));
  if (order && (order.length !== x.rank || new Set(order).size !== x.rank)) {
    throw new RangeError(
      `transpose: axes: expected each of ${x.rank} axes once, got [${axes!.join()}]`,
    );
  }
  return x.transposed(order ?? [...sameOrder(x.rank)].reverse());
}
