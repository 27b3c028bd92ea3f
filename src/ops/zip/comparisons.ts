import { checkArity } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import type { Family } from '../op.js';
import { applyZip, ZIP, type ZipOp, type ZipOptions, type ZipPlan } from './family.js';

const COMPARISONS: Family<ZipOp, ZipOptions, ZipPlan> = {
  operands: [
    { name: 'a', isOptional: true },
    { name: 'b', isOptional: true },
  ],
  plan: (op, inputs, options) => ZIP.plan(op, inputs, options),
  forward: (y, inputs, plan, saved) => ZIP.forward(y, inputs, plan, saved),
  gradients: [undefined],
};

export const EQUAL: ZipOp = { family: COMPARISONS, name: 'equal', fn: 10, gradients: [] };
export const NOT_EQUAL: ZipOp = { family: COMPARISONS, name: 'notEqual', fn: 11, gradients: [] };
export const LESS: ZipOp = { family: COMPARISONS, name: 'less', fn: 12, gradients: [] };
export const LESS_EQUAL: ZipOp = { family: COMPARISONS, name: 'lessEqual', fn: 13, gradients: [] };
export const GREATER: ZipOp = { family: COMPARISONS, name: 'greater', fn: 14, gradients: [] };
export const GREATER_EQUAL: ZipOp = {
  family: COMPARISONS,
  name: 'greaterEqual',
  fn: 15,
  gradients: [],
};

/**
 * `y = 1` where a = b, else 0, element by element, as float32; NaN equals nothing. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('equal', arguments.length, 2);
  return applyZip(EQUAL, a, b);
}

/**
 * `y = 1` where a > b, else 0, element by element, as float32; 0 at NaN. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('greater', arguments.length, 2);
  return applyZip(GREATER, a, b);
}

/**
 * `y = 1` where a ≥ b, else 0, element by element, as float32; 0 at NaN. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function greaterEqual(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('greaterEqual', arguments.length, 2);
  return applyZip(GREATER_EQUAL, a, b);
}

/**
 * `y = 1` where a < b, else 0, element by element, as float32; 0 at NaN. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function less(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('less', arguments.length, 2);
  return applyZip(LESS, a, b);
}

/**
 * `y = 1` where a ≤ b, else 0, element by element, as float32; 0 at NaN. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function lessEqual(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('lessEqual', arguments.length, 2);
  return applyZip(LESS_EQUAL, a, b);
}

/**
 * `y = 1` where a ≠ b, else 0, element by element, as float32; 1 at NaN. Operands as of `add`; there is no gradient.
 * @throws TypeError, ShapeError
 */
export function notEqual(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('notEqual', arguments.length, 2);
  return applyZip(NOT_EQUAL, a, b);
}
