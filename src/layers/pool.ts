import { checkArity } from '../check.js';
import { apply } from '../ops/op.js';
import {
  AVG_POOL1D,
  AVG_POOL2D,
  AVG_POOL3D,
  AVG_POOL_OPTIONS,
  type AvgPool1dOptions,
  type AvgPool2dOptions,
  type AvgPool3dOptions,
} from '../ops/pool/avg-pool.js';
import {
  type AvgPoolOptions,
  checkPoolOptions,
  type PoolOp,
  type PoolWindows,
} from '../ops/pool/geometry.js';
import { MAX_POOL1D, MAX_POOL2D, MAX_POOL3D, MAX_POOL_OPTIONS } from '../ops/pool/max-pool.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Base of the layers of pooling. */
abstract class PoolLayer extends Module {
  readonly #config: LayerConfig;
  readonly #pool: (x: Tensor) => Tensor;

  /** @throws TypeError, RangeError for sizes that are not positive integers, and unknown options */
  constructor(
    op: PoolOp,
    type: string,
    known: readonly string[],
    given: number,
    kernelSize: number | readonly number[],
    options: AvgPoolOptions,
  ) {
    super();
    checkArity(type, given, 2);
    checkOptions(type, options, known);
    checkPoolOptions(type, op.axes, { ...options, kernelSize });
    this.#config = { type, kernelSize, ...options };
    this.#pool = (x) => apply(op, [x], { ...options, kernelSize });
  }

  override forward(x: Tensor): Tensor {
    return this.#pool(x);
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/** Largest value of each window, channel by channel; see the op `maxPool1d`. */
export class MaxPool1d extends PoolLayer {
  static readonly signature: string =
    'MaxPool1d(kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(kernelSize: number, options: PoolWindows<number> = {}) {
    super(MAX_POOL1D, 'MaxPool1d', MAX_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}

/** Largest value of each window, channel by channel; see the op `maxPool2d`. */
export class MaxPool2d extends PoolLayer {
  static readonly signature: string =
    'MaxPool2d(kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(kernelSize: number | readonly number[], options: PoolWindows = {}) {
    super(MAX_POOL2D, 'MaxPool2d', MAX_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}

/** Largest value of each window, channel by channel; see the op `maxPool3d`. */
export class MaxPool3d extends PoolLayer {
  static readonly signature: string =
    'MaxPool3d(kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(kernelSize: number | readonly number[], options: PoolWindows = {}) {
    super(MAX_POOL3D, 'MaxPool3d', MAX_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}

/** Mean value of each window, channel by channel; see the op `avgPool1d`. */
export class AvgPool1d extends PoolLayer {
  static readonly signature: string =
    'AvgPool1d(kernelSize, { stride, padding, dilation, ceilMode, countIncludePad, divisorOverride })';

  constructor(kernelSize: number, options: AvgPool1dOptions = {}) {
    super(AVG_POOL1D, 'AvgPool1d', AVG_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}

/** Mean value of each window, channel by channel; see the op `avgPool2d`. */
export class AvgPool2d extends PoolLayer {
  static readonly signature: string =
    'AvgPool2d(kernelSize, { stride, padding, dilation, ceilMode, countIncludePad, divisorOverride })';

  constructor(kernelSize: number | readonly number[], options: AvgPool2dOptions = {}) {
    super(AVG_POOL2D, 'AvgPool2d', AVG_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}

/** Mean value of each window, channel by channel; see the op `avgPool3d`. */
export class AvgPool3d extends PoolLayer {
  static readonly signature: string =
    'AvgPool3d(kernelSize, { stride, padding, dilation, ceilMode, countIncludePad, divisorOverride })';

  constructor(kernelSize: number | readonly number[], options: AvgPool3dOptions = {}) {
    super(AVG_POOL3D, 'AvgPool3d', AVG_POOL_OPTIONS, arguments.length, kernelSize, options);
  }
}
