import { checkArity, checkBoolean } from '../check.js';
import { adamStep, CENTERED } from './adam-step.js';
import { checkNonNegative, roundShare } from './check.js';
import type { OptimizerOptions, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `RMSprop`; `lr` is by default 0.01. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Share of the running mean of squared gradients that is kept, in [0, 1). Default 0.99. */
  alpha?: number;
  /** Added to the denominator. Default 1e-8. */
  eps?: number;
  /** Share of the velocity that is kept from step to step. Default 0: no velocity. */
  momentum?: number;
  /** Whether the root is of the variance of the gradients, not of their mean square. Default false. */
  centered?: boolean;
}

interface Settings {
  readonly alpha: number;
  readonly eps: number;
  readonly momentum: number;
  readonly centered: boolean;
  readonly weightDecay: number;
}

const RULE: Rule<RMSpropOptions> = {
  name: 'RMSprop',
  options: ['alpha', 'eps', 'momentum', 'centered'],
  lr: 1e-2,
  settings(op, { alpha = 0.99, eps = 1e-8, momentum = 0, centered = false }) {
    const rounded = roundShare(op, 'alpha', alpha);
    checkNonNegative(op, 'eps', eps);
    checkNonNegative(op, 'momentum', momentum);
    checkBoolean(op, 'centered', centered);
    return { alpha: rounded, eps, momentum, centered };
  },
  buffers: ({ centered, momentum }) => [
    centered ? 'm' : '',
    'v',
    ...(momentum === 0 ? [] : ['velocity']),
  ],
};

/**
 * RMSprop (Hinton 2012) with torch.optim.RMSprop's formulas:
 *
 *     d = grad + weightDecay · p
 *     v = α v + (1 − α) d²
 *     with centered: m = α m + (1 − α) d, and v − m² in place of v below
 *     Δ = d / (√v + eps)
 *     velocity = momentum · velocity + Δ
 *     p −= lr · (velocity | without momentum: Δ)
 */
export class RMSprop extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<RMSpropOptions>, options: RMSpropOptions = {}) {
    checkArity('RMSprop', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    const { lr } = update;
    const { alpha, eps, momentum, centered, weightDecay } = update.settings;
    const kind = centered ? CENTERED : 0;
    const means = { beta: alpha, keep: alpha, eps, weightDecay, kind };
    adamStep(update, { ...means, ofGradient: 1, momentum, factor: lr });
  }
}
