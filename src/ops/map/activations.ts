import { checkArity, checkNumber, wrongKind, wrongNumber } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { apply } from '../op.js';
import { MAP, type MapForm, type MapOp } from './family.js';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The constants of `softplus`. */
export interface SoftplusOptions {
  readonly beta: number;
  readonly threshold: number;
}

/** How `gelu` is computed: exactly, or by the older formula with a hyperbolic tangent. */
export type GeluApproximation = 'none' | 'tanh';

export const CLIP: MapOp<Bounds> = {
  family: MAP,
  name: 'clip',
  form: (where, bounds) => bounded(where, bounds, { fn: 1, from: 'input' }),
};
export const ELU: MapOp<{ readonly alpha: number }> = {
  family: MAP,
  name: 'elu',
  form(where, { alpha }) {
    if (!(Number.isFinite(alpha) && alpha >= 0)) {
      throw wrongNumber(where, 'alpha', 'a finite number of at least 0', alpha);
    }
    return { fn: 8, from: 'output', a: alpha, b: 1 };
  },
};
export const GELU: MapOp<{ readonly approximate: GeluApproximation }> = {
  family: MAP,
  name: 'gelu',
  form(where, { approximate }) {
    if (approximate === 'none') return { fn: 9, from: 'input' };
    if (approximate === 'tanh') return { fn: 10, from: 'input' };
    throw wrongKind(where, 'approximate', "'none' or 'tanh'", approximate);
  },
};
export const HARD_SWISH: MapOp = {
  family: MAP,
  name: 'hardSwish',
  form: () => ({ fn: 6, from: 'input' }),
};
export const HARDTANH: MapOp<Bounds> = {
  family: MAP,
  name: 'hardtanh',
  form: (where, bounds) => bounded(where, bounds, { fn: 2, from: 'output' }),
};
export const LEAKY_RELU: MapOp<{ readonly slope: number }> = {
  family: MAP,
  name: 'leakyRelu',
  form(where, { slope }) {
    checkNumber(where, 'slope', slope);
    return { fn: 3, from: slope < 0 ? 'input' : 'output', a: slope };
  },
};
/** Its constants are those of the clip that it is, for the kernels that end with an activation. */
export const RELU: MapOp = {
  family: MAP,
  name: 'relu',
  form: () => ({ fn: 0, from: 'output', a: 0, b: Infinity }),
};
export const RELU6: MapOp = {
  family: MAP,
  name: 'relu6',
  form: () => ({ fn: 2, from: 'output', a: 0, b: 6 }),
};
export const SIGMOID: MapOp = {
  family: MAP,
  name: 'sigmoid',
  form: () => ({ fn: 4, from: 'output' }),
};
export const SILU: MapOp = { family: MAP, name: 'silu', form: () => ({ fn: 5, from: 'input' }) };
export const SOFTPLUS: MapOp<SoftplusOptions> = {
  family: MAP,
  name: 'softplus',
  form(where, { beta, threshold }) {
    if (!(Number.isFinite(beta) && beta > 0)) {
      throw wrongNumber(where, 'beta', 'a finite number above 0', beta);
    }
    checkNumber(where, 'threshold', threshold);
    return { fn: 11, from: 'input', a: beta, b: threshold };
  },
};
export const TANH: MapOp = { family: MAP, name: 'tanh', form: () => ({ fn: 7, from: 'output' }) };

/** @throws TypeError, RangeError */
function bounded(where: string, { min, max }: Bounds, form: MapForm): MapForm {
  checkBounds(where, min, max);
  return { ...form, a: min, b: max };
}

/** @throws TypeError, RangeError */
export function checkBounds(op: string, min: unknown, max: unknown): void {
  if (!isAtLeast(min, -Infinity)) throw wrongNumber(op, 'min', 'a number', min);
  if (!isAtLeast(max, min)) throw wrongNumber(op, 'max', `a number of at least ${min}`, max);
}

function isAtLeast(value: unknown, least: number): value is number {
  return typeof value === 'number' && value >= least;
}

/**
 * Holds every element between two bounds, as torch.clamp: `y = min(max(x, min), max)`. NaN stays NaN. The gradient
 * passes between the bounds and at them; beyond them it is 0.
 * @param min a number; −Infinity for none
 * @param max a number of at least `min`; Infinity for none
 * @throws TypeError, RangeError
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  checkArity('clip', arguments.length, 3);
  return apply(CLIP, [x], { min, max });
}

/**
 * Exponential linear unit (Clevert et al. 2015): `y = x` where x > 0, else `alpha · (eˣ − 1)`, elementwise.
 * @param alpha a finite number of at least 0
 * @throws TypeError, RangeError
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  checkArity('elu', arguments.length, 2);
  return apply(ELU, [x], { alpha });
}

/**
 * Gaussian error linear unit (Hendrycks and Gimpel 2016): `y = x · Φ(x)`, elementwise, Φ the distribution function of the
 * standard normal distribution.
 * @param approximate 'tanh': `y = x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`, as the first transformers had it
 * @throws TypeError
 */
export function gelu(x: Tensor, approximate: GeluApproximation = 'none'): Tensor {
  checkArity('gelu', arguments.length, 2);
  return apply(GELU, [x], { approximate });
}

/**
 * Hard swish (Howard et al. 2019): `y = x · min(max(x + 3, 0), 6) / 6`, elementwise. The gradient is 0 at −3 and 1 at 3.
 * @throws TypeError
 */
export function hardSwish(x: Tensor): Tensor {
  checkArity('hardSwish', arguments.length, 1);
  return apply(HARD_SWISH, [x], undefined);
}

/**
 * The values of `clip`, with the gradient of torch.nn.Hardtanh: 0 at the bounds too.
 * @param min a number; −Infinity for none
 * @param max a number of at least `min`; Infinity for none
 * @throws TypeError, RangeError
 */
export function hardtanh(x: Tensor, min = -1, max = 1): Tensor {
  checkArity('hardtanh', arguments.length, 3);
  return apply(HARDTANH, [x], { min, max });
}

/**
 * Leaky rectified linear unit: `y = x` where x > 0, else `slope · x`, elementwise. The gradient at 0 is `slope`.
 * @param slope a finite number
 * @throws TypeError, RangeError
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  checkArity('leakyRelu', arguments.length, 2);
  return apply(LEAKY_RELU, [x], { slope });
}

/**
 * Rectified linear unit: `y = max(x, 0)`, elementwise. NaN and −0 stay; the gradient at 0 is 0.
 * @throws TypeError
 */
export function relu(x: Tensor): Tensor {
  checkArity('relu', arguments.length, 1);
  return apply(RELU, [x], undefined);
}

/**
 * ReLU6: `y = min(max(x, 0), 6)`, elementwise. NaN stays NaN; the gradient is 0 at 0 and at 6.
 * @throws TypeError
 */
export function relu6(x: Tensor): Tensor {
  checkArity('relu6', arguments.length, 1);
  return apply(RELU6, [x], undefined);
}

/**
 * Logistic function: `y = 1 / (1 + e⁻ˣ)`, elementwise.
 * @throws TypeError
 */
export function sigmoid(x: Tensor): Tensor {
  checkArity('sigmoid', arguments.length, 1);
  return apply(SIGMOID, [x], undefined);
}

/**
 * Sigmoid linear unit, also called swish: `y = x · sigmoid(x)`, elementwise.
 * @throws TypeError
 */
export function silu(x: Tensor): Tensor {
  checkArity('silu', arguments.length, 1);
  return apply(SILU, [x], undefined);
}

/**
 * A smooth ReLU: `y = ln(1 + e^(beta x)) / beta`, elementwise, and x itself where `beta · x` is above `threshold`.
 * @param beta a finite number above 0
 * @param threshold a finite number
 * @throws TypeError, RangeError
 */
export function softplus(x: Tensor, beta = 1, threshold = 20): Tensor {
  checkArity('softplus', arguments.length, 3);
  return apply(SOFTPLUS, [x], { beta, threshold });
}

/**
 * Hyperbolic tangent: `y = tanh x`, elementwise.
 * @throws TypeError
 */
export function tanh(x: Tensor): Tensor {
  checkArity('tanh', arguments.length, 1);
  return apply(TANH, [x], undefined);
}
