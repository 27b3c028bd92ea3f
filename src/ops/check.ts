import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import { type DType, Tensor } from '../tensor.js';

const INT32_MAX = 2 ** 31 - 1;

/** Checks that an argument is a live tensor of this dtype (float32 unless given) and, where given, rank. */
export function checkTensor(
  op: string,
  argument: string,
  value: unknown,
  { rank, dtype = 'float32' }: { rank?: number; dtype?: DType } = {},
): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new TypeError(`${op}: ${argument}: expected a Tensor, got ${describe(value)}`);
  }
  if (value.dtype !== dtype) {
    throw new TypeError(`${op}: ${argument}: expected dtype ${dtype}, got ${value.dtype}`);
  }
  if (rank !== undefined && value.rank !== rank) {
    throw new ShapeError(
      `${op}: ${argument}: expected ${rank} axes, got ${value.rank} (shape ${formatShape(value.shape)})`,
    );
  }
  void value.pointer;
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
  const expected = (value as number) > INT32_MAX ? 'below 2^31' : `of at least ${minimum}`;
  const Kind = typeof value === 'number' ? RangeError : TypeError;
  throw new Kind(`${op}: ${argument}: expected an integer ${expected}, got ${describe(value)}`);
}

/** A finite number in [minimum, maximum]. @throws TypeError, RangeError */
export function checkNumber(
  op: string,
  argument: string,
  value: unknown,
  minimum = -Infinity,
  maximum = Infinity,
): asserts value is number {
  if (!Number.isFinite(value) || (value as number) < minimum || (value as number) > maximum) {
    const Kind = typeof value === 'number' ? RangeError : TypeError;
    throw new Kind(
      `${op}: ${argument}: expected a number in [${minimum}, ${maximum}], got ${describe(value)}`,
    );
  }
}

/** A number for both axes, or [height, width]. */
export function checkPair(
  op: string,
  argument: string,
  value: number | readonly number[],
  minimum: number,
): [number, number] {
  const pair = typeof value === 'number' ? [value, value] : value;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new TypeError(
      `${op}: ${argument}: expected an integer or [height, width], got ${describe(value)}`,
    );
  }
  const [height, width] = pair as [number, number];
  checkInteger(op, argument, height, minimum);
  checkInteger(op, argument, width, minimum);
  return [height, width];
}

/** A value as an error message shows it. */
export function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(describe).join(', ')}]`;
  if (value instanceof Tensor) return 'Tensor';
  return typeof value === 'object' ? value.constructor.name : typeof value;
}
