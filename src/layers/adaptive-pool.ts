import { checkArity } from '../check.js';
import { checkSizes } from '../ops/check.js';
import { apply } from '../ops/op.js';
import {
  ADAPTIVE_AVG_POOL1D,
  ADAPTIVE_AVG_POOL2D,
  ADAPTIVE_AVG_POOL3D,
} from '../ops/pool/avg-pool.js';
import type { PoolOp } from '../ops/pool/geometry.js';
import {
  ADAPTIVE_MAX_POOL1D,
  ADAPTIVE_MAX_POOL2D,
  ADAPTIVE_MAX_POOL3D,
} from '../ops/pool/adaptive-max-pool.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Base of the layers of pooling to an output of a given size. */
abstract class AdaptivePoolLayer extends Module {
  readonly #config: LayerConfig;
  readonly #pool: (x: Tensor) => Tensor;

  /** @throws TypeError, RangeError for sizes that are not positive integers */
  constructor(op: PoolOp, type: string, given: number, outputSize: number | readonly number[]) {
    super();
    checkArity(type, given, 1);
    checkSizes(type, 'outputSize', outputSize, op.axes, 1);
    this.#config = { type, outputSize };
    this.#pool = (x) => apply(op, [x], { outputSize });
  }

  override forward(x: Tensor): Tensor {
    return this.#pool(x);
  }

  override config(): LayerConfig {
    return this.#config;
  }
}

/** Mean of so many windows of a signal, channel by channel; see the op `adaptiveAvgPool1d`. */
export class AdaptiveAvgPool1d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveAvgPool1d(outputSize)';

  constructor(outputSize: number) {
    super(ADAPTIVE_AVG_POOL1D, 'AdaptiveAvgPool1d', arguments.length, outputSize);
  }
}

/** Mean of so many windows of a picture, channel by channel; see the op `adaptiveAvgPool2d`. */
export class AdaptiveAvgPool2d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveAvgPool2d(outputSize)';

  constructor(outputSize: number | readonly number[]) {
    super(ADAPTIVE_AVG_POOL2D, 'AdaptiveAvgPool2d', arguments.length, outputSize);
  }
}

/** Mean of so many windows of a volume, channel by channel; see the op `adaptiveAvgPool3d`. */
export class AdaptiveAvgPool3d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveAvgPool3d(outputSize)';

  constructor(outputSize: number | readonly number[]) {
    super(ADAPTIVE_AVG_POOL3D, 'AdaptiveAvgPool3d', arguments.length, outputSize);
  }
}

/** Largest value of so many windows of a signal, channel by channel; see the op `adaptiveMaxPool1d`. */
export class AdaptiveMaxPool1d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveMaxPool1d(outputSize)';

  constructor(outputSize: number) {
    super(ADAPTIVE_MAX_POOL1D, 'AdaptiveMaxPool1d', arguments.length, outputSize);
  }
}

/** Largest value of so many windows of a picture, channel by channel; see the op `adaptiveMaxPool2d`. */
export class AdaptiveMaxPool2d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveMaxPool2d(outputSize)';

  constructor(outputSize: number | readonly number[]) {
    super(ADAPTIVE_MAX_POOL2D, 'AdaptiveMaxPool2d', arguments.length, outputSize);
  }
}

/** Largest value of so many windows of a volume, channel by channel; see the op `adaptiveMaxPool3d`. */
export class AdaptiveMaxPool3d extends AdaptivePoolLayer {
  static readonly signature: string = 'AdaptiveMaxPool3d(outputSize)';

  constructor(outputSize: number | readonly number[]) {
    super(ADAPTIVE_MAX_POOL3D, 'AdaptiveMaxPool3d', arguments.length, outputSize);
  }
}
