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
export const CEIL: MapOp = { family: MAP, name: 'ceil', form: () => ({ fn: 23, from: 'output' }) };
export const ERF: MapOp = { family: MAP, name: 'erf', form: () => ({ fn: 20, from: 'input' }) };
export const EXPM1: MapOp = {
  family: MAP,
  name: 'expm1',
  form: () => ({ fn: 32, from: 'output' }),
};
export const FLOOR: MapOp = {
  family: MAP,
  name: 'floor',
  form: () => ({ fn: 22, from: 'output' }),
};
export const LOG1P: MapOp = { family: MAP, name: 'log1p', form: () => ({ fn: 33, from: 'input' }) };
export const RECIPROCAL: MapOp = {
  family: MAP,
  name: 'reciprocal',
  form: () => ({ fn: 18, from: 'output' }),
};
export const ROUND: MapOp = {
  family: MAP,
  name: 'round',
  form: () => ({ fn: 24, from: 'output' }),
};
export const RSQRT: MapOp = {
  family: MAP,
  name: 'rsqrt',
  form: () => ({ fn: 19, from: 'output' }),
};
export const SIGN: MapOp = { family: MAP, name: 'sign', form: () => ({ fn: 25, from: 'output' }) };
/** Both are one function: the sine of x and so many quarters of a turn. */
export const COS: MapOp = {
  family: MAP,
  name: 'cos',
  form: () => ({ fn: 21, from: 'input', a: 1 }),
};
export const SIN: MapOp = {
  family: MAP,
  name: 'sin',
  form: () => ({ fn: 21, from: 'input', a: 0 }),
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
 * The least integer of at least x: `y = ⌈x⌉`, elementwise. The gradient is 0.
 * @throws TypeError
 */
export function ceil(x: Tensor): Tensor {
  checkArity('ceil', arguments.length, 1);
  return apply(CEIL, [x], undefined);
}

/**
 * Cosine of an angle in radians, elementwise, within 1.5 ulp for |x| up to 10⁶ (docs/accuracy.md); NaN at ±Infinity.
 * @throws TypeError
 */
export function cos(x: Tensor): Tensor {
  checkArity('cos', arguments.length, 1);
  return apply(COS, [x], undefined);
}

/**
 * Error function: `y = 2/√π ∫ e^(−t²) dt` from 0 to x, elementwise, within 2 ulp.
 * @throws TypeError
 */
export function erf(x: Tensor): Tensor {
  checkArity('erf', arguments.length, 1);
  return apply(ERF, [x], undefined);
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
 * `y = eˣ − 1`, elementwise, within 3 ulp, near 0 too.
 * @throws TypeError
 */
export function expm1(x: Tensor): Tensor {
  checkArity('expm1', arguments.length, 1);
  return apply(EXPM1, [x], undefined);
}

/**
 * The largest integer of at most x: `y = ⌊x⌋`, elementwise. The gradient is 0.
 * @throws TypeError
 */
export function floor(x: Tensor): Tensor {
  checkArity('floor', arguments.length, 1);
  return apply(FLOOR, [x], undefined);
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
 * `y = ln(1 + x)`, elementwise, within 3 ulp, near 0 too; −Infinity at −1, NaN below.
 * @throws TypeError
 */
export function log1p(x: Tensor): Tensor {
  checkArity('log1p', arguments.length, 1);
  return apply(LOG1P, [x], undefined);
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
 * Reciprocal: `y = 1 / x`, elementwise, correctly rounded; infinite at 0.
 * @throws TypeError
 */
export function reciprocal(x: Tensor): Tensor {
  checkArity('reciprocal', arguments.length, 1);
  return apply(RECIPROCAL, [x], undefined);
}

/**
 * The nearest integer, elementwise; half-way the even one, as torch.round. The gradient is 0.
 * @throws TypeError
 */
export function round(x: Tensor): Tensor {
  checkArity('round', arguments.length, 1);
  return apply(ROUND, [x], undefined);
}

/**
 * Reciprocal square root: `y = 1 / √x`, elementwise, within 1.5 ulp; NaN below 0.
 * @throws TypeError
 */
export function rsqrt(x: Tensor): Tensor {
  checkArity('rsqrt', arguments.length, 1);
  return apply(RSQRT, [x], undefined);
}

/**
 * 1 above 0, −1 below, 0 at 0 and at NaN, as torch.sign, elementwise. The gradient is 0.
 * @throws TypeError
 */
export function sign(x: Tensor): Tensor {
  checkArity('sign', arguments.length, 1);
  return apply(SIGN, [x], undefined);
}

/**
 * Sine of an angle in radians, elementwise, within 1.5 ulp for |x| up to 10⁶ (docs/accuracy.md); NaN at ±Infinity.
 * @throws TypeError
 */
export function sin(x: Tensor): Tensor {
  checkArity('sin', arguments.length, 1);
  return apply(SIN, [x], undefined);
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
