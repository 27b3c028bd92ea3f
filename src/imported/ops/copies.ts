import { ShapeError } from '../../errors.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import { Value } from '../value.js';

/** Numbers that a value may have which is made on the host of values there; larger ones become tensors. */
const MOST_MADE = 2 ** 16;

/** Whether these values are on the host, and so is what is made of them, of that shape. */
export function isOnHost(values: readonly Value[], shape: Shape): boolean {
  return values.every((value) => value.isHost) && sizeOf(shape) <= MOST_MADE;
}

/** Distances of neighbours along each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/**
 * Numbers of a value on the host, each at the place that is the sum of an offset along each axis.
 * @param offsets one list for each axis of the result; a place that is NaN is none
 * @param filling the number where there is no place
 */
export function taken(x: Value, offsets: readonly (readonly number[])[], filling = 0): Value {
  const numbers = x.numbers();
  let places = [0];
  for (const along of offsets) {
    places = places.flatMap((place) => along.map((offset) => place + offset));
  }
  return Value.host(
    places.map((place) => (Number.isNaN(place) ? filling : numbers[place]!)),
    offsets.map((along) => along.length),
    x.dtype,
  );
}

/** The axis counted from the first. @throws RangeError unless there is one */
export function axisOf(op: string, axis: number, rank: number): number {
  const found = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(found) && found >= 0 && found < rank) return found;
  throw new RangeError(
    `${op}: axis: expected an integer in [${-rank}, ${rank}), got ${String(axis)}`,
  );
}

/** What two shapes are together by NumPy's rules. @throws ShapeError */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    if (m === n || n === 1) return m;
    if (m === 1) return n;
    throw new ShapeError(
      `${op}: shapes: expected ones that fit together, got ${formatShape(a)} and ${formatShape(b)}`,
    );
  });
}
