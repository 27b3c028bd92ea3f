import { checkArity } from '../check.js';
import { adamStep } from './adam-step.js';
import { checkNonNegative } from './check.js';
import type { OptimizerOptions, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `Adagrad`; `lr` is by default 0.01. */
export interface AdagradOptions extends OptimizerOptions {
  /** How much the rate falls by each step. Default 0. */
  lrDecay?: number;
  /** What the sum of squares begins with. Default 0. */
  initialAccumulatorValue?: number;
  /** Added to the denominator. Default 1e-10. */
  eps?: number;
}

interface Settings {
  readonly lrDecay: number;
  readonly eps: number;
  readonly weightDecay: number;
}

const RULE: Rule<AdagradOptions> = {
  name: 'Adagrad',
  options: ['lrDecay', 'initialAccumulatorValue', 'eps'],
  lr: 1e-2,
  settings(op, { lrDecay = 0, initialAccumulatorValue = 0, eps = 1e-10 }) {
    checkNonNegative(op, 'lrDecay', lrDecay);
    checkNonNegative(op, 'initialAccumulatorValue', initialAccumulatorValue);
    checkNonNegative(op, 'eps', eps);
    return { lrDecay, initialAccumulatorValue, eps };
  },
  buffers: () => ['', 'v'],
  fill: ({ initialAccumulatorValue }) => initialAccumulatorValue as number,
};

/**
 * Adagrad (Duchi et al. 2011) with torch.optim.Adagrad's formulas; t counts a parameter's steps from 1:
 *
 *     d = grad + weightDecay · p
 *     v += d²
 *     p −= lr / (1 + (t − 1) lrDecay) · d / (√v + eps)
 */
export class Adagrad extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<AdagradOptions>, options: AdagradOptions = {}) {
    checkArity('Adagrad', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    const { lrDecay, eps, weightDecay } = update.settings;
    const ofGradient = update.lr / (1 + (update.steps - 1) * lrDecay);
    adamStep(update, { keep: 1, rest: 1, eps, ofGradient, weightDecay });
  }
}
