import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { batchNorm, type BatchNormOptions, checkBatchNormOptions } from '../ops/batch-norm.js';
import { checkTensor } from '../ops/check.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { buffer, parameter } from './state.js';

/** Options of `BatchNorm1d` and `BatchNorm2d`. */
export interface BatchNormLayerOptions extends Omit<BatchNormOptions, 'training'> {
  /** Whether there are a learned weight, 1 at first, and a learned bias, 0 at first. Default true. */
  affine?: boolean;
}

/**
 * Base of batch normalizations; see the op `batchNorm`. In training it normalises with the statistics of the batch, and
 * moves the running ones, `runningMean` (0 at first) and `runningVar` (1 at first), towards them; in evaluation with the
 * running ones.
 */
abstract class BatchNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;

  protected constructor(name: string, numFeatures: number, options: BatchNormLayerOptions = {}) {
    super();
    checkInteger(name, 'numFeatures', numFeatures, 1);
    checkOptions(name, options, ['eps', 'momentum', 'affine']);
    const { eps = 1e-5, momentum = 0.1, affine = true } = options;
    checkBatchNormOptions(name, { eps, momentum });
    checkBoolean(name, 'affine', affine);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    const filled = (value: number) => (tensor: Tensor) => void tensor.view().fill(value);
    this.weight = affine ? parameter([numFeatures], filled(1)) : undefined;
    this.bias = affine ? parameter([numFeatures], filled(0)) : undefined;
    this.runningMean = buffer([numFeatures], 0);
    this.runningVar = buffer([numFeatures], 1);
  }

  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    const { weight, bias, runningMean, runningVar, training, momentum, eps } = this;
    return batchNorm(x, runningMean, runningVar, weight, bias, { training, momentum, eps });
  }

  /** @throws TypeError, ShapeError @internal */
  protected abstract checkInput(x: Tensor): void;
}

/** Batch normalization of rows [N, numFeatures] or signals [N, length, numFeatures], as in PyTorch. */
export class BatchNorm1d extends BatchNorm {
  static readonly signature: string = 'BatchNorm1d(numFeatures, { eps, momentum, affine })';

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    checkArity('BatchNorm1d', arguments.length, 2);
    super('BatchNorm1d', numFeatures, options);
  }

  /** @internal */
  protected override checkInput(x: Tensor): void {
    checkTensor('BatchNorm1d', 'input', x);
    if (x.rank === 2 || x.rank === 3) return;
    throw new ShapeError(
      `BatchNorm1d: input: expected 2 or 3 axes, got ${x.rank} (shape ${formatShape(x.shape)})`,
    );
  }
}

/** Batch normalization of pictures [N, height, width, numFeatures], as in PyTorch. */
export class BatchNorm2d extends BatchNorm {
  static readonly signature: string = 'BatchNorm2d(numFeatures, { eps, momentum, affine })';

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    checkArity('BatchNorm2d', arguments.length, 2);
    super('BatchNorm2d', numFeatures, options);
  }

  /** @internal */
  protected override checkInput(x: Tensor): void {
    checkTensor('BatchNorm2d', 'input', x, { rank: 4 });
  }
}
