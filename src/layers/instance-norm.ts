import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import { checkTensor } from '../ops/check.js';
import {
  checkGroups,
  checkNormOptions,
  groupNorm,
  instanceNorm,
  type NormOptions,
} from '../ops/norm/group-norm.js';
import type { Tensor } from '../tensor.js';
import { channels } from './batch-norm.js';
import { Module } from './module.js';

/** Options of `GroupNorm`, `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d`. */
export interface NormLayerOptions extends NormOptions {
  /** Whether there are a learned weight, 1 at first, and a learned bias, 0 at first. */
  affine?: boolean;
}

/** Base of normalizations of each example by itself. */
abstract class ExampleNorm extends Module {
  readonly eps: number;
  readonly affine: boolean;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;

  protected constructor(
    name: string,
    count: number,
    byDefault: boolean,
    options: NormLayerOptions,
  ) {
    super();
    checkOptions(name, options, ['eps', 'affine']);
    const { eps = 1e-5, affine = byDefault } = options;
    checkNormOptions(name, { eps }, eps);
    checkBoolean(name, 'affine', affine);
    this.eps = eps;
    this.affine = affine;
    this.weight = channels(affine, count, 1);
    this.bias = channels(affine, count, 0);
  }
}

/** Group normalization of [N, ..., numChannels], as in PyTorch, with a weight and a bias; see the op `groupNorm`. */
export class GroupNorm extends ExampleNorm {
  static readonly signature: string = 'GroupNorm(numGroups, numChannels, { eps, affine })';
  readonly numGroups: number;
  readonly numChannels: number;

  /** @throws TypeError, RangeError */
  constructor(numGroups: number, numChannels: number, options: NormLayerOptions = {}) {
    checkArity('GroupNorm', arguments.length, 3);
    checkInteger('GroupNorm', 'numChannels', numChannels, 1);
    checkGroups('GroupNorm', numGroups, numChannels);
    super('GroupNorm', numChannels, true, options);
    this.numGroups = numGroups;
    this.numChannels = numChannels;
  }

  override forward(x: Tensor): Tensor {
    return groupNorm(x, this.numGroups, this.weight, this.bias, { eps: this.eps });
  }
}

/** Base of instance normalizations; see the op `instanceNorm`. */
abstract class InstanceNorm extends ExampleNorm {
  readonly numFeatures: number;
  /** Axes of the input. @internal */
  protected abstract readonly rank: number;

  protected constructor(name: string, numFeatures: number, options: NormLayerOptions) {
    checkInteger(name, 'numFeatures', numFeatures, 1);
    super(name, numFeatures, false, options);
    this.numFeatures = numFeatures;
  }

  override forward(x: Tensor): Tensor {
    const { rank, weight, bias, eps } = this;
    checkTensor(`InstanceNorm${rank - 2}d`, 'input', x, { rank });
    return instanceNorm(x, weight, bias, { eps });
  }
}

/** Instance normalization of signals [N, length, numFeatures], as in PyTorch: without weight and bias unless affine. */
export class InstanceNorm1d extends InstanceNorm {
  static readonly signature: string = 'InstanceNorm1d(numFeatures, { eps, affine })';
  /** @internal */
  protected override readonly rank = 3;

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: NormLayerOptions = {}) {
    checkArity('InstanceNorm1d', arguments.length, 2);
    super('InstanceNorm1d', numFeatures, options);
  }
}

/** Instance normalization of pictures [N, height, width, numFeatures], as in PyTorch: without weight and bias unless affine. */
export class InstanceNorm2d extends InstanceNorm {
  static readonly signature: string = 'InstanceNorm2d(numFeatures, { eps, affine })';
  /** @internal */
  protected override readonly rank = 4;

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: NormLayerOptions = {}) {
    checkArity('InstanceNorm2d', arguments.length, 2);
    super('InstanceNorm2d', numFeatures, options);
  }
}

/** Instance normalization of volumes [N, depth, height, width, numFeatures], as in PyTorch: without weight and bias unless affine. */
export class InstanceNorm3d extends InstanceNorm {
  static readonly signature: string = 'InstanceNorm3d(numFeatures, { eps, affine })';
  /** @internal */
  protected override readonly rank = 5;

  /** @throws TypeError, RangeError */
  constructor(numFeatures: number, options: NormLayerOptions = {}) {
    checkArity('InstanceNorm3d', arguments.length, 2);
    super('InstanceNorm3d', numFeatures, options);
  }
}
