import { checkArity } from '../check.js';
import { powInt } from '../math.js';
import { type BetasOptions, type BetasSettings, betasSettings } from './adam.js';
import { adamStep, LARGEST } from './adam-step.js';
import type { ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

const RULE: Rule<BetasOptions> = {
  name: 'Adamax',
  options: ['betas', 'eps'],
  lr: 2e-3,
  settings: betasSettings,
  buffers: () => ['m', 'v'],
};

/**
 * Adamax (Kingma & Ba 2015, section 7.1) with torch.optim.Adamax's formulas; t counts a parameter's steps from 1, `lr` is
 * by default 0.002:
 *
 *     d = grad + weightDecay · p
 *     m = β₁ m + (1 − β₁) d
 *     v = max(β₂ v, |d| + eps)
 *     p −= lr / (1 − β₁ᵗ) · m / v
 */
export class Adamax extends Optimizer<BetasSettings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<BetasOptions>, options: BetasOptions = {}) {
    checkArity('Adamax', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<BetasSettings>): void {
    const { lr, steps } = update;
    const { beta1, beta2, eps, weightDecay } = update.settings;
    const ofMean = lr / (1 - powInt(beta1, steps));
    adamStep(update, { beta: beta1, keep: beta2, eps, weightDecay, ofMean, kind: LARGEST });
  }
}
