import { checkArity } from '../check.js';
import { launch } from '../runtime/launch.js';
import { checkNonNegative, roundShare } from './check.js';
import type { OptimizerOptions, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `Adadelta`; `lr` is the factor of the change, by default 1. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Share of the running means of squared gradient and squared change that is kept, in [0, 1). Default 0.9. */
  rho?: number;
  /** Added to both means before the square roots. Default 1e-6. */
  eps?: number;
}

interface Settings {
  readonly rho: number;
  readonly eps: number;
  readonly weightDecay: number;
}

const RULE: Rule<AdadeltaOptions> = {
  name: 'Adadelta',
  options: ['rho', 'eps'],
  lr: 1,
  settings(op, { rho = 0.9, eps = 1e-6 }) {
    const rounded = roundShare(op, 'rho', rho);
    checkNonNegative(op, 'eps', eps);
    return { rho: rounded, eps };
  },
  buffers: () => ['v', 'u'],
};

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
export class Adadelta extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<AdadeltaOptions>, options: AdadeltaOptions = {}) {
    checkArity('Adadelta', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update({ pointer, size, lr, settings }: Update<Settings>): void {
    const { rho, eps, weightDecay } = settings;
    launch('adadeltaStep', [pointer, lr, rho, eps, weightDecay], size);
  }
}
