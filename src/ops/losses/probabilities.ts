// Losses of probabilities, and of logits, which a logistic function makes probabilities.
import { isRecorded } from '../../autograd.js';
import { checkBoolean, checkNumber } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkAxes } from '../axes.js';
import { clip, sigmoid, softplus } from '../map/activations.js';
import { exp, log, neg } from '../map/functions.js';
import { sum } from '../reductions.js';
import { add, div, mul, pow, sub } from '../zip/functions.js';
import {
  checkFactor,
  checkLoss,
  composeLoss,
  type LossOptions,
  type Reduction,
} from './reduction.js';

/** Options of `bce`. */
export interface BceOptions extends LossOptions {
  /** What each loss is multiplied by; its shape broadcasts to theirs. */
  weight?: Tensor;
}

/** Options of `bceWithLogits`. */
export interface BceWithLogitsOptions extends BceOptions {
  /** What the losses of positive targets are multiplied by; its shape broadcasts to theirs, as [classes] does. */
  posWeight?: Tensor;
}

/** Options of `klDiv`. */
export interface KlDivOptions {
  /** Also 'batchMean': the sum divided by the first size, which is the divergence's own mean. Default 'mean'. */
  reduction?: Reduction | 'batchMean';
  /** Whether the target, too, holds logarithms. Default false. */
  logTarget?: boolean;
}

/** Options of `focal`. */
export interface FocalOptions extends LossOptions {
  /** The weight of positive targets in [0, 1]; that of negative ones is the rest; −1: no weights. Default 0.25. */
  alpha?: number;
  /** How much less what is right already counts, at least 0. Default 2. */
  gamma?: number;
}

/** Options of `dice`. */
export interface DiceOptions extends LossOptions {
  /** The axes over which a mask extends; negative: counted from the last. Default: all but the first and the last. */
  axes?: number | readonly number[];
  /** Added above and below, at least 0. Default 1. */
  smooth?: number;
}

/** ln p, at least −100 as in PyTorch: no loss is infinite. */
const boundedLog = (p: Tensor) => clip(log(p), -100, Infinity);

/**
 * Binary cross entropy `−(target · ln p + (1 − target) · ln(1 − p))`, each logarithm at least −100, reduced to its mean
 * over all elements unless told otherwise. The gradient of p is PyTorch's, `(p − target) / max(p (1 − p), 1e-12)`, which
 * is huge where p is wrongly 0 or 1: to train use `bceWithLogits`.
 * @param prediction any shape: probabilities p
 * @param target the same shape, in [0, 1]
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function bce(prediction: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  const tensors = { prediction, target };
  const reduction = checkLoss('bce', arguments.length, tensors, options, ['weight']);
  const { weight } = options;
  if (weight !== undefined) checkFactor('bce', 'weight', weight, prediction.shape);
  return composeLoss(reduction, () => {
    const p = prediction.detach();
    const ofOnes = mul(target, boundedLog(p));
    const ofZeros = mul(sub(1, target), boundedLog(sub(1, p)));
    const losses = neg(add(ofOnes, ofZeros));
    if (!isRecorded([prediction])) return times(losses, weight);
    const slope = div(sub(p, target.detach()), clip(mul(p, sub(1, p)), 1e-12, Infinity));
    // What is added is 0: it only has the gradient.
    return times(add(losses, mul(sub(prediction, p), slope)), weight);
  });
}

/**
 * Logistic function and binary cross entropy in one: `posWeight · target · softplus(−x) + (1 − target) · softplus(x)`,
 * which no logit overflows or cancels, reduced to its mean over all elements unless told otherwise.
 * @param logits any shape
 * @param target the same shape, in [0, 1]
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function bceWithLogits(
  logits: Tensor,
  target: Tensor,
  options: BceWithLogitsOptions = {},
): Tensor {
  const op = 'bceWithLogits';
  const tensors = { logits, target };
  const reduction = checkLoss(op, arguments.length, tensors, options, ['weight', 'posWeight']);
  const { weight, posWeight } = options;
  if (weight !== undefined) checkFactor(op, 'weight', weight, logits.shape);
  if (posWeight !== undefined) checkFactor(op, 'posWeight', posWeight, logits.shape);
  return composeLoss(reduction, () => times(binaryLosses(logits, target, posWeight), weight));
}

function binaryLosses(logits: Tensor, target: Tensor, posWeight?: Tensor): Tensor {
  const ofOnes = times(mul(target, softplus(neg(logits))), posWeight);
  return add(ofOnes, mul(sub(1, target), softplus(logits)));
}

const times = (x: Tensor, factor: Tensor | undefined) => (factor ? mul(x, factor) : x);

/**
 * Focal loss of logits (Lin et al. 2017), as torchvision's sigmoid_focal_loss: binary cross entropy times `(1 − q)^gamma`,
 * q being the probability of what is so, and times alpha or 1 − alpha; reduced to its mean unless told otherwise.
 * @param logits any shape
 * @param target the same shape, in [0, 1]
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function focal(logits: Tensor, target: Tensor, options: FocalOptions = {}): Tensor {
  const tensors = { logits, target };
  const reduction = checkLoss('focal', arguments.length, tensors, options, ['alpha', 'gamma']);
  const { alpha = 0.25, gamma = 2 } = options;
  if (alpha !== -1) checkNumber('focal', 'alpha', alpha, 0, 1);
  checkNumber('focal', 'gamma', gamma, 0);
  return composeLoss(reduction, () => {
    const rest = sub(1, target);
    const wrong = add(mul(target, sigmoid(neg(logits))), mul(rest, sigmoid(logits)));
    const losses = mul(binaryLosses(logits, target), pow(wrong, gamma));
    if (alpha === -1) return losses;
    return mul(losses, add(mul(target, alpha), mul(rest, 1 - alpha)));
  });
}

/** The smallest normal number: at 0 the logarithm is finite, and so is 0 · ln 0. */
const TINY = 2 ** -126;

/**
 * Divergence of Kullback and Leibler, term by term: `target · (ln target − prediction)`, or with `logTarget`
 * `e^target · (target − prediction)`, reduced to the mean over all elements unless told otherwise.
 * @param prediction any shape: logarithms of probabilities
 * @param target the same shape: probabilities
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function klDiv(prediction: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const op = 'klDiv';
  const tensors = { prediction, target };
  const reduction = checkLoss(op, arguments.length, tensors, options, ['logTarget'], ['batchMean']);
  const { logTarget = false } = options;
  checkBoolean(op, 'logTarget', logTarget);
  const isBatchMean = reduction === 'batchMean';
  return composeLoss(isBatchMean ? 'sum' : reduction, () => {
    const terms = logTarget
      ? mul(exp(target), sub(target, prediction))
      : mul(target, sub(log(clip(target, TINY, Infinity)), prediction));
    return isBatchMean ? div(terms, prediction.shape[0] ?? 1) : terms;
  });
}

/**
 * Dice loss of masks (Milletari et al. 2016): `1 − (2 Σ p t + smooth) / (Σ p + Σ t + smooth)`, summed over the axes of a
 * mask: one loss for each sample and class, reduced to their mean unless told otherwise.
 * @param prediction [batch, …, classes]: probabilities
 * @param target the same shape
 * @returns a scalar [], or with reduction 'none' a tensor of the axes that were not summed over
 * @throws TypeError, ShapeError, RangeError
 */
export function dice(prediction: Tensor, target: Tensor, options: DiceOptions = {}): Tensor {
  const tensors = { prediction, target };
  const reduction = checkLoss('dice', arguments.length, tensors, options, ['axes', 'smooth']);
  const { smooth = 1 } = options;
  const { rank, shape } = prediction;
  if (options.axes === undefined && rank < 3) {
    const got = formatShape(shape);
    throw new ShapeError(`dice: prediction: expected [batch, …, classes], or axes, got ${got}`);
  }
  const axes = checkAxes('dice', 'axes', options.axes ?? between(rank), rank);
  checkNumber('dice', 'smooth', smooth, 0);
  return composeLoss(reduction, () => {
    const both = sum(mul(prediction, target), { axes });
    const all = sum(add(prediction, target), { axes });
    return sub(1, div(add(mul(both, 2), smooth), add(all, smooth)));
  });
}

const between = (rank: number) => Array.from({ length: rank - 2 }, (_, axis) => axis + 1);
