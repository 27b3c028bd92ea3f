import { checkArity } from '../check.js';
import { apply } from '../ops/op.js';
import { checkPoolOptions, type PoolWindows } from '../ops/pool/geometry.js';
import { checkNormType, LP_POOL1D, LP_POOL2D, LP_POOL3D } from '../ops/pool/lp-pool.js';
import { MAX_POOL_OPTIONS } from '../ops/pool/max-pool.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Base of the layers of power-average pooling. */
abstract class LPPoolLayer extends Module {
  readonly #config: LayerConfig;
  readonly #pool: (x: Tensor) => Tensor;

  /** @throws TypeError, RangeError for a power below 1, sizes that are not positive integers, and unknown options */
  constructor(
    op: typeof LP_POOL1D,
    type: string,
    given: number,
    normType: number,
    kernelSize: number | readonly number[],
    options: PoolWindows,
  ) {
    super();
    checkArity(type, given, 3);
    checkNormType(type, normType);
    checkOptions(type, options, MAX_POOL_OPTIONS);
    checkPoolOptions(type, op.axes, { ...options, kernelSize });
    this.#config = { type, normType, kernelSize, ...options };
    this.#pool = (x) => apply(op, [x], { ...options, normType, kernelSize });
  }

  override forward(x: Tensor): Tensor {
    return this.#pool(x);
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/** The norm of each window, channel by channel; see the op `lpPool1d`. */
export class LPPool1d extends LPPoolLayer {
  static readonly signature: string =
    'LPPool1d(normType, kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(normType: number, kernelSize: number, options: PoolWindows<number> = {}) {
    super(LP_POOL1D, 'LPPool1d', arguments.length, normType, kernelSize, options);
  }
}

/** The norm of each window, channel by channel; see the op `lpPool2d`. */
export class LPPool2d extends LPPoolLayer {
  static readonly signature: string =
    'LPPool2d(normType, kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(normType: number, kernelSize: number | readonly number[], options: PoolWindows = {}) {
    super(LP_POOL2D, 'LPPool2d', arguments.length, normType, kernelSize, options);
  }
}

/** The norm of each window, channel by channel; see the op `lpPool3d`. */
export class LPPool3d extends LPPoolLayer {
  static readonly signature: string =
    'LPPool3d(normType, kernelSize, { stride, padding, dilation, ceilMode })';

  constructor(normType: number, kernelSize: number | readonly number[], options: PoolWindows = {}) {
    super(LP_POOL3D, 'LPPool3d', arguments.length, normType, kernelSize, options);
  }
}
