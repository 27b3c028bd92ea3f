import { wrongKind } from './check.js';
import { describe } from './describe.js';
import { ShapeError } from './errors.js';

/** The size of each axis, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Elements that a tensor may have: its bytes must be addressable with a signed 32-bit offset. */
export const MAX_ELEMENTS = (2 ** 31 - 1) >> 2;

/** Axes that a message shows. */
const SHOWN_AXES = 12;

/** `[2,3]` */
export function formatShape(shape: Shape): string {
  const rest = shape.length > SHOWN_AXES ? [`… ${shape.length} axes`] : [];
  return `[${[...shape.slice(0, SHOWN_AXES).map(describe), ...rest].join(',')}]`;
}

/** Product of the axes, exact while below 2^53. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const axis of shape) size *= axis;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Checks that every axis is a non-negative integer and that the product is addressable.
 * @throws ShapeError naming `op` and `argument`.
 */
export function checkShape(op: string, argument: string, shape: Shape): void {
  if (!Array.isArray(shape)) throw wrongKind(op, argument, 'an array of axis sizes', shape);
  for (let axis = 0; axis < shape.length; axis++) {
    if (Number.isSafeInteger(shape[axis]) && shape[axis]! >= 0) continue;
    throw new ShapeError(
      `${op}: ${argument}: expected non-negative integers, got ${formatShape(shape)} (axis ${axis})`,
    );
  }
  const size = sizeOf(shape);
  if (size > MAX_ELEMENTS) {
    throw new ShapeError(
      `${op}: ${argument}: ${formatShape(shape)} has ${size} elements, the limit is ${MAX_ELEMENTS} (2 GiB)`,
    );
  }
}

/** @throws ShapeError unless both shapes are the same. */
export function checkSameShape(op: string, argument: string, expected: Shape, got: Shape): void {
  if (!sameShape(expected, got)) {
    throw new ShapeError(
      `${op}: ${argument}: expected shape ${formatShape(expected)}, got ${formatShape(got)}`,
    );
  }
}
