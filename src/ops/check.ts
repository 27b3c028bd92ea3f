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
  void value.version;
}

/** @throws ShapeError unless it has `rank` axes */
export function checkRank(op: string, argument: string, shape: Shape, rank: number): void {
  if (shape.length === rank) return;
  throw new ShapeError(
    `${op}: ${argument}: expected ${rank} axes, got ${shape.length} (shape ${formatShape(shape)})`,
  );
}

const AXES = ['depth', 'height', 'width'] as const;

/** The names of the last `axes` axes of a volume, a picture or a signal. */
export function axisNames(axes: number): readonly string[] {
  return AXES.slice(AXES.length - axes);
}

/** A number for all axes, or one for each; of a single axis it is a number. */
export function checkSizes(
  op: string,
  argument: string,
  value: number | readonly number[],
  axes: number,
  minimum: number,
): readonly number[] {
  const isOne = typeof value === 'number' || axes === 1;
  const sizes = isOne ? new Array<number>(axes).fill(value as number) : value;
  if (!Array.isArray(sizes) || sizes.length !== axes) {
    throw wrongKind(op, argument, `an integer or [${axisNames(axes).join(', ')}]`, value);
  }
  for (const size of sizes as readonly number[]) checkInteger(op, argument, size, minimum);
  return sizes as readonly number[];
}
