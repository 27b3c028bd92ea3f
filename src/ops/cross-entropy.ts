import { checkArity } from '../check.js';
import { record } from '../autograd.js';
import { ShapeError } from '../errors.js';
import { launch } from '../runtime/launch.js';
import { runtime } from '../runtime/runtime.js';
import { withScratch } from '../runtime/storage.js';
import { checkSameShape, formatShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { checkTensor } from './check.js';
import { reductionOf, type LossOptions, type Reduction } from './reduction.js';

/**
 * Softmax and negative log-likelihood in one, as in PyTorch: `loss = ln Σ_c exp(logits[…,c]) − logits[…,label]`,
 * reduced to its mean over all labels unless told otherwise. Large logits do not overflow. The mean of no rows is
 * NaN.
 * @param logits [..., classes]: scores before any softmax
 * @param labels int32 [...]: the index of each row's class
 * @returns a scalar [], or with reduction 'none' a tensor of the labels' shape
 * @throws TypeError, ShapeError, RangeError
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  checkArity('crossEntropy', arguments.length, 3);
  const reduction = reductionOf('crossEntropy', options);
  const classes = checkLogits(logits);
  checkLabels(labels, logits, classes);
  const loss = forward(logits, labels, classes, reduction);
  return record('crossEntropy', loss, [logits, labels], (gradOutput, addGradient) => {
    addGradient(logits, (gradLogits, accumulate) =>
      gradientOfLogits(gradLogits, logits, labels, gradOutput, reduction, accumulate),
    );
  });
}

function forward(logits: Tensor, labels: Tensor, classes: number, reduction: Reduction): Tensor {
  const rows = labels.size;
  const run = (losses: number) =>
    launch('crossEntropyForward', [losses, logits.pointer, labels.pointer, classes], rows, {
      elements: logits.size,
    });
  if (reduction === 'none') {
    const losses = Tensor.allocate(labels.shape);
    run(losses.pointer);
    return losses;
  }
  return withScratch(4 * rows, (losses) => {
    const loss = Tensor.allocate([]);
    run(losses);
    const divisor = reduction === 'mean' ? rows : 1;
    runtime().kernels.crossEntropyForwardReduce(loss.pointer, losses, rows, divisor);
    return loss;
  });
}

function gradientOfLogits(
  gradLogits: Tensor,
  logits: Tensor,
  labels: Tensor,
  gradOutput: Tensor,
  reduction: Reduction,
  accumulate: boolean,
): void {
  const rows = labels.size;
  const classes = logits.shape.at(-1)!;
  const from = [gradLogits.pointer, logits.pointer, labels.pointer, gradOutput.pointer] as const;
  if (reduction === 'none') {
    launch('crossEntropyGradInput', [...from, classes, accumulate], rows, {
      elements: logits.size,
    });
  } else {
    const scale = reduction === 'mean' ? 1 / rows : 1;
    launch('crossEntropyGradInputReduced', [...from, scale, classes, accumulate], rows, {
      elements: logits.size,
    });
  }
}

/** @returns the number of classes */
function checkLogits(logits: Tensor): number {
  checkTensor('crossEntropy', 'logits', logits);
  const classes = logits.shape.at(-1);
  if (logits.rank < 2 || classes === 0) {
    throw new ShapeError(
      `crossEntropy: logits: expected [..., classes] with at least two axes and one class, ` +
        `got ${formatShape(logits.shape)}`,
    );
  }
  return classes!;
}

/** The kernels use the labels as addresses: none may lie outside the row. */
function checkLabels(labels: Tensor, logits: Tensor, classes: number): void {
  checkTensor('crossEntropy', 'labels', labels, { dtype: 'int32' });
  checkSameShape('crossEntropy', 'labels', logits.shape.slice(0, -1), labels.shape);
  const bad = labels.view().findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    throw new RangeError(
      `crossEntropy: labels: expected integers in [0, ${classes}), ` +
        `got ${labels.view()[bad]} at index ${bad}`,
    );
  }
}
