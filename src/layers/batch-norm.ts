import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { batchNorm, type BatchNormOptions, checkBatchNormOptions } from '../ops/norm/batch-norm.js';
import { checkTensor } from '../ops/check.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import type { Tensor } from '../tensor.js';
import { Module } from './module.js';
import { buffer, parameter } from './state.js';

/** Options of `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d`. */
export interface BatchNormLayerOptions extends Omit<BatchNormOptions, 'training' | 'momentum'> {
  /** The share of the new statistics in the running ones; null: these are the mean of all so far. Default 0.1. */
  momentum?: number | null;
  /** Whether there are a learned weight, 1 at first, and a learned bias, 0 at first. Default true. */
  affine?: boolean;
  /** Whether there are running statistics; without, those of the batch count in evaluation too. Default true. */
  trackRunningStats?: boolean;
}

/** A learned vector of one value for each channel. */
export function channels(affine: boolean, count: number, value: number): Tensor | undefined {
  return affine ? parameter([count], (tensor) => void tensor.view().fill(value)) : undefined;
}

/**
 * Base of batch normalizations; see the op `batchNorm`. In training it normalises with the statistics of the batch, and
 * moves the running ones, `runningMean` (0 at first) and `runningVar` (1 at first), towards them; in evaluation with the
 * running ones.
 */
abstract class BatchNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly runningMean: Tensor | undefined;
  readonly runningVar: Tensor | undefined;
  /** How many batches the running statistics are the mean of, where `momentum` is null. */
  readonly numBatchesTracked: Tensor | undefined;

  protected constructor(name: string, numFeatures: number, options: BatchNormLayerOptions = {}) {
    super();
    checkInteger(name, 'numFeatures', numFeatures, 1);
    checkOptions(name, options, ['eps', 'momentum', 'affine', 'trackRunningStats']);
    const { eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = options;
    checkBatchNormOptions(name, { eps, ...(momentum !== null && { momentum }) });
    checkBoolean(name, 'affine', affine);
    checkBoolean(name, 'trackRunningStats', trackRunningStats);
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = channels(affine, numFeatures, 1);
    this.bias = channels(affine, numFeatures, 0);
    if (!trackRunningStats) return;
    this.runningMean = buffer([numFeatures], 0);
    this.runningVar = buffer([numFeatures], 1);
    if (momentum === null) this.numBatchesTracked = buffer([], 0);
  }

  override forward(x: Tensor): Tensor {
    this.checkInput(x);
    const { weight, bias, runningMean, runningVar, eps } = this;
    const training = this.training || !this.trackRunningStats;
    const momentum = this.momentum ?? this.shareOfBatch(training);
    return batchNorm(x, runningMean, runningVar, weight, bias, { training, momentum, eps });
  }

  /** The share of one more batch in the mean of all. */
  private shareOfBatch(training: boolean): number {
    const count = this.numBatchesTracked;
    if (!count || !training) return 0;
    count.assign([count.item() + 1]);
    return 1 / count.item();
  }

  /** @throws TypeError, ShapeError @internal */
  protected abstract checkInput(x: Tensor): void;
}

/** Batch normalization of rows [N, numFeatures] or signals [N, length, numFeatures], as in PyTorch. */
export class BatchNorm1d extends BatchNorm {
  static readonly signature: string =
    'BatchNorm1d(numFeatures, { eps, momentum, affine, trackRunningStats })';

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
  static readonly signature: string =
    'BatchNorm2d(numFeatures, { eps, momentum, affine, trackRunningStats })';

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

/** Batch normalization of volumes [N, depth, height, width, numFeatures], as in PyTorch. */
export class BatchNorm3d extends BatchNorm {
  static readonly signature: string =
    'BatchNorm3d(numFeatures, { eps, momentum, affine, trackRunningStats })';

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: BatchNormLayerOptions = {}) {
    checkArity('BatchNorm3d', arguments.length, 2);
    super('BatchNorm3d', numFeatures, options);
  }

  /** @internal */
  protected override checkInput(x: Tensor): void {
    checkTensor('BatchNorm3d', 'input', x, { rank: 5 });
  }
}
