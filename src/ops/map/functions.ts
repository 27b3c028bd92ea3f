import { checkArity } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { apply } from '../op.js';
import { MAP, type MapOp } from './family.js';

export const ABS: MapOp = { family: MAP, name: 'abs', form: () => ({ fn: 15, from: 'input' }) };
export const EXP: MapOp = { family: MAP, name: 'exp', form: () => ({ fn: 12, from: 'output' }) };
export const LOG: MapOp = { family: MAP, name: 'log', form: () => ({ fn: 13, from: 'input' }) };
export const NEG: MapOp = { family: MAP, name: 'neg', form: () => ({ fn: 16, from: 'output' }) };
export const SQRT: MapOp = { family: MAP, name: 'sqrt', form: () => ({ fn: 14, from: 'output' }) };
export const SQUARE: MapOp = {
  family: MAP,
  name: 'square',
  form: () => ({ fn: 17, from: 'input' }),
};

/**
 * Absolute value: `y = |x|`, elementwise. The gradient at 0 is 0.
 * @throws TypeError
 */
export function abs(x: Tensor): Tensor {
  checkArity('abs', arguments.length, 1);
  return apply(ABS, [x], undefined);
}

/**
 * Exponential function: `y = eˣ`, elementwise, within 1 ulp.
 * @throws TypeError
 */
export function exp(x: Tensor): Tensor {
  checkArity('exp', arguments.length, 1);
  return apply(EXP, [x], undefined);
}

/**
 * Natural logarithm: `y = ln x`, elementwise, within 1 ulp; −Infinity at 0, NaN below.
 * @throws TypeError
 */
export function log(x: Tensor): Tensor {
  checkArity('log', arguments.length, 1);
  return apply(LOG, [x], undefined);
}

/**
 * The negative: `y = −x`, elementwise.
 * @throws TypeError
 */
export function neg(x: Tensor): Tensor {
  checkArity('neg', arguments.length, 1);
  return apply(NEG, [x], undefined);
}

/**
 * Square root: `y = √x`, elementwise, correctly rounded; NaN below 0. The gradient at 0 is infinite.
 * @throws TypeError
 */
export function sqrt(x: Tensor): Tensor {
  checkArity('sqrt', arguments.length, 1);
  return apply(SQRT, [x], undefined);
}

/**
 * Square: `y = x²`, elementwise.
 * @throws TypeError
 */
export function square(x: Tensor): Tensor {
  checkArity('square', arguments.length, 1);
  return apply(SQUARE, [x], undefined);
}
