import { checkArity, wrongNumber } from '../check.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { checkAxes } from './axes.js';
import { identityGradient } from './identity.js';
import { apply, type Family, type Op, type Plan } from './op.js';

/** An op whose output is its input in another shape. */
interface ViewOp<Options> extends Op<Options, Plan> {
  /** The shape of the output. @throws TypeError, RangeError, ShapeError */
  resolve(where: string, shape: Shape, options: Options): Shape;
}

const VIEW: Family<ViewOp<unknown>, unknown, Plan> = {
  operands: [{ name: 'input', dtype: 'any' }],
  plan: (op, [x], options) => ({ shape: op.resolve(op.name, x!.shape, options), isView: true }),
  forward() {
    // A view has nothing to compute.
  },
  gradients: [identityGradient],
};

export const RESHAPE: ViewOp<{ readonly shape: Shape }> = {
  family: VIEW,
  name: 'reshape',
  resolve(where, from, { shape }) {
    if (!Array.isArray(shape)) checkShape(where, 'shape', shape);
    const size = sizeOf(from);
    const unknown = shape.indexOf(-1);
    const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
    const resolved = shape.map((axis, i) => (i === unknown ? size / known : axis));
    const isShape = resolved.every((axis) => Number.isInteger(axis) && axis >= 0);
    if (isShape && sizeOf(resolved) === size) return resolved;
    throw new ShapeError(
      `${where}: shape: expected ${size} elements (input ${formatShape(from)}), got ${formatShape(shape)}`,
    );
  },
};

export const FLATTEN: ViewOp<{ readonly startAxis: number }> = {
  family: VIEW,
  name: 'flatten',
  resolve(where, shape, { startAxis }) {
    if (!Number.isInteger(startAxis) || startAxis < 0 || startAxis > shape.length) {
      throw wrongNumber(where, 'startAxis', `an integer from 0 to ${shape.length}`, startAxis);
    }
    return [...shape.slice(0, startAxis), sizeOf(shape.slice(startAxis))];
  },
};

export const SQUEEZE: ViewOp<{ readonly axes: number | readonly number[] | undefined }> = {
  family: VIEW,
  name: 'squeeze',
  resolve(where, shape, { axes }) {
    const named = axes === undefined ? undefined : checkAxes(where, 'axes', axes, shape.length);
    return shape.filter((size, axis) => size !== 1 || named?.includes(axis) === false);
  },
};

export const UNSQUEEZE: ViewOp<{ readonly axes: number | readonly number[] }> = {
  family: VIEW,
  name: 'unsqueeze',
  resolve(where, shape, { axes }) {
    const added = Array.isArray(axes) ? axes.length : 1;
    const rank = shape.length + added;
    const inserted = checkAxes(where, 'axes', axes, rank);
    const known = shape.values();
    return Array.from({ length: rank }, (_, axis) =>
      inserted.includes(axis) ? 1 : known.next().value!,
    );
  },
};

/**
 * The same values in another shape, over the same memory. One axis may be −1: it takes what is left.
 * @throws TypeError, ShapeError
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkArity('reshape', arguments.length, 2);
  return apply(RESHAPE, [x], { shape });
}

/**
 * Joins the axes from `startAxis` on into one.
 * @returns [...leading axes, product of the rest], over the same memory
 * @throws TypeError, RangeError
 */
export function flatten(x: Tensor, startAxis = 1): Tensor {
  checkArity('flatten', arguments.length, 2);
  return apply(FLATTEN, [x], { startAxis });
}

/**
 * Leaves out axes of size 1, as torch.squeeze.
 * @param axes one or several, of which those of another size stay; negative: counted from the last. Default: all.
 * @returns a tensor over the same memory
 * @throws TypeError, RangeError
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  checkArity('squeeze', arguments.length, 2);
  return apply(SQUEEZE, [x], { axes });
}

/**
 * Inserts axes of size 1, as torch.unsqueeze.
 * @param axes one or several: their places in the result; negative: counted from its last
 * @returns a tensor over the same memory
 * @throws TypeError, RangeError
 */
export function unsqueeze(x: Tensor, axes: number | readonly number[]): Tensor {
  checkArity('unsqueeze', arguments.length, 2);
  return apply(UNSQUEEZE, [x], { axes });
}
