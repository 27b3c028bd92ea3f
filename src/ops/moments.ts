// Reductions that are made of others: their gradients are those of what they are made of.
import { compose, noGrad } from '../autograd.js';
import { checkArity, checkBoolean, checkNumber, wrongNumber } from '../check.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkAxes, checkAxis } from './axes.js';
import { checkTensor } from './check.js';
import { abs, exp, log, sqrt, square } from './map/functions.js';
import { max, mean, type ReduceOptions, sum } from './reductions.js';
import { reshape } from './reshape.js';
import { equal } from './zip/comparisons.js';
import { add, div, pow, sub } from './zip/functions.js';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /** What is taken from the number of elements that the sum of squares is divided by. Default 1: Bessel's. */
  correction?: number;
}

/** Options of `norm`. */
export interface VectorNormOptions extends ReduceOptions {
  /** A number above 0; Infinity for the largest magnitude. Default 2. */
  p?: number;
}

const REDUCE = ['axes', 'keepDims'];

/** The axes that are reduced. @throws TypeError, RangeError, DisposedError */
export function axesOf(
  op: string,
  x: Tensor,
  options: ReduceOptions,
  names: readonly string[],
): number[] {
  checkTensor(op, 'input', x);
  checkOptions(op, options, [...REDUCE, ...names]);
  const { axes, keepDims = false } = options;
  checkBoolean(op, 'keepDims', keepDims);
  return axes === undefined ? [...x.shape.keys()] : checkAxes(op, 'axes', axes, x.rank);
}

/**
 * Logarithm of the softmax over an axis: `y[…,c] = x[…,c] − ln Σ_k exp(x[…,k])`, without overflow.
 * @param axis of the classes; negative: counted from the last
 * @throws TypeError, RangeError; ShapeError where there is no class
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  checkArity('logSoftmax', arguments.length, 2);
  checkTensor('logSoftmax', 'input', x);
  const over = { axes: checkAxis('logSoftmax', 'axis', axis, x.rank), keepDims: true };
  return compose(() => {
    const shifted = sub(
      x,
      noGrad(() => max(x, over)),
    );
    return sub(shifted, log(sum(exp(shifted), over)));
  });
}

/**
 * `y = ln Σ exp(x)` over some axes, without overflow, as torch.logsumexp.
 * @throws TypeError, RangeError; ShapeError where there is no element
 */
export function logSumExp(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkArity('logSumExp', arguments.length, 2);
  const axes = axesOf('logSumExp', x, options, []);
  return compose(() => {
    const largest = noGrad(() => max(x, { axes, keepDims: true }));
    const y = log(sum(exp(sub(x, largest)), { ...options, axes }));
    return add(y, reshape(largest, y.shape));
  });
}

/**
 * Variance over some axes: `y = Σ (x − mean)² / (n − correction)`, as torch.var; NaN where the divisor is 0.
 * @throws TypeError, RangeError
 */
export function variance(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkArity('variance', arguments.length, 2);
  return varianceOf('variance', x, options);
}

/**
 * Standard deviation over some axes, the square root of `variance`, as torch.std.
 * @throws TypeError, RangeError
 */
export function std(x: Tensor, options: VarianceOptions = {}): Tensor {
  checkArity('std', arguments.length, 2);
  return compose(() => sqrt(varianceOf('std', x, options)));
}

function varianceOf(op: string, x: Tensor, options: VarianceOptions): Tensor {
  const axes = axesOf(op, x, options, ['correction']);
  const { correction = 1, keepDims = false } = options;
  checkNumber(op, 'correction', correction);
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  return compose(() => {
    const squares = square(sub(x, mean(x, { axes, keepDims: true })));
    return div(sum(squares, { axes, keepDims }), Math.max(0, count - correction));
  });
}

/**
 * Norm over some axes: `y = (Σ |x|ᵖ)^(1/p)`, as torch.linalg.vector_norm. The gradient of the Euclidean norm of zeros is 0.
 * @throws TypeError, RangeError; ShapeError where there is no element and p is Infinity
 */
export function norm(x: Tensor, options: VectorNormOptions = {}): Tensor {
  checkArity('norm', arguments.length, 2);
  const axes = axesOf('norm', x, options, ['p']);
  const { p = 2, keepDims = false } = options;
  if (typeof p !== 'number' || !(p > 0)) throw wrongNumber('norm', 'p', 'a number above 0', p);
  const over = { axes, keepDims };
  return compose(() => {
    if (p === 1) return sum(abs(x), over);
    if (p === Infinity) return max(abs(x), over);
    if (p !== 2) return pow(sum(pow(abs(x), p), over), 1 / p);
    const squares = sum(square(x), over);
    // The root of zeros is taken of ones: its slope would be infinite.
    const ones = noGrad(() => equal(squares, 0));
    return sub(sqrt(add(squares, ones)), ones);
  });
}
