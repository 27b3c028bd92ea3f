import { checkArity } from '../check.js';
import { checkOptions } from '../options.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor.js';
import { checkNonNegative, Optimizer, roundShare } from './optimizer.js';
import type { Updates } from './updates.js';

/** Options of `Adadelta`. */
export interface AdadeltaOptions {
  /** Factor of the change, at least 0. Default 1. */
  lr?: number;
  /** Share of the running means of squared gradient and squared change that is kept, in [0, 1). Default 0.9. */
  rho?: number;
  /** Added to both means before the square roots. Default 1e-6. */
  eps?: number;
  /** Factor of the parameter that is added to its gradient. Default 0. */
  weightDecay?: number;
}

/**
 * Adadelta (Zeiler 2012) with torch.optim.Adadelta's formulas; v and u start from 0:
 *
 *     d = grad + weightDecay · p
 *     v = ρ v + (1 − ρ) d²
 *     Δ = √(u + eps) / √(v + eps) · d
 *     u = ρ u + (1 − ρ) Δ²
 *     p −= lr · Δ
 *
 * ρ is rounded to float32 first, so that the weights ρ and 1 − ρ sum to 1.
 */
export class Adadelta extends Optimizer {
  readonly #rho: number;
  readonly #eps: number;
  readonly #weightDecay: number;

  /**
   * @param params the tensors to update, each a leaf and given once
   * @throws TypeError, RangeError
   */
  constructor(params: Iterable<Tensor>, options: AdadeltaOptions = {}) {
    checkArity('Adadelta', arguments.length, 2);
    checkOptions('Adadelta', options, ['lr', 'rho', 'eps', 'weightDecay']);
    const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0 } = options;
    const roundedRho = roundShare('Adadelta', 'rho', rho);
    checkNonNegative('Adadelta', 'eps', eps);
    checkNonNegative('Adadelta', 'weightDecay', weightDecay);
    super('Adadelta', params, lr, ['v', 'u'], { rho: roundedRho, eps, weightDecay });
    this.#rho = roundedRho;
    this.#eps = eps;
    this.#weightDecay = weightDecay;
  }

  /** @internal */
  protected override update({ pointer, size }: Updates): void {
    launch('adadeltaStep', [pointer, this.lr, this.#rho, this.#eps, this.#weightDecay], size);
  }
}
