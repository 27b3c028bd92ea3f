import { checkArity, wrongNumber } from '../check.js';
import { record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { passGradient } from './identity.js';

/**
 * The same values in another shape, over the same memory. One axis may be −1: it takes what is left.
 * @throws TypeError, ShapeError
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkArity('reshape', arguments.length, 2);
  checkAnyTensor('reshape', x);
  const resolved = resolve(x, shape);
  const y = x.shareStorage(resolved);
  return record('reshape', y, [x], (gradOutput, addGradient) =>
    addGradient(x, (gradInput, accumulate) => passGradient(gradInput, gradOutput, accumulate)),
  );
}

/**
 * Joins the axes from `startAxis` on into one.
 * @returns [...leading axes, product of the rest]
 */
export function flatten(x: Tensor, startAxis = 1): Tensor {
  checkArity('flatten', arguments.length, 2);
  checkAnyTensor('flatten', x);
  if (!Number.isInteger(startAxis) || startAxis < 0 || startAxis > x.rank) {
    throw wrongNumber('flatten', 'startAxis', `an integer from 0 to ${x.rank}`, startAxis);
  }
  return reshape(x, [...x.shape.slice(0, startAxis), sizeOf(x.shape.slice(startAxis))]);
}

function checkAnyTensor(op: string, x: unknown): asserts x is Tensor {
  checkTensor(op, 'input', x, x instanceof Tensor ? { dtype: x.dtype } : {});
}

function resolve(x: Tensor, shape: Shape): Shape {
  if (!Array.isArray(shape)) checkShape('reshape', 'shape', shape);
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const resolved =
    unknown < 0 ? shape : shape.map((axis, i) => (i === unknown ? x.size / known : axis));
  const isShape = resolved.every((axis) => Number.isInteger(axis) && axis >= 0);
  if (!isShape || sizeOf(resolved) !== x.size) {
    throw new ShapeError(
      `reshape: shape: expected ${x.size} elements (input ${formatShape(x.shape)}), got ${formatShape(shape)}`,
    );
  }
  return resolved;
}
