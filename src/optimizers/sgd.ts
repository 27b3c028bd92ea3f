import { checkArity, checkBoolean, wrongNumber } from '../check.js';
import { launch } from '../runtime/launch.js';
import { checkNonNegative } from './check.js';
import type { OptimizerOptions, ParameterList, Rule } from './groups.js';
import { Optimizer, type Update } from './optimizer.js';

/** Options of `SGD`. */
export interface SGDOptions extends OptimizerOptions {
  /** Learning rate, at least 0. */
  lr: number;
  /** Share of the velocity that is kept from step to step. Default 0: no velocity. */
  momentum?: number;
  /** The velocity takes up (1 − dampening) of each gradient after the first. Default 0. */
  dampening?: number;
  /** Whether to look ahead along the new velocity. Default false. */
  nesterov?: boolean;
}

interface Settings {
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

const RULE: Rule<SGDOptions> = {
  name: 'SGD',
  options: ['momentum', 'dampening', 'nesterov'],
  settings(op, { momentum = 0, dampening = 0, nesterov = false }) {
    checkBoolean(op, 'nesterov', nesterov);
    checkNonNegative(op, 'momentum', momentum);
    if (!Number.isFinite(dampening)) {
      throw wrongNumber(op, 'dampening', 'a finite number', dampening);
    }
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError(
        `${op}: nesterov: expected momentum > 0 and dampening 0, ` +
          `got momentum ${momentum}, dampening ${dampening}`,
      );
    }
    return { momentum, dampening, nesterov };
  },
  buffers: ({ momentum }) => (momentum === 0 ? [] : ['velocity']),
};

/**
 * Stochastic gradient descent with torch.optim.SGD's formulas (momentum after Sutskever et al. 2013):
 *
 *     d = grad + weightDecay · p
 *     velocity = d in the first step, momentum · velocity + (1 − dampening) · d after it
 *     p −= lr · (velocity | with nesterov: d + momentum · velocity | without momentum: d)
 */
export class SGD extends Optimizer<Settings> {
  /**
   * @param params the tensors to update, each a leaf and given once; or groups of them: `[{ params, lr, … }, …]`
   * @throws TypeError, RangeError
   */
  constructor(params: ParameterList<SGDOptions>, options: SGDOptions) {
    checkArity('SGD', arguments.length, 2);
    super(RULE, params, options);
  }

  /** @internal */
  protected override update({ pointer, size, steps, lr, settings }: Update<Settings>): void {
    const { momentum, dampening, nesterov, weightDecay } = settings;
    launch(
      'sgdStep',
      [pointer, lr, momentum, 1 - dampening, nesterov, weightDecay, steps === 1],
      size,
    );
  }
}
