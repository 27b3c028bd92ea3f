import { checkArity, checkNumber } from '../../check.js';
import { call, launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch, withTable } from '../../runtime/storage.js';
import { checkSameShape, type Shape, sizeOf } from '../../shape.js';
import { fromData, Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { exp, log } from '../map/functions.js';
import { apply, type Family, type Op } from '../op.js';
import { max, sum } from '../reductions.js';
import { add, div, mul, sub } from '../zip/functions.js';
import {
  checkLabels,
  type ClassLabelOptions,
  type ClassLabelPlan,
  divisorOf,
  planClassLabels,
} from './class-labels.js';
import { composeLoss } from './reduction.js';

/** Options of `crossEntropy`, as in PyTorch. */
export interface CrossEntropyOptions extends ClassLabelOptions {
  /** The share of each label that all classes get, in [0, 1]. Default 0. */
  labelSmoothing?: number;
}

/** What the kernels need to know beside logits and labels. */
interface CrossEntropyPlan extends ClassLabelPlan {
  /** Of the logits. */
  readonly elements: number;
  readonly labelSmoothing: number;
}

type CrossEntropyOp = Op<CrossEntropyOptions, CrossEntropyPlan>;

const FAMILY: Family<CrossEntropyOp, CrossEntropyOptions, CrossEntropyPlan> = {
  operands: [{ name: 'logits' }, { name: 'labels', dtype: 'int32' }],
  plan: ({ name }, [logits, labels], options) =>
    planOf(name, logits!.shape, labels!.shape, options),
  checkValues: ({ name }, [, labels], plan) => checkLabels(name, labels!, plan),
  forward: (loss, [logits, labels], plan) => forward(loss, logits!, labels!, plan),
  gradients: [
    (gradLogits, accumulate, { inputs: [logits, labels], gradOutput, plan }) =>
      gradientOfLogits(gradLogits, logits!, labels!, gradOutput, plan, accumulate),
    undefined,
  ],
};

export const CROSS_ENTROPY: CrossEntropyOp = { family: FAMILY, name: 'crossEntropy' };

/**
 * Softmax and negative log-likelihood in one, as in PyTorch: `loss = ln Σ_c exp(logits[…,c]) − logits[…,label]`,
 * reduced to its mean over all labels unless told otherwise. Large logits do not overflow. The mean of no rows, or of
 * none that is not ignored, is NaN. With probabilities q for labels it is `Σ_c weight[c] · q[c] · (ln Σ_k exp(logits[…,k]) −
 * logits[…,c])`, and its mean that of all rows.
 * @param logits [..., classes]: scores before any softmax
 * @param labels int32 [...]: the index of each row's class; or float32 [..., classes]: the probability of each class
 * @returns a scalar [], or with reduction 'none' a tensor [...]
 * @throws TypeError, ShapeError, RangeError
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  checkArity('crossEntropy', arguments.length, 3);
  return isProbabilities(logits, labels)
    ? ofProbabilities(logits, labels, options)
    : apply(CROSS_ENTROPY, [logits, labels], options);
}

const OPTIONS = ['reduction', 'labelSmoothing', 'weight', 'ignoreIndex'];

function planOf(
  op: string,
  logits: Shape,
  labels: Shape,
  options: CrossEntropyOptions,
): CrossEntropyPlan {
  const plan = planClassLabels(op, 'logits', [logits, labels], options, OPTIONS);
  const { labelSmoothing = 0 } = options;
  checkNumber(op, 'labelSmoothing', labelSmoothing, 0, 1);
  return { ...plan, elements: sizeOf(logits), labelSmoothing };
}

function forward(loss: Tensor, logits: Tensor, labels: Tensor, plan: CrossEntropyPlan): void {
  const { rows, elements, reduction } = plan;
  const run = (losses: number) =>
    withRule(plan, (...values) =>
      launch('crossEntropyForward', [losses, logits.pointer, labels.pointer, ...values], rows, {
        elements,
      }),
    );
  if (reduction === 'none') return run(loss.pointer);
  withScratch(4 * rows, (losses) => {
    run(losses);
    const divisor = divisorOf(labels, plan);
    call('crossEntropyForwardReduce', [loss.pointer, losses, rows, divisor]);
  });
}

/** Calls `body` with the arguments of the kernels; the weights are lent for the call. */
function withRule(
  { classes, weight, labelSmoothing, ignoreIndex }: CrossEntropyPlan,
  body: (classes: number, weight: number, smoothing: number, ignored: number) => void,
): void {
  if (!weight) return body(classes, 0, labelSmoothing, ignoreIndex);
  const write = (pointer: number) => runtime().heap.f32.set(weight, pointer / 4);
  withTable(4 * classes, [], write, (pointer) =>
    body(classes, pointer, labelSmoothing, ignoreIndex),
  );
}

function gradientOfLogits(
  gradLogits: Tensor,
  logits: Tensor,
  labels: Tensor,
  gradOutput: Tensor,
  plan: CrossEntropyPlan,
  accumulate: boolean,
): void {
  const step = plan.reduction === 'none' ? 4 : 0;
  const share = 1 / divisorOf(labels, plan);
  const from = [gradLogits.pointer, logits.pointer, labels.pointer, gradOutput.pointer] as const;
  withRule(plan, (...values) =>
    launch('crossEntropyGradInput', [...from, step, share, ...values, accumulate], plan.rows, plan),
  );
}

/** Float32, and not by mistake what should be int32. */
function isProbabilities(logits: Tensor, labels: Tensor): boolean {
  if (!(labels instanceof Tensor) || !(logits instanceof Tensor)) return false;
  return labels.dtype === 'float32' && labels.rank === logits.rank;
}

function ofProbabilities(logits: Tensor, labels: Tensor, options: CrossEntropyOptions): Tensor {
  const op = CROSS_ENTROPY.name;
  checkTensor(op, 'logits', logits);
  const rowShape = logits.shape.slice(0, -1);
  const { classes, rows, weight, reduction, labelSmoothing } = planOf(
    op,
    logits.shape,
    rowShape,
    options,
  );
  checkSameShape(op, 'labels', logits.shape, labels.shape);
  void labels.pointer;
  return composeLoss(reduction === 'none' ? 'none' : 'sum', () => {
    const largest = max(logits, { axes: -1, keepDims: true }).detach();
    const scores = sub(logits, largest);
    const negativeLog = sub(log(sum(exp(scores), { axes: -1, keepDims: true })), scores);
    let shares = labels;
    if (labelSmoothing > 0) {
      shares = add(mul(labels, 1 - labelSmoothing), labelSmoothing / classes);
    }
    if (weight) shares = mul(shares, fromData(op, weight, [classes], 'float32'));
    const losses = sum(mul(shares, negativeLog), { axes: -1 });
    return reduction === 'mean' ? div(losses, rows) : losses;
  });
}
