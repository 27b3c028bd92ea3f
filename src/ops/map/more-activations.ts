import { checkArity, checkNumber, wrongNumber } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { apply } from '../op.js';
import { MAP, type MapOp } from './family.js';

/** The constants of `hardSigmoid`. */
export interface HardSigmoidOptions {
  readonly alpha: number;
  readonly beta: number;
}

/** The constants of `threshold`. */
export interface ThresholdOptions {
  readonly threshold: number;
  readonly value: number;
}

/** Those of Klambauer et al.: mean 0 and variance 1 are then a fixed point. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

export const CELU: MapOp<{ readonly alpha: number }> = {
  family: MAP,
  name: 'celu',
  form(where, { alpha }) {
    if (!(Number.isFinite(alpha) && alpha > 0)) {
      throw wrongNumber(where, 'alpha', 'a finite number above 0', alpha);
    }
    return { fn: 8, from: 'output', a: alpha, b: 1 / alpha };
  },
};
export const HARD_SHRINK: MapOp<{ readonly lambda: number }> = {
  family: MAP,
  name: 'hardShrink',
  form(where, { lambda }) {
    if (!(Number.isFinite(lambda) && lambda >= 0)) {
      throw wrongNumber(where, 'lambda', 'a finite number of at least 0', lambda);
    }
    return { fn: 30, from: 'input', a: lambda };
  },
};
export const HARD_SIGMOID: MapOp<HardSigmoidOptions> = {
  family: MAP,
  name: 'hardSigmoid',
  form(where, { alpha, beta }) {
    checkNumber(where, 'alpha', alpha);
    checkNumber(where, 'beta', beta);
    return { fn: 28, from: 'output', a: alpha, b: beta };
  },
};
/** Softplus from below, as −ln(1 + e⁻ˣ). */
export const LOG_SIGMOID: MapOp = {
  family: MAP,
  name: 'logSigmoid',
  form: () => ({ fn: 11, from: 'input', a: -1, b: Infinity }),
};
export const MISH: MapOp = { family: MAP, name: 'mish', form: () => ({ fn: 27, from: 'input' }) };
export const SELU: MapOp = {
  family: MAP,
  name: 'selu',
  form: () => ({ fn: 31, from: 'output', a: SELU_ALPHA, b: SELU_SCALE }),
};
export const SOFTSIGN: MapOp = {
  family: MAP,
  name: 'softsign',
  form: () => ({ fn: 26, from: 'input' }),
};
export const THRESHOLD: MapOp<ThresholdOptions> = {
  family: MAP,
  name: 'threshold',
  form(where, { threshold, value }) {
    checkNumber(where, 'threshold', threshold);
    checkNumber(where, 'value', value);
    return { fn: 29, from: 'input', a: threshold, b: value };
  },
};

/**
 * Continuously differentiable exponential linear unit (Barron 2017): `y = x` where x > 0, else
 * `alpha · (e^(x / alpha) − 1)`, elementwise.
 * @param alpha a finite number above 0
 * @throws TypeError, RangeError
 */
export function celu(x: Tensor, alpha = 1): Tensor {
  checkArity('celu', arguments.length, 2);
  return apply(CELU, [x], { alpha });
}

/**
 * `y = 0` where |x| ≤ lambda, else x, elementwise. The gradient is 0 where y is set to 0.
 * @param lambda a finite number of at least 0
 * @throws TypeError, RangeError
 */
export function hardShrink(x: Tensor, lambda = 0.5): Tensor {
  checkArity('hardShrink', arguments.length, 2);
  return apply(HARD_SHRINK, [x], { lambda });
}

/**
 * `y = min(max(alpha x + beta, 0), 1)`, elementwise: with the defaults that of torch.nn.Hardsigmoid, with alpha 0.2 that
 * of ONNX. The gradient is alpha where y is between 0 and 1.
 * @param alpha a finite number
 * @param beta a finite number
 * @throws TypeError, RangeError
 */
export function hardSigmoid(x: Tensor, alpha = 1 / 6, beta = 0.5): Tensor {
  checkArity('hardSigmoid', arguments.length, 3);
  return apply(HARD_SIGMOID, [x], { alpha, beta });
}

/**
 * Logarithm of the logistic function: `y = −ln(1 + e⁻ˣ)`, elementwise, without overflow.
 * @throws TypeError
 */
export function logSigmoid(x: Tensor): Tensor {
  checkArity('logSigmoid', arguments.length, 1);
  return apply(LOG_SIGMOID, [x], undefined);
}

/**
 * Mish (Misra 2019): `y = x · tanh(ln(1 + eˣ))`, elementwise.
 * @throws TypeError
 */
export function mish(x: Tensor): Tensor {
  checkArity('mish', arguments.length, 1);
  return apply(MISH, [x], undefined);
}

/**
 * Scaled exponential linear unit (Klambauer et al. 2017): `y = scale · elu(x, alpha)`, elementwise, with alpha
 * 1.6732632423543772 and scale 1.0507009873554805.
 * @throws TypeError
 */
export function selu(x: Tensor): Tensor {
  checkArity('selu', arguments.length, 1);
  return apply(SELU, [x], undefined);
}

/**
 * `y = x / (1 + |x|)`, elementwise.
 * @throws TypeError
 */
export function softsign(x: Tensor): Tensor {
  checkArity('softsign', arguments.length, 1);
  return apply(SOFTSIGN, [x], undefined);
}

/**
 * `y = x` where x is above the threshold, else a value, elementwise, as torch.threshold; with the value 0 ONNX's
 * ThresholdedRelu. NaN stays NaN. The gradient passes where x does.
 * @param threshold a finite number
 * @param value a finite number
 * @throws TypeError, RangeError
 */
export function threshold(x: Tensor, threshold: number, value: number): Tensor {
  checkArity('threshold', arguments.length, 3);
  return apply(THRESHOLD, [x], { threshold, value });
}
