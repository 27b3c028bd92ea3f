import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkIntegers } from '../axes.js';
import { apply } from '../op.js';
import { COPY, type CopyOp } from './family.js';
import { seen } from './rearrange.js';
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
