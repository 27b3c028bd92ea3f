import { record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { checkShape, formatShape, type Shape, sizeOf } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { passGradient } from './add.js';
import { checkTensor } from './check.js';

/**
 * The same values in another shape, over the same memory. One axis may be −1: it takes what is left.
 * @throws TypeError, ShapeError
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensor('reshape', 'input', x, { dtype: x.dtype });
  const resolved = resolve(x, shape);
  const y = x.shareStorage(resolved);
  return record('reshape', y, [x], (gradOutput, addGradient) =>
    passGradient(addGradient, x, gradOutput),
  );
}

/**
 * Joins the axes from `startAxis` on into one.
 * @returns [...leading axes, product of the rest]
 */
export function flatten(x: Tensor, startAxis = 1): Tensor {
  checkTensor('flatten', 'input', x, { dtype: x.dtype });
  if (!Number.isInteger(startAxis) || startAxis < 0 || startAxis > x.rank) {
    throw new RangeError(
      `flatten: startAxis: expected an integer from 0 to ${x.rank}, got ${startAxis}`,
    );
  }
  return reshape(x, [...x.shape.slice(0, startAxis), sizeOf(x.shape.slice(startAxis))]);
}

function resolve(x: Tensor, shape: Shape): Shape {
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const resolved =
    unknown < 0 ? shape : shape.map((axis, i) => (i === unknown ? x.size / known : axis));
  if (sizeOf(resolved) !== x.size || !resolved.every(Number.isInteger)) {
    throw new ShapeError(
      `reshape: shape: expected ${x.size} elements (input ${formatShape(x.shape)}), got ${formatShape(shape)}`,
    );
  }
  checkShape('reshape', 'shape', resolved);
  return resolved;
}
