import { checkOptions } from '../options.js';
import { uniform } from '../initializers.js';
import type { Activation } from '../ops/activation.js';
import { checkArity, checkBoolean, checkInteger } from '../check.js';
import { linear } from '../ops/linear.js';
import type { Tensor } from '../tensor.js';
import { type LayerConfig, Module } from './module.js';
import { parameter } from './state.js';

/**
 * Dense layer with learned weight [inFeatures, outFeatures] and bias, both uniform within ±1/√inFeatures at first,
 * as in PyTorch. Input [..., inFeatures].
 */
export class Linear extends Module {
  static readonly signature: string = 'Linear(inFeatures, outFeatures, { bias })';
  static readonly takesActivation = true;
  static readonly outputsLast = true;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly #config: LayerConfig;

  /** @throws RangeError for sizes that are not positive integers */
  constructor(inFeatures: number, outFeatures: number, options: { bias?: boolean } = {}) {
    super();
    checkArity('Linear', arguments.length, 3);
    checkInteger('Linear', 'inFeatures', inFeatures, 1);
    checkInteger('Linear', 'outFeatures', outFeatures, 1);
    checkOptions('Linear', options, ['bias']);
    const { bias = true } = options;
    checkBoolean('Linear', 'bias', bias);
    this.#config = { type: 'Linear', inFeatures, outFeatures, bias };
    const bound = 1 / Math.sqrt(inFeatures);
    const initialize = (weight: Tensor) => uniform(weight, -bound, bound);
    this.weight = parameter([inFeatures, outFeatures], initialize);
    this.bias = bias ? parameter([outFeatures], initialize) : undefined;
  }

  /**
   * The output for a batch of inputs.
   * @param activation is applied to the output in the same pass
   */
  override forward(x: Tensor, activation?: Activation): Tensor {
    return linear(x, this.weight, this.bias, { activation });
  }

  override config(): LayerConfig {
    return this.#config;
  }
}
