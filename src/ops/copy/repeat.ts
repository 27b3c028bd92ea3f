import { checkArity, checkInteger } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape, type Shape, sizeOf } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxes, checkAxis, checkIntegers } from '../axes.js';
import { apply } from '../op.js';
import { COPY, type CopyOp } from './family.js';
import { seen } from './rearrange.js';
import { stretched, wholeAxis } from './stretches.js';
import { stridesOf } from './strided.js';

export const EXPAND: CopyOp<{ readonly shape: Shape }> = {
  family: COPY,
  name: 'expand',
  layout(where, [x], { shape }) {
    const added = checkExpansion(where, x!.shape, shape);
    const known = stridesOf(x!.shape);
    const expanded = shape.map((size, axis) => (size === -1 ? x!.shape[axis - added]! : size));
    const strides = expanded.map((_, axis) =>
      axis < added || x!.shape[axis - added] === 1 ? 0 : known[axis - added]!,
    );
    return seen(x!, expanded, strides);
  },
};

/** The number of axes that are new. @throws TypeError, RangeError, ShapeError */
function checkExpansion(where: string, from: Shape, shape: Shape): number {
  checkIntegers(where, 'shape', shape);
  const added = shape.length - from.length;
  const fits = (size: number, axis: number) => {
    const own = from[axis - added];
    return size === -1
      ? own !== undefined
      : size >= 0 && (own === undefined || own === 1 || own === size);
  };
  if (added >= 0 && shape.every(fits)) return added;
  const sizes = from.map((size) => (size === 1 ? 'any' : size));
  throw new ShapeError(
    `${where}: shape: expected [...,${sizes.join(',')}], got ${formatShape(shape)}`,
  );
}

export const TILE: CopyOp<{ readonly repeats: readonly number[] }> = {
  family: COPY,
  name: 'tile',
  layout(where, [x], { repeats }) {
    checkIntegers(where, 'repeats', repeats);
    repeats.forEach((times, i) => checkInteger(where, `repeats[${i}]`, times, 0));
    const rank = Math.max(repeats.length, x!.shape.length);
    const filled = (values: readonly number[]) => [
      ...new Array<number>(rank - values.length).fill(1),
      ...values,
    ];
    const [times, shape] = [filled(repeats), filled(x!.shape)];
    const strides = stridesOf(shape);
    return seen(
      x!,
      shape.flatMap((size, axis) => [times[axis]!, size]),
      strides.flatMap((stride) => [0, stride]),
      shape.map((size, axis) => times[axis]! * size),
    );
  },
};

export const REPEAT_INTERLEAVE: CopyOp<{
  readonly repeats: number;
  readonly axis: number | undefined;
}> = {
  family: COPY,
  name: 'repeatInterleave',
  layout(where, [x], { repeats, axis }) {
    checkInteger(where, 'repeats', repeats, 0);
    const shape = axis === undefined ? [sizeOf(x!.shape)] : x!.shape;
    const repeated = checkAxis(where, 'axis', axis ?? 0, shape.length);
    const after = (values: readonly number[], added: number) => [
      ...values.slice(0, repeated + 1),
      added,
      ...values.slice(repeated + 1),
    ];
    return seen(
      x!,
      after(shape, repeats),
      after(stridesOf(shape), 0),
      shape.map((size, a) => (a === repeated ? size * repeats : size)),
    );
  },
};

export const ROLL: CopyOp<{
  readonly shifts: number | readonly number[];
  readonly axes: number | readonly number[] | undefined;
}> = {
  family: COPY,
  name: 'roll',
  layout(where, [x], { shifts, axes }) {
    const shape = axes === undefined ? [sizeOf(x!.shape)] : x!.shape;
    const rolled = checkAxes(where, 'axes', axes ?? 0, shape.length);
    const distances = typeof shifts === 'number' ? [shifts] : shifts;
    checkIntegers(where, 'shifts', distances, rolled.length);
    const stretches = shape.map((size) => [wholeAxis(size)]);
    rolled.forEach((axis, i) => {
      const size = shape[axis]!;
      const at = size === 0 ? 0 : ((distances[i]! % size) + size) % size;
      stretches[axis] = [
        { at, size: size - at, from: 0, step: 1 },
        { at: 0, size: at, from: size - at, step: 1 },
      ];
    });
    return { ...stretched({ ...x!, shape }, stretches), shape: x!.shape };
  },
};

/**
 * Repeats axes of size 1, and x as a whole along new first axes, as torch.expand.
 * @param shape of the result; −1 keeps an axis as it is
 * @returns a copy
 * @throws TypeError, RangeError, ShapeError
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  checkArity('expand', arguments.length, 2);
  return apply(EXPAND, [x], { shape });
}

/**
 * Copies of x side by side along its axes, as torch.tile and Tensor.repeat: `[1, 2]` three times is `[1, 2, 1, 2, 1, 2]`.
 * @param repeats how many along each axis, the last ones where they are fewer; more than x has axes are new first axes
 * @throws TypeError, RangeError
 */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  checkArity('tile', arguments.length, 2);
  return apply(TILE, [x], { repeats });
}

/**
 * Every element several times in a row, as torch.repeat_interleave and numpy.repeat: `[1, 2]` three times is
 * `[1, 1, 1, 2, 2, 2]`.
 * @param axis negative: counted from the last. Default: x as one axis.
 * @throws TypeError, RangeError
 */
export function repeatInterleave(x: Tensor, repeats: number, axis?: number): Tensor {
  checkArity('repeatInterleave', arguments.length, 3);
  return apply(REPEAT_INTERLEAVE, [x], { repeats, axis });
}

/**
 * Moves the elements along some axes; what leaves one end comes in at the other. As torch.roll.
 * @param shifts by how many places, one for each axis; negative: towards the first
 * @param axes negative: counted from the last. Default: x as one axis.
 * @throws TypeError, RangeError
 */
export function roll(
  x: Tensor,
  shifts: number | readonly number[],
  axes?: number | readonly number[],
): Tensor {
  checkArity('roll', arguments.length, 3);
  return apply(ROLL, [x], { shifts, axes });
}
