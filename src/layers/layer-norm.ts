import { checkArity, checkBoolean } from '../check.js';
import { checkOptions } from '../options.js';
import { checkNormOptions } from '../ops/norm/group-norm.js';
import { checkNormalizedShape, layerNorm, rmsNorm } from '../ops/norm/layer-norm.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/** Options of `RMSNorm`. */
export interface RMSNormOptions {
  /** Added to the mean square. Default 2⁻²³, of float32. */
  eps?: number;
  /** Whether there is a learned weight, 1 at first. Default true. */
  elementwiseAffine?: boolean;
}

/** Options of `LayerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  eps?: number;
  /** Whether there is a learned weight, 1 at first, and a learned bias, 0 at first. Default true. */
  elementwiseAffine?: boolean;
  /** Whether there is a bias, where there is a weight. Default true. */
  bias?: boolean;
}

/** A parameter of a shape that is one value at first. */
const filled = (shape: readonly number[], value: number) =>
  parameter(shape, (tensor) => void tensor.view().fill(value));

/** Layer normalization over the last axes [..., ...normalizedShape], as in PyTorch; see the op `layerNorm`. */
export class LayerNorm extends Module {
  static readonly signature: string =
    'LayerNorm(normalizedShape, { eps, elementwiseAffine, bias })';
  readonly normalizedShape: number | readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly #hasBias: boolean;

  /** @throws TypeError, RangeError */
  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    checkArity('LayerNorm', arguments.length, 2);
    const shape = checkNormalizedShape('LayerNorm', normalizedShape);
    checkOptions('LayerNorm', options, ['eps', 'elementwiseAffine', 'bias']);
    const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
    checkNormOptions('LayerNorm', { eps }, eps);
    checkBoolean('LayerNorm', 'elementwiseAffine', elementwiseAffine);
    checkBoolean('LayerNorm', 'bias', bias);
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.#hasBias = bias;
    this.weight = elementwiseAffine ? filled(shape, 1) : undefined;
    this.bias = elementwiseAffine && bias ? filled(shape, 0) : undefined;
  }

  override forward(x: Tensor): Tensor {
    return layerNorm(x, this.normalizedShape, this.weight, this.bias, { eps: this.eps });
  }

  override config(): LayerConfig {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return { type: 'LayerNorm', normalizedShape, eps, elementwiseAffine, bias: this.#hasBias };
  }
}

/** Root mean square normalization over the last axes [..., ...normalizedShape], as in PyTorch; see the op `rmsNorm`. */
export class RMSNorm extends Module {
  static readonly signature: string = 'RMSNorm(normalizedShape, { eps, elementwiseAffine })';
  readonly normalizedShape: number | readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  readonly weight: Tensor | undefined;

  /** @throws TypeError, RangeError */
  constructor(normalizedShape: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    checkArity('RMSNorm', arguments.length, 2);
    const shape = checkNormalizedShape('RMSNorm', normalizedShape);
    checkOptions('RMSNorm', options, ['eps', 'elementwiseAffine']);
    const { eps = 2 ** -23, elementwiseAffine = true } = options;
    checkNormOptions('RMSNorm', { eps }, eps);
    checkBoolean('RMSNorm', 'elementwiseAffine', elementwiseAffine);
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? filled(shape, 1) : undefined;
  }

  override forward(x: Tensor): Tensor {
    return rmsNorm(x, this.normalizedShape, this.weight, { eps: this.eps });
  }
}
