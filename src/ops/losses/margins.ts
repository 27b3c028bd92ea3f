// Losses that ask for a margin, of scores and of vectors.
import { checkArity, checkBoolean, checkNumber } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkSameShape, formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { clip } from '../map/activations.js';
import { abs, sqrt, square } from '../map/functions.js';
import { sum } from '../reductions.js';
import { add, div, minimum, mul, pow, sub } from '../zip/functions.js';
import { checkLoss, composeLoss, type LossOptions, reductionOf } from './reduction.js';
import { checkPositive } from './regression.js';

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart what differs should be. Default 1; of `cosineEmbedding` 0. */
  margin?: number;
}

/** Options of `tripletMargin`. */
export interface TripletMarginOptions extends MarginOptions {
  /** Which norm of the differences, above 0. Default 2. */
  p?: number;
  /** Added to the differences, at least 0. Default 1e-6. */
  eps?: number;
  /** Whether the negative should be far from the positive, too (Balntas et al. 2016). Default false. */
  swap?: boolean;
}

/** max(x, 0), with the gradient 1 at 0 that PyTorch's clamp has. */
const hinged = (x: Tensor) => clip(x, 0, Infinity);

/** What targets of 1 and −1 choose: `same` where they are 1, else `other`. */
function chosen(target: Tensor, same: Tensor, other: Tensor): Tensor {
  const isSame = mul(add(target, 1), 0.5);
  return add(mul(isSame, same), mul(sub(1, isSame), other));
}

/**
 * Hinge loss `max(0, 1 − target · prediction)`, reduced to its mean over all elements unless told otherwise.
 * @param prediction any shape: scores
 * @param target the same shape, of 1 and −1
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function hinge(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const reduction = checkLoss('hinge', arguments.length, { prediction, target }, options);
  return composeLoss(reduction, () => hinged(sub(1, mul(target, prediction))));
}

/**
 * `x` where the target is 1, `max(0, margin − x)` where it is −1, x being distances; reduced to the mean over all
 * elements unless told otherwise.
 * @param x any shape
 * @param target the same shape, of 1 and −1
 * @returns a scalar [], or with reduction 'none' a tensor of the same shape
 * @throws TypeError, ShapeError, RangeError
 */
export function hingeEmbedding(x: Tensor, target: Tensor, options: MarginOptions = {}): Tensor {
  const reduction = checkLoss('hingeEmbedding', arguments.length, { x, target }, options, MARGIN);
  const { margin = 1 } = options;
  checkNumber('hingeEmbedding', 'margin', margin);
  return composeLoss(reduction, () => chosen(target, x, hinged(sub(margin, x))));
}

const MARGIN = ['margin'];

/** `Σ a b / √((Σ a² + 1e-12) (Σ b² + 1e-12))` along the last axis, as PyTorch's loss has it. */
function cosine(a: Tensor, b: Tensor): Tensor {
  const dot = (x: Tensor, y: Tensor) => sum(mul(x, y), { axes: -1 });
  const lengths = mul(add(dot(a, a), 1e-12), add(dot(b, b), 1e-12));
  return div(dot(a, b), sqrt(lengths));
}

/**
 * `1 − cos(a, b)` where the target is 1, `max(0, cos(a, b) − margin)` where it is −1, of vectors along the last axis;
 * reduced to the mean over all vectors unless told otherwise.
 * @param a [..., features]
 * @param b the same shape
 * @param target [...], of 1 and −1
 * @returns a scalar [], or with reduction 'none' a tensor of the target's shape
 * @throws TypeError, ShapeError, RangeError
 */
export function cosineEmbedding(
  a: Tensor,
  b: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  const op = 'cosineEmbedding';
  checkArity(op, arguments.length, 4);
  checkVectors(op, { a, b });
  checkTensor(op, 'target', target);
  checkSameShape(op, 'target', a.shape.slice(0, -1), target.shape);
  const reduction = reductionOf(op, options, ['reduction', ...MARGIN]);
  const { margin = 0 } = options;
  checkNumber(op, 'margin', margin);
  return composeLoss(reduction, () => {
    const similarity = cosine(a, b);
    return chosen(target, sub(1, similarity), hinged(sub(similarity, margin)));
  });
}

/**
 * `max(0, ‖anchor − positive‖ − ‖anchor − negative‖ + margin)` (Balntas et al. 2016) of vectors along the last axis,
 * `eps` being added to each difference; reduced to the mean over all triplets unless told otherwise.
 * @param anchor [..., features]
 * @param positive the same shape, of the anchor's kind
 * @param negative the same shape, of another kind
 * @returns a scalar [], or with reduction 'none' a tensor [...]
 * @throws TypeError, ShapeError, RangeError
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginOptions = {},
): Tensor {
  const op = 'tripletMargin';
  checkArity(op, arguments.length, 4);
  checkVectors(op, { anchor, positive, negative });
  const reduction = reductionOf(op, options, ['reduction', 'margin', 'p', 'eps', 'swap']);
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  checkNumber(op, 'margin', margin);
  checkPositive(op, 'p', p);
  checkNumber(op, 'eps', eps, 0);
  checkBoolean(op, 'swap', swap);
  return composeLoss(reduction, () => {
    const between = (a: Tensor, b: Tensor) => norm(add(sub(a, b), eps), p);
    const far = between(anchor, negative);
    const apart = swap ? minimum(far, between(positive, negative)) : far;
    return hinged(add(sub(between(anchor, positive), apart), margin));
  });
}

/** (Σ |x|ᵖ)^(1/p) along the last axis. */
function norm(x: Tensor, p: number): Tensor {
  const axes = x.rank - 1;
  if (p === 1) return sum(abs(x), { axes });
  if (p === 2) return sqrt(sum(square(x), { axes }));
  return pow(sum(pow(abs(x), p), { axes }), 1 / p);
}

/** @throws TypeError, ShapeError unless they have the shape of the first, [..., features] */
function checkVectors(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  const entries = Object.entries(tensors);
  for (const [name, tensor] of entries) {
    checkTensor(op, name, tensor);
    if (tensor.rank === 0) {
      throw new ShapeError(`${op}: ${name}: expected [..., features], got ${formatShape([])}`);
    }
    checkSameShape(op, name, entries[0]![1].shape, tensor.shape);
  }
}
