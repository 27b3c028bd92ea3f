import { powInt } from '../math.js';
import { checkArity, wrongKind } from '../check.js';
import { checkOptions } from '../options.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor.js';
import { checkNonNegative, Optimizer, roundShare } from './optimizer.js';
import type { Updates } from './updates.js';

/** Options of `Adam` and `AdamW`. */
export interface AdamOptions {
  /** Learning rate, at least 0. Default 0.001. */
  lr?: number;
  /** Shares of the running means of gradient and squared gradient that are kept, in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps?: number;
  /** Adam: factor of the parameter that is added to its gradient, default 0. AdamW: see there, default 0.01. */
  weightDecay?: number;
}

/** Adam, and with `isDecoupled` AdamW. */
abstract class AdamBase extends Optimizer {
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #eps: number;
  readonly #weightDecay: number;
  readonly #isDecoupled: boolean;

  protected constructor(
    name: string,
    params: Iterable<Tensor>,
    options: AdamOptions,
    defaultWeightDecay: number,
    isDecoupled: boolean,
  ) {
    checkOptions(name, options, ['lr', 'betas', 'eps', 'weightDecay']);
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8 } = options;
    const { weightDecay = defaultWeightDecay } = options;
    if (!Array.isArray(betas) || betas.length !== 2) {
      throw wrongKind(name, 'betas', 'two numbers', betas);
    }
    const [beta1, beta2] = betas.map((beta, i) => roundShare(name, `betas[${i}]`, beta)) as [
      number,
      number,
    ];
    checkNonNegative(name, 'eps', eps);
    checkNonNegative(name, 'weightDecay', weightDecay);
    super(name, params, lr, ['m', 'v'], { beta1, beta2, eps, weightDecay });
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#eps = eps;
    this.#weightDecay = weightDecay;
    this.#isDecoupled = isDecoupled;
  }

  /** @internal */
  protected override update({ pointer, size, steps }: Updates): void {
    launch(
      'adamStep',
      [
        pointer,
        this.lr / (1 - powInt(this.#beta1, steps)),
        this.#beta1,
        this.#beta2,
        1 / Math.sqrt(1 - powInt(this.#beta2, steps)),
        this.#eps,
        this.#isDecoupled ? 0 : this.#weightDecay,
        this.#isDecoupled ? this.lr * this.#weightDecay : 0,
      ],
      size,
    );
  }
}

/**
 * Adam (Kingma & Ba 2015) with torch.optim.Adam's formulas; t counts a parameter's steps from 1:
 *
 *     d = grad + weightDecay · p
 *     m = β₁ m + (1 − β₁) d
 *     v = β₂ v + (1 − β₂) d²
 *     p −= lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * The betas are rounded to float32 first: the weights β and 1 − β of the running means then sum to 1, and the
 * correction 1 − βᵗ fits them.
 */
export class Adam extends AdamBase {
  /**
   * @param params the tensors to update, each a leaf and given once
   * @throws TypeError, RangeError
   */
  constructor(params: Iterable<Tensor>, options: AdamOptions = {}) {
    checkArity('Adam', arguments.length, 2);
    super('Adam', params, options, 0, false);
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019) with torch.optim.AdamW's formulas: Adam with `d = grad`, and each step also
 * shrinks the parameter itself, `p −= lr · weightDecay · p`.
 */
export class AdamW extends AdamBase {
  /**
   * @param params the tensors to update, each a leaf and given once
   * @throws TypeError, RangeError
   */
  constructor(params: Iterable<Tensor>, options: AdamOptions = {}) {
    checkArity('AdamW', arguments.length, 2);
    super('AdamW', params, options, 0.01, true);
  }
}
