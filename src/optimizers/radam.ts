import { checkArity } from '../check.js';
import { powInt } from '../math.js';
import { type BetasOptions, type BetasSettings, betasSettings } from './adam.js';
import { adamStep } from './adam-step.js';
import type { ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

const RULE: Rule<BetasOptions> = {
  name: 'RAdam',
  options: ['betas', 'eps'],
  lr: 1e-3,
  settings: betasSettings,
  buffers: () => ['m', 'v'],
};

/**
 * Rectified Adam (Liu et al. 2020) with torch.optim.RAdam's formulas; t counts a parameter's steps from 1, `lr` is by
 * default 0.001:
 *
 *     d = grad + weightDecay · p
 *     m = β₁ m + (1 − β₁) d
 *     v = β₂ v + (1 − β₂) d²
 *     ρ = 2 / (1 − β₂) − 1,  ρₜ = ρ − 2 t β₂ᵗ / (1 − β₂ᵗ)
 *     r = √((ρₜ − 4) (ρₜ − 2) ρ / ((ρ − 4) (ρ − 2) ρₜ))
 *     p −= lr · m / (1 − β₁ᵗ) · (r √(1 − β₂ᵗ) / (√v + eps) where ρₜ > 5, else 1)
 */
export class RAdam extends Optimizer<BetasSettings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<BetasOptions>, options: BetasOptions = {}) {
    checkArity('RAdam', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<BetasSettings>): void {
    const { lr, steps } = update;
    const { beta1, beta2, eps, weightDecay } = update.settings;
    const means = { beta: beta1, keep: beta2, weightDecay };
    const factor = rectification(beta2, steps);
    const ofMean = lr / (1 - powInt(beta1, steps));
    if (factor === undefined) adamStep(update, { ...means, ofMean, scale: 0, eps: 1 });
    else adamStep(update, { ...means, ofMean: ofMean * factor, eps });
  }
}

/** r √(1 − β₂ᵗ), or undefined where too few squares are known. */
function rectification(beta2: number, steps: number): number | undefined {
  const power = powInt(beta2, steps);
  const most = 2 / (1 - beta2) - 1;
  const length = most - (2 * steps * power) / (1 - power);
  if (length <= 5) return undefined;
  const share = ((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length);
  return Math.sqrt(share) * Math.sqrt(1 - power);
}
