import { compose } from '../../autograd.js';
import { checkArity, checkInteger, checkNumber, wrongNumber } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxis } from '../axes.js';
import { checkTensor } from '../check.js';
import { clip } from '../map/activations.js';
import { abs, sqrt, square } from '../map/functions.js';
import { avgPool1d } from '../pool/avg-pool.js';
import { max, sum } from '../reductions.js';
import { reshape } from '../reshape.js';
import { add, div, mul, pow } from '../zip/functions.js';

/** Options of `normalize`. */
export interface NormalizeOptions {
  /** The exponent of the norm, positive; Infinity: the largest absolute value. Default 2. */
  p?: number;
  /** Negative: counted from the last. Default −1, which is that of the channels. */
  axis?: number;
  /** The least divisor. Default 1e-12. */
  eps?: number;
}

/** The least normal number of float32. */
const LEAST = 2 ** -126;

/**
 * `x / max(‖x‖_p, eps)` with the norm along an axis, as torch.nn.functional.normalize (whose default axis is that of its
 * channels, too). Where the norm is less than eps, it counts as a constant.
 * @throws TypeError, RangeError
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  checkArity('normalize', arguments.length, 2);
  checkOptions('normalize', options, ['p', 'axis', 'eps']);
  const { p = 2, axis = -1, eps = 1e-12 } = options;
  checkTensor('normalize', 'input', x);
  if (typeof p !== 'number' || !(p > 0))
    throw wrongNumber('normalize', 'p', 'a positive number', p);
  const axes = checkAxis('normalize', 'axis', axis, x.rank);
  checkNumber('normalize', 'eps', eps, 0);
  return compose(() => div(x, clip(normOf(x, p, axes), eps, Infinity)));
}

function normOf(x: Tensor, p: number, axes: number): Tensor {
  const along = { axes, keepDims: true };
  if (p === Infinity) return max(abs(x), along);
  if (p === 1) return sum(abs(x), along);
  // The slope of a root at 0 is infinite.
  const powers = clip(sum(p === 2 ? square(x) : pow(abs(x), p), along), LEAST, Infinity);
  return p === 2 ? sqrt(powers) : pow(powers, 1 / p);
}

/** Options of `localResponseNorm`. */
export interface LocalResponseNormOptions {
  /** What the mean of the squares is multiplied with. Default 1e-4. */
  alpha?: number;
  /** The exponent. Default 0.75. */
  beta?: number;
  /** What is added before the power. Default 1. */
  k?: number;
}

/**
 * Local response normalization (Krizhevsky, Sutskever & Hinton, 2012): `y[c] = x[c] / (k + alpha/size · Σ x[j]²)^beta`, as
 * in PyTorch: the sum is over the `size` channels j from `c − floor(size/2)` on, those that there are.
 * @param x [..., channels]
 * @throws TypeError, RangeError, ShapeError
 */
export function localResponseNorm(
  x: Tensor,
  size: number,
  options: LocalResponseNormOptions = {},
): Tensor {
  checkArity('localResponseNorm', arguments.length, 3);
  checkOptions('localResponseNorm', options, ['alpha', 'beta', 'k']);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  for (const [name, value] of Object.entries({ alpha, beta, k })) {
    checkNumber('localResponseNorm', name, value);
  }
  checkTensor('localResponseNorm', 'input', x);
  checkInteger('localResponseNorm', 'size', size, 1);
  const channels = x.shape.at(-1);
  if (x.rank < 2 || x.size === 0) {
    throw new ShapeError(
      `localResponseNorm: input: expected [..., channels] of at least two axes and one element, got ${formatShape(x.shape)}`,
    );
  }
  const padding = [Math.floor(size / 2), Math.floor((size - 1) / 2)] as const;
  return compose(() => {
    const squares = reshape(square(x), [x.size / channels!, channels!, 1]);
    const means = reshape(avgPool1d(squares, size, { stride: 1, padding }), x.shape);
    return mul(x, pow(add(k, mul(means, alpha)), -beta));
  });
}
