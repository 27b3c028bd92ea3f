import { checkArity } from '../../check.js';
import type { Tensor } from '../../tensor.js';
import { apply, type Family, type Op } from '../op.js';
import {
  checkLabels,
  type ClassLabelOptions,
  type ClassLabelPlan,
  divisorOf,
  planClassLabels,
} from './class-labels.js';

type NllOp = Op<ClassLabelOptions, ClassLabelPlan>;

/** One number of each row is read, and one written: the host does it, there is nothing that a kernel could do faster. */
const FAMILY: Family<NllOp, ClassLabelOptions, ClassLabelPlan> = {
  operands: [{ name: 'logProbabilities' }, { name: 'labels', dtype: 'int32' }],

  plan: ({ name }, [x, labels], options) =>
    planClassLabels(name, 'logProbabilities', [x!.shape, labels!.shape], options),

  checkValues: ({ name }, [, labels], plan) => checkLabels(name, labels!, plan),

  forward(loss, [x, labels], plan) {
    const [values, losses] = [x!.view(), loss.view()];
    const isReduced = plan.reduction !== 'none';
    let total = 0;
    if (!isReduced) losses.fill(0);
    eachRow(labels!, plan, (row, at, weight) => {
      const value = -weight * values[at]!;
      if (isReduced) total += value;
      else losses[row] = value;
    });
    if (isReduced) losses[0] = total / divisorOf(labels!, plan);
  },

  gradients: [
    (dx, accumulate, { inputs: [, labels], gradOutput, plan }) => {
      const [gradients, ofLosses] = [dx.view(), gradOutput.view()];
      const isReduced = plan.reduction !== 'none';
      const divisor = divisorOf(labels!, plan);
      if (!accumulate) gradients.fill(0);
      eachRow(labels!, plan, (row, at, weight) => {
        gradients[at]! -= (weight * ofLosses[isReduced ? 0 : row]!) / divisor;
      });
    },
    undefined,
  ],
};

export const NLL_LOSS: NllOp = { family: FAMILY, name: 'nllLoss' };

/** Calls `body` for each row that is not ignored, with the place of its label's score and the weight. */
function eachRow(
  labels: Tensor,
  { classes, weight, ignoreIndex }: ClassLabelPlan,
  body: (row: number, at: number, weight: number) => void,
): void {
  labels.view().forEach((label, row) => {
    if (label !== ignoreIndex) body(row, row * classes + label, weight?.[label] ?? 1);
  });
}

/**
 * Negative log-likelihood of labels, as in PyTorch: `loss = −weight[label] · x[…,label]`, reduced to its mean over all
 * labels unless told otherwise. The mean of no rows, or of none that is not ignored, is NaN.
 * @param logProbabilities [..., classes]
 * @param labels int32 [...]: the index of each row's class
 * @returns a scalar [], or with reduction 'none' a tensor of the labels' shape
 * @throws TypeError, ShapeError, RangeError
 */
export function nllLoss(
  logProbabilities: Tensor,
  labels: Tensor,
  options: ClassLabelOptions = {},
): Tensor {
  checkArity('nllLoss', arguments.length, 3);
  return apply(NLL_LOSS, [logProbabilities, labels], options);
}
