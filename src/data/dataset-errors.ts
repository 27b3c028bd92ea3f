import { wrongKind } from '../check.js';
import { isNumberArray } from '../describe.js';

/** A typed array of numbers, of any kind and realm. */
export type NumberArray = ArrayLike<number> & ArrayBufferView;

/** An array or a typed array of numbers. @throws TypeError */
export function checkNumbers(
  op: string,
  argument: string,
  value: unknown,
): asserts value is ArrayLike<number> {
  if (!Array.isArray(value) && !isNumberArray(value)) {
    throw wrongKind(op, argument, 'an array or a typed array of integers', value);
  }
}

/** The text of an error of `Dataset`. */
export function message(argument: string, expected: string, got: unknown): string {
  return `Dataset: ${argument}: expected ${expected}, got ${String(got)}`;
}

/** Throws the RangeError for a bad value. */
export function fail(argument: string, expected: string, got: unknown): never {
  throw new RangeError(message(argument, expected, got));
}
