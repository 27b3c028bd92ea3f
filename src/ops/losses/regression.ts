// Losses of numbers.
import { checkBoolean, checkNumber, wrongNumber } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { clip } from '../map/activations.js';
import { abs, exp, log, square } from '../map/functions.js';
import { add, div, mul, sub } from '../zip/functions.js';
import { checkLoss, composeLoss, type LossOptions } from './reduction.js';

/** Options of `smoothL1`. */
export interface SmoothL1Options extends LossOptions {
  /** Where the square meets the line, at least 0. Default 1. */
  beta?: number;
}

/** Options of `huber`. */
export interface HuberOptions extends LossOptions {
  /** Where the square meets the line, above 0. Default 1. */
  delta?: number;
}

/** Options of `poissonNll`. */
export interface PoissonNllOptions extends LossOptions {
  /** Whether the prediction is the logarithm of the rate. Default true. */
  logInput?: boolean;
  /** Added to the rate before its logarithm, without `logInput`. Default 1e-8. */
  eps?: number;
}

/** Options of `gaussianNll`. */
export interface GaussianNllOptions extends LossOptions {
  /** Whether the constant ½ ln 2π is part of the loss. Default false. */
  full?: boolean;
  /** The least variance, above 0. Default 1e-6. */
  eps?: number;
}

/**
 * Absolute error `|prediction − target|`, reduced to its mean over all elements unless told otherwise.
 * @param prediction any shape
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function l1(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = checkLoss('l1', arguments.length, { prediction, target }, options);
  return composeLoss(reduction, () => abs(sub(prediction, target)));
}

/**
 * `d² / (2 beta)` where `|d| < beta`, else `|d| − beta / 2`, with `d = prediction − target` (Girshick 2015), reduced to
 * its mean over all elements unless told otherwise.
 * @param prediction any shape
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function smoothL1(
  prediction: Tensor,
  target: Tensor,
  options: SmoothL1Options = {},
): Tensor {
  const tensors = { prediction, target };
  const reduction = checkLoss('smoothL1', arguments.length, tensors, options, ['beta']);
  const { beta = 1 } = options;
  checkNumber('smoothL1', 'beta', beta, 0);
  return composeLoss(reduction, () => {
    const difference = sub(prediction, target);
    return beta === 0 ? abs(difference) : div(squareThenLine(difference, beta), beta);
  });
}

/**
 * `d² / 2` where `|d| < delta`, else `delta (|d| − delta / 2)`, with `d = prediction − target` (Huber 1964), reduced to
 * its mean over all elements unless told otherwise.
 * @param prediction any shape
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function huber(prediction: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const reduction = checkLoss('huber', arguments.length, { prediction, target }, options, [
    'delta',
  ]);
  const { delta = 1 } = options;
  checkPositive('huber', 'delta', delta);
  return composeLoss(reduction, () => squareThenLine(sub(prediction, target), delta));
}

/** d² / 2 up to `most`, then the line of that slope: c (d − c / 2), c being d held between ±most. */
function squareThenLine(difference: Tensor, most: number): Tensor {
  const held = clip(difference, -most, most);
  return mul(held, sub(difference, mul(held, 0.5)));
}

/**
 * Negative log-likelihood of counts with a Poisson distribution, without the constant ln target!: `e^p − target · p`,
 * or without `logInput` `p − target · ln(p + eps)`, reduced to its mean over all elements unless told otherwise.
 * @param prediction any shape: the logarithm of the rate, or the rate
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function poissonNll(
  prediction: Tensor,
  target: Tensor,
  options: PoissonNllOptions = {},
): Tensor {
  const op = 'poissonNll';
  const tensors = { prediction, target };
  const reduction = checkLoss(op, arguments.length, tensors, options, ['logInput', 'eps']);
  const { logInput = true, eps = 1e-8 } = options;
  checkBoolean(op, 'logInput', logInput);
  checkNumber(op, 'eps', eps, 0);
  return composeLoss(reduction, () =>
    logInput
      ? sub(exp(prediction), mul(target, prediction))
      : sub(prediction, mul(target, log(add(prediction, eps)))),
  );
}

/** ½ ln 2π. */
const HALF_LOG_2PI = 0.9189385332046727;

/**
 * Negative log-likelihood of numbers with a normal distribution: `½ (ln v + (prediction − target)² / v)` with
 * `v = max(variance, eps)`, reduced to its mean over all elements unless told otherwise. As in PyTorch, a variance below
 * `eps` gets the gradient of `v`.
 * @param prediction any shape: the mean
 * @param target the same shape
 * @param variance the same shape, at least 0
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError: also for a negative variance
 */
export function gaussianNll(
  prediction: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllOptions = {},
): Tensor {
  const op = 'gaussianNll';
  const tensors = { prediction, target, variance };
  const reduction = checkLoss(op, arguments.length, tensors, options, ['full', 'eps']);
  const { full = false, eps = 1e-6 } = options;
  checkBoolean(op, 'full', full);
  checkPositive(op, 'eps', eps);
  const negative = variance.view().find((value) => value < 0);
  if (negative !== undefined) throw wrongNumber(op, 'variance', 'numbers ≥ 0', negative);
  return composeLoss(reduction, () => {
    const held = variance.detach();
    const v = add(variance, sub(clip(held, eps, Infinity), held));
    const loss = mul(add(log(v), div(square(sub(prediction, target)), v)), 0.5);
    return full ? add(loss, HALF_LOG_2PI) : loss;
  });
}

/** @throws TypeError, RangeError */
export function checkPositive(op: string, argument: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) > 0) return;
  throw wrongNumber(op, argument, 'a finite number above 0', value);
}
