import { wrongKind, wrongNumber } from '../check.js';
import { describe } from '../describe.js';

/** An axis counted from the first; negative: from the last. @throws TypeError, RangeError */
export function checkAxis(op: string, argument: string, axis: unknown, rank: number): number {
  if (!Number.isInteger(axis) || (axis as number) < -rank || (axis as number) >= rank) {
    throw wrongNumber(op, argument, `an integer in [${-rank}, ${rank})`, axis);
  }
  return (axis as number) < 0 ? (axis as number) + rank : (axis as number);
}

/** Axes counted from the first, each once; one number is one axis. @throws TypeError, RangeError */
export function checkAxes(op: string, argument: string, axes: unknown, rank: number): number[] {
  if (!Array.isArray(axes)) {
    if (typeof axes === 'number') return [checkAxis(op, argument, axes, rank)];
    throw wrongKind(op, argument, 'an integer or an array of integers', axes);
  }
  const known = axes.map((axis, i) => checkAxis(op, `${argument}[${i}]`, axis, rank));
  if (new Set(known).size < known.length) {
    throw new RangeError(`${op}: ${argument}: expected each axis once, got ${describe(axes)}`);
  }
  return known;
}

/** An array of so many integers. @throws TypeError, RangeError */
export function checkIntegers(
  op: string,
  argument: string,
  values: unknown,
  count?: number,
): asserts values is readonly number[] {
  const expected = count === undefined ? 'an array of integers' : `an array of ${count} integers`;
  if (!Array.isArray(values)) throw wrongKind(op, argument, expected, values);
  if (count !== undefined && values.length !== count) {
    throw new RangeError(`${op}: ${argument}: expected ${expected}, got ${describe(values)}`);
  }
  values.forEach((value, i) => {
    if (!Number.isInteger(value)) throw wrongNumber(op, `${argument}[${i}]`, 'an integer', value);
  });
}
