import { describe, isBuffer, isDetached } from './describe.js';

const INT32_MAX = 2 ** 31 - 1;

/** The error for a value of the wrong kind. */
export function wrongKind(
  op: string,
  argument: string,
  expected: string,
  value: unknown,
): TypeError {
  return new TypeError(`${op}: ${argument}: expected ${expected}, got ${describe(value)}`);
}

/** The error for what should be a number of some range: of the wrong kind, or out of range. */
export function wrongNumber(op: string, argument: string, expected: string, value: unknown): Error {
  const { message } = wrongKind(op, argument, expected, value);
  return typeof value === 'number' ? new RangeError(message) : new TypeError(message);
}

/** An integer in [minimum, 2^31). @throws TypeError, RangeError */
export function checkInteger(
  op: string,
  argument: string,
  value: unknown,
  minimum: number,
): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= minimum && (value as number) <= INT32_MAX) {
    return;
  }
  const isLarge = typeof value === 'number' && value > INT32_MAX;
  const expected = isLarge ? 'below 2^31' : `of at least ${minimum}`;
  throw wrongNumber(op, argument, `an integer ${expected}`, value);
}

/** A finite number in [minimum, maximum]. @throws TypeError, RangeError */
export function checkNumber(
  op: string,
  argument: string,
  value: unknown,
  minimum = -Infinity,
  maximum = Infinity,
): asserts value is number {
  if (Number.isFinite(value) && (value as number) >= minimum && (value as number) <= maximum) {
    return;
  }
  const isBounded = minimum !== -Infinity || maximum !== Infinity;
  const expected = isBounded ? `a number in [${minimum}, ${maximum}]` : 'a finite number';
  throw wrongNumber(op, argument, expected, value);
}

/** @throws TypeError unless it is true or false */
export function checkBoolean(
  op: string,
  argument: string,
  value: unknown,
): asserts value is boolean {
  if (typeof value !== 'boolean') throw wrongKind(op, argument, 'true or false', value);
}

/** @throws TypeError unless it is a function */
export function checkFunction(op: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongKind(op, argument, 'a function', value);
}

/**
 * Checks that a value has these methods, whatever its class and copy.
 * @param expected what the message calls it
 * @throws TypeError
 */
export function checkMethods(
  op: string,
  argument: string,
  value: unknown,
  expected: string,
  methods: readonly string[],
): void {
  const object = value as Record<string, unknown> | null | undefined;
  if (object && methods.every((method) => typeof object[method] === 'function')) return;
  throw wrongKind(op, argument, expected, value);
}

/** @throws TypeError where a function was called with more than `most` arguments */
export function checkArity(op: string, given: number, most: number): void {
  if (given > most) {
    const expected = most === 1 ? '1 argument' : `${most} arguments`;
    throw new TypeError(`${op}: arguments: expected at most ${expected}, got ${given}`);
  }
}

/**
 * The bytes of a Uint8Array or another view, an ArrayBuffer or a SharedArrayBuffer, of any realm; the memory is shared.
 * @throws TypeError for anything else, and for memory that was moved to another thread
 */
export function bytesOf(op: string, argument: string, value: unknown): Uint8Array<ArrayBuffer> {
  const view = ArrayBuffer.isView(value) ? value : isBuffer(value) ? { buffer: value } : undefined;
  if (!view || isDetached(view.buffer)) throw wrongKind(op, argument, 'a Uint8Array', value);
  const { byteOffset = 0, byteLength = view.buffer.byteLength } = view as ArrayBufferView;
  return new Uint8Array(view.buffer as ArrayBuffer, byteOffset, byteLength);
}
