import { checkArity, checkNumber, wrongNumber } from '../../check.js';
import { checkSameShape } from '../../shape.js';
import { fromData, type Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { gather, oneHot } from '../gather.js';
import { relu } from '../map/activations.js';
import { square } from '../map/functions.js';
import { sum } from '../reductions.js';
import { add, div, mul, sub } from '../zip/functions.js';
import { checkClassWeight, checkLabels, classesOf } from './class-labels.js';
import { composeLoss, type LossOptions, reductionOf } from './reduction.js';

/** Options of `multiMargin`. */
export interface MultiMarginOptions extends LossOptions {
  /** The power of each term. Default 1. */
  p?: 1 | 2;
  /** How far the label's score should be above the others. Default 1. */
  margin?: number;
  /** A weight for each class, at least 0, for the rows of that label. Default 1 for all. */
  weight?: ArrayLike<number>;
}

/**
 * Hinge loss of several classes: `weight[label] · Σ_(c ≠ label) max(0, margin − x[…,label] + x[…,c])ᵖ / classes`, reduced
 * to its mean over all rows unless told otherwise.
 * @param scores [..., classes]
 * @param labels int32 [...]: the index of each row's class
 * @returns a scalar [], or with reduction 'none' a tensor of the labels' shape
 * @throws TypeError, ShapeError, RangeError
 */
export function multiMargin(
  scores: Tensor,
  labels: Tensor,
  options: MultiMarginOptions = {},
): Tensor {
  const op = 'multiMargin';
  checkArity(op, arguments.length, 3);
  checkTensor(op, 'scores', scores);
  checkTensor(op, 'labels', labels, { dtype: 'int32' });
  const classes = classesOf(op, 'scores', scores.shape);
  checkSameShape(op, 'labels', scores.shape.slice(0, -1), labels.shape);
  const reduction = reductionOf(op, options, ['reduction', 'p', 'margin', 'weight']);
  const { p = 1, margin = 1, weight } = options;
  if (p !== 1 && p !== 2) throw wrongNumber(op, 'p', '1 or 2', p);
  checkNumber(op, 'margin', margin);
  checkClassWeight(op, weight, classes);
  checkLabels(op, labels, { classes });
  return composeLoss(reduction, () => {
    const isLabel = oneHot(labels, classes);
    const ofLabel = sum(mul(scores, isLabel), { axes: -1, keepDims: true });
    const short = mul(relu(add(sub(scores, ofLabel), margin)), sub(1, isLabel));
    const losses = div(sum(p === 1 ? short : square(short), { axes: -1 }), classes);
    if (weight === undefined) return losses;
    return mul(losses, gather(fromData(op, weight, [classes], 'float32'), labels));
  });
}
