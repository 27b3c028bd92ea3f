import { checkArity, checkBoolean } from '../check.js';
import { powInt } from '../math.js';
import { AMSGRAD, adamStep } from './adam-step.js';
import { checkNonNegative, roundBetas } from './check.js';
import type { OptimizerOptions, OptimizerSettings, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of the optimizers with two running means. */
export interface BetasOptions extends OptimizerOptions {
  /** Shares of the running means of gradient and squared gradient that are kept, in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  eps?: number;
}

/**
 * Options of `Adam` and `AdamW`; `lr` is by default 0.001. `weightDecay` is Adam's factor of the parameter that is added
 * to its gradient, by default 0; for AdamW's see there, default 0.01.
 */
export interface AdamOptions extends BetasOptions {
  /** Whether the root is of the largest running mean of squares so far (Reddi et al. 2018). Default false. */
  amsgrad?: boolean;
}

export interface BetasSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
}

interface Settings extends BetasSettings {
  readonly amsgrad?: boolean;
}

/** @throws TypeError, RangeError */
export function betasSettings(
  op: string,
  { betas = [0.9, 0.999], eps = 1e-8 }: BetasOptions,
): OptimizerSettings {
  const rounded = roundBetas(op, betas);
  checkNonNegative(op, 'eps', eps);
  return { ...rounded, eps };
}

/** @throws TypeError, RangeError */
function settings(op: string, options: AdamOptions): OptimizerSettings {
  const { amsgrad = false } = options;
  checkBoolean(op, 'amsgrad', amsgrad);
  return { ...betasSettings(op, options), ...(amsgrad && { amsgrad }) };
}

const OPTIONS = ['betas', 'eps', 'amsgrad'];

const buffers: Rule<AdamOptions>['buffers'] = ({ amsgrad }) =>
  amsgrad ? ['m', 'v', 'vMax'] : ['m', 'v'];

const ADAM: Rule<AdamOptions> = { name: 'Adam', options: OPTIONS, lr: 1e-3, settings, buffers };

const ADAM_W: Rule<AdamOptions> = {
  name: 'AdamW',
  options: OPTIONS,
  lr: 1e-3,
  weightDecay: 0.01,
  settings,
  buffers,
};

/** The terms that Adam and AdamW share. */
function termsOf({ lr, steps, settings: { beta1, beta2, eps, amsgrad } }: Update<Settings>) {
  return {
    beta: beta1,
    keep: beta2,
    scale: 1 / Math.sqrt(1 - powInt(beta2, steps)),
    eps,
    ofMean: lr / (1 - powInt(beta1, steps)),
    kind: amsgrad ? AMSGRAD : 0,
  };
}

/**
 * Adam (Kingma & Ba 2015) with torch.optim.Adam's formulas; t counts a parameter's steps from 1:
 *
 *     d = grad + weightDecay · p
 *     m = β₁ m + (1 − β₁) d
 *     v = β₂ v + (1 − β₂) d²
 *     p −= lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + eps)
 *
 * With `amsgrad` the root is of the largest v so far. The betas are rounded to float32 first: the weights β and 1 − β of
 * the running means then sum to 1, and the correction 1 − βᵗ fits them.
 */
export class Adam extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<AdamOptions>, options: AdamOptions = {}) {
    checkArity('Adam', arguments.length, 2);
    super(ADAM, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    adamStep(update, { ...termsOf(update), weightDecay: update.settings.weightDecay });
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019) with torch.optim.AdamW's formulas: Adam with `d = grad`, and each step also
 * shrinks the parameter itself, `p −= lr · weightDecay · p`.
 */
export class AdamW extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<AdamOptions>, options: AdamOptions = {}) {
    checkArity('AdamW', arguments.length, 2);
    super(ADAM_W, params, options);
  }

  /** @internal */
  protected override update(update: Update<Settings>): void {
    const { lr, settings } = update;
    adamStep(update, { ...termsOf(update), shrink: lr * settings.weightDecay });
  }
}
