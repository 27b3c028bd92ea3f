import { checkArity } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkSameShape, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { apply } from '../op.js';
import { applyZip, ZIP, zipGradient, type ZipOp } from './family.js';

export const ADD: ZipOp = {
  family: ZIP,
  name: 'add',
  fn: 0,
  gradients: [
    { fn: 0, isLinear: true },
    { fn: 0, isLinear: true },
  ],
};
/** `ADD` of a bias, which is one value for each channel. */
export const ADD_BIAS: ZipOp = {
  name: 'addBias',
  fn: 0,
  gradients: [
    { fn: 0, isLinear: true },
    { fn: 0, isLinear: true },
  ],
  family: {
    operands: [{ name: 'input' }, { name: 'bias', rank: 1 }],
    plan(op, inputs, options) {
      const [x, bias] = inputs;
      const channels = x!.shape.at(-1);
      if (channels === undefined) {
        const got = formatShape(x!.shape);
        throw new ShapeError(`${op.name}: input: expected at least one axis, got ${got}`);
      }
      checkSameShape(op.name, 'bias', [channels], bias!.shape);
      return ZIP.plan(op, inputs, options);
    },
    forward: (y, inputs, plan, saved) => ZIP.forward(y, inputs, plan, saved),
    gradients: [zipGradient],
  },
};
export const SUB: ZipOp = {
  family: ZIP,
  name: 'sub',
  fn: 1,
  gradients: [
    { fn: 0, isLinear: true },
    { fn: 7, isLinear: true },
  ],
};
export const MUL: ZipOp = {
  family: ZIP,
  name: 'mul',
  fn: 2,
  gradients: [{ fn: 2 }, { fn: 2, isExchanged: true }],
};
export const DIV: ZipOp = {
  family: ZIP,
  name: 'div',
  fn: 3,
  gradients: [{ fn: 3 }, { fn: 8 }],
};
export const MAXIMUM: ZipOp = {
  family: ZIP,
  name: 'maximum',
  fn: 4,
  gradients: [{ fn: 4 }, { fn: 4, isExchanged: true }],
};
export const MINIMUM: ZipOp = {
  family: ZIP,
  name: 'minimum',
  fn: 5,
  gradients: [{ fn: 5 }, { fn: 5, isExchanged: true }],
};
export const POW: ZipOp = {
  family: ZIP,
  name: 'pow',
  fn: 6,
  gradients: [{ fn: 6 }, { fn: 9 }],
};

/**
 * Sum, element by element: `y = a + b`. Shapes broadcast as in NumPy: they are aligned at the last axis, and axes of
 * size 1, or missing, are repeated; up to 8 axes where shapes differ. One operand may be a number.
 * @throws TypeError, ShapeError
 */
export function add(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('add', arguments.length, 2);
  return applyZip(ADD, a, b);
}

/**
 * Adds a bias to the last axis: `y[…,c] = x[…,c] + bias[c]`.
 * @param x [..., channels]
 * @param bias [channels]
 * @throws TypeError, ShapeError
 */
export function addBias(x: Tensor, bias: Tensor): Tensor {
  checkArity('addBias', arguments.length, 2);
  return apply(ADD_BIAS, [x, bias], {});
}

/**
 * Quotient, element by element: `y = a / b`, with operands as of `add`.
 * @throws TypeError, ShapeError
 */
export function div(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('div', arguments.length, 2);
  return applyZip(DIV, a, b);
}

/**
 * The larger of two elements, with operands as of `add`; NaN where one is. Equals get half of the gradient each.
 * @throws TypeError, ShapeError
 */
export function maximum(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('maximum', arguments.length, 2);
  return applyZip(MAXIMUM, a, b);
}

/**
 * The smaller of two elements, with operands as of `add`; NaN where one is. Equals get half of the gradient each.
 * @throws TypeError, ShapeError
 */
export function minimum(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('minimum', arguments.length, 2);
  return applyZip(MINIMUM, a, b);
}

/**
 * Product, element by element: `y = a b`, with operands as of `add`.
 * @throws TypeError, ShapeError
 */
export function mul(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('mul', arguments.length, 2);
  return applyZip(MUL, a, b);
}

/**
 * Power, element by element: `y = aᵇ`, within 0.51 ulp, with operands as of `add`. A negative number has powers of
 * integers only, else y is NaN; y is 1 where b is 0 or a is 1. The gradient of b is 0 where a = 0 and b ≥ 0.
 * @throws TypeError, ShapeError
 */
export function pow(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('pow', arguments.length, 2);
  return applyZip(POW, a, b);
}

/**
 * Difference, element by element: `y = a − b`, with operands as of `add`.
 * @throws TypeError, ShapeError
 */
export function sub(a: Tensor | number, b: Tensor | number): Tensor {
  checkArity('sub', arguments.length, 2);
  return applyZip(SUB, a, b);
}
