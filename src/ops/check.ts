import { checkInteger, wrongKind } from '../check.js';
import { ShapeError } from '../errors.js';
import { formatShape, type Shape } from '../shape.js';
import { type DType, Tensor } from '../tensor.js';

/** Checks that an argument is a live tensor of this dtype (float32 unless given; any) and, where given, rank. */
export function checkTensor(
  op: string,
  argument: string,
  value: unknown,
  { rank, dtype = 'float32' }: { rank?: number; dtype?: DType | 'any' } = {},
): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw wrongKind(op, argument, 'a Tensor', value);
  }
  if (value.dtype !== dtype && dtype !== 'any') {
    throw new TypeError(`${op}: ${argument}: expected dtype ${dtype}, got ${value.dtype}`);
  }
  if (rank !== undefined) checkRank(op, argument, value.shape, rank);
  void value.pointer;
}

/** @throws ShapeError unless it has `rank` axes */
export function checkRank(op: string, argument: string, shape: Shape, rank: number): void {
  if (shape.length === rank) return;
  throw new ShapeError(
    `${op}: ${argument}: expected ${rank} axes, got ${shape.length} (shape ${formatShape(shape)})`,
  );
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
    throw wrongKind(op, argument, 'an integer or [height, width]', value);
  }
  const [height, width] = pair as [number, number];
  checkInteger(op, argument, height, minimum);
  checkInteger(op, argument, width, minimum);
  return [height, width];
}
