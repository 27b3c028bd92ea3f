import { checkArity } from '../check.js';
import {
  checkInterpolateOptions,
  interpolate,
  type InterpolateOptions,
} from '../ops/resize/interpolate.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';

/** Resizes signals, pictures or volumes; see the op `interpolate`. */
export class Upsample extends Module {
  static readonly signature: string =
    'Upsample({ size, scaleFactor, mode, alignCorners, antialias, coordinateMode, nearestMode, cubicCoefficient, excludeOutside })';
  readonly #options: InterpolateOptions;

  /** @throws TypeError, RangeError */
  constructor(options: InterpolateOptions = {}) {
    super();
    checkArity('Upsample', arguments.length, 1);
    checkInterpolateOptions('Upsample', options);
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return interpolate(x, this.#options);
  }

  override config(): LayerConfig {
    return { type: 'Upsample', ...this.#options };
  }
}
