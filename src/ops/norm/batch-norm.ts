import { checkArity, checkBoolean, checkNumber } from '../../check.js';
import { ShapeError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import { formatShape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { checkTensor } from '../check.js';
import { apply } from '../op.js';
import { BATCH_NORM, checkVectors, normalizeByOwn, sizesOf } from './channels.js';

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Whether to normalise with the statistics of x, and to update the running ones. Default false. */
  training?: boolean;
  /** The share of the new statistics in the running ones. Default 0.1. */
  momentum?: number;
  /** Added to the variance. Default 1e-5. */
  eps?: number;
}

const OF_BATCH = { ofExamples: false, together: 1 };

/**
 * Batch normalization (Ioffe & Szegedy, arxiv.org/abs/1502.03167): `y = (x − mean) / √(variance + eps) · weight + bias`,
 * channel by channel over all other axes, as in PyTorch. In training, mean and (biased) variance are those of x, and the
 * running ones, where given, are changed in place: `running = (1 − momentum) · running + momentum · new`, with the
 * unbiased variance. Otherwise they are the running ones.
 * @param x [..., channels], of at least two axes
 * @param runningMean [channels], or undefined in training
 * @param runningVar [channels], or undefined in training
 * @param weight [channels], or undefined: 1
 * @param bias [channels], or undefined: 0
 * @throws TypeError, RangeError; ShapeError, also for one value per channel in training
 */
export function batchNorm(
  x: Tensor,
  runningMean: Tensor | undefined,
  runningVar: Tensor | undefined,
  weight?: Tensor,
  bias?: Tensor,
  options: BatchNormOptions = {},
): Tensor {
  checkArity('batchNorm', arguments.length, 6);
  checkBatchNormOptions('batchNorm', options);
  const { training = false, momentum = 0.1, eps = 1e-5 } = options;
  checkTensor('batchNorm', 'input', x);
  const { rows, channels } = sizesOf('batchNorm', x.shape, OF_BATCH);
  checkVectors('batchNorm', { runningMean, runningVar }, channels, training);
  if (!training) {
    const inputs = [x, weight, bias, runningMean, runningVar];
    return apply(BATCH_NORM, inputs, { eps, ofInput: false, ...OF_BATCH });
  }
  if (rows === 1) {
    throw new ShapeError(
      `batchNorm: input: expected more than one value per channel in training, got ${formatShape(x.shape)}`,
    );
  }
  return normalizeByOwn(BATCH_NORM, { x, weight, bias }, { eps, ...OF_BATCH }, (mean, variance) => {
    if (runningMean) update(runningMean, mean, momentum, 1);
    if (runningVar) update(runningVar, variance, momentum, rows / (rows - 1));
  });
}

/** @throws TypeError, RangeError */
export function checkBatchNormOptions(op: string, options: BatchNormOptions): void {
  checkOptions(op, options, ['training', 'momentum', 'eps']);
  const { training, momentum, eps } = options;
  if (training !== undefined) checkBoolean(op, 'training', training);
  if (momentum !== undefined) checkNumber(op, 'momentum', momentum, 0, 1);
  if (eps !== undefined) checkNumber(op, 'eps', eps, 0);
}

/** Moves running statistics towards new ones, times a factor. */
function update(running: Tensor, statistics: Tensor, momentum: number, factor: number): void {
  const [values, news] = [running.view(), statistics.view()];
  for (let c = 0; c < values.length; c++) {
    values[c] = (1 - momentum) * values[c]! + momentum * factor * news[c]!;
  }
  running.version++;
}
