import { checkArity } from '../check.js';
import { exp, powInt } from '../math.js';
import { type BetasOptions, type BetasSettings, betasSettings } from './adam.js';
import { adamStep } from './adam-step.js';
import { checkNonNegative } from './check.js';
import type { ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `NAdam`; `lr` is by default 0.002. */
export interface NAdamOptions extends BetasOptions {
  /** How fast the momentum comes to β₁. Default 0.004. */
  momentumDecay?: number;
}

interface Settings extends BetasSettings {
  readonly momentumDecay: number;
}

const RULE: Rule<NAdamOptions> = {
  name: 'NAdam',
  options: ['betas', 'eps', 'momentumDecay'],
  lr: 2e-3,
  settings(op, options) {
    const { momentumDecay = 4e-3 } = options;
    checkNonNegative(op, 'momentumDecay', momentumDecay);
    return { ...betasSettings(op, options), momentumDecay };
  },
  buffers: () => ['m', 'v'],
};

/** ln 0.96 */
const LOG_OF_DECAY = -0.040821994520255166;

/**
 * Adam with Nesterov's momentum (Dozat 2016) with torch.optim.NAdam's formulas; t counts a parameter's steps from 1:
 *
 *     d = grad + weightDecay · p
 *     m = β₁ m + (1 − β₁) d
 *     v = β₂ v + (1 − β₂) d²
 *     μₜ = β₁ (1 − ½ · 0.96^(t · momentumDecay)),  Πₜ = μ₁ · … · μₜ
 *     p −= lr · (μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) d / (1 − Πₜ)) / (√(v / (1 − β₂ᵗ)) + eps)
 */
export class NAdam extends Optimizer<Settings> {
  /** Πₜ for the step that was asked for last, by group. */
  readonly #products = new Map<number, { steps: number; product: number }>();

  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<NAdamOptions>, options: NAdamOptions = {}) {
    checkArity('NAdam', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    const { lr, steps, settings } = update;
    const { beta1, beta2, eps, weightDecay } = settings;
    const [now, next] = [momentumAt(steps, settings), momentumAt(steps + 1, settings)];
    const product = this.#product(update);
    adamStep(update, {
      beta: beta1,
      keep: beta2,
      scale: 1 / Math.sqrt(1 - powInt(beta2, steps)),
      eps,
      ofMean: (lr * next) / (1 - product * next),
      ofGradient: (lr * (1 - now)) / (1 - product),
      weightDecay,
    });
  }

  /** From the first factor on, in order: it has the same bits wherever a run goes on. */
  #product({ group, steps, settings }: Update<Settings>): number {
    let last = this.#products.get(group);
    if (!last || last.steps > steps) last = { steps: 0, product: 1 };
    while (last.steps < steps) last.product *= momentumAt(++last.steps, settings);
    this.#products.set(group, last);
    return last.product;
  }
}

function momentumAt(step: number, { beta1, momentumDecay }: Settings): number {
  return beta1 * (1 - 0.5 * exp(LOG_OF_DECAY * step * momentumDecay));
}
