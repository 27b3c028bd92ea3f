import { checkArity } from '../check.js';
import { adamStep, SIGN } from './adam-step.js';
import { roundBetas } from './check.js';
import type { OptimizerOptions, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `Lion`; `lr` is by default 0.0001. */
export interface LionOptions extends OptimizerOptions {
  /** Shares of the mean that are kept: in what the sign is taken of, and from step to step. Default [0.9, 0.99]. */
  betas?: readonly [number, number];
}

interface Settings {
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
}

const RULE: Rule<LionOptions> = {
  name: 'Lion',
  options: ['betas'],
  lr: 1e-4,
  settings: (op, { betas = [0.9, 0.99] }) => roundBetas(op, betas),
  buffers: () => ['m'],
};

/**
 * Lion (Chen et al. 2023, algorithm 2); sgn 0 = 0:
 *
 *     p −= lr · (sgn(β₁ m + (1 − β₁) grad) + weightDecay · p)
 *     m = β₂ m + (1 − β₂) grad
 */
export class Lion extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<LionOptions>, options: LionOptions = {}) {
    checkArity('Lion', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    const { lr } = update;
    const { beta1, beta2, weightDecay } = update.settings;
    const means = { beta: beta2, ofMean: beta1, ofGradient: 1 - beta1 };
    adamStep(update, { ...means, factor: lr, shrink: lr * weightDecay, kind: SIGN });
  }
}
