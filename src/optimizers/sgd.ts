import { checkArity, checkBoolean, wrongNumber } from '../check.js';
import { checkOptions } from '../options.js';
import { launch } from '../runtime/launch.js';
import type { Tensor } from '../tensor.js';
import { checkNonNegative, Optimizer } from './optimizer.js';
import type { Updates } from './updates.js';

/** Options of `SGD`. */
export interface SGDOptions {
  /** Learning rate, at least 0. */
  lr: number;
  /** Share of the velocity that is kept from step to step. Default 0: no velocity. */
  momentum?: number;
  /** The velocity takes up (1 − dampening) of each gradient after the first. Default 0. */
  dampening?: number;
  /** Whether to look ahead along the new velocity. Default false. */
  nesterov?: boolean;
  /** Factor of the parameter that is added to its gradient (an L2 penalty). Default 0. */
  weightDecay?: number;
}

/**
 * Stochastic gradient descent with torch.optim.SGD's formulas (momentum after Sutskever et al. 2013):
 *
 *     d = grad + weightDecay · p
 *     velocity = d in the first step, momentum · velocity + (1 − dampening) · d after it
 *     p −= lr · (velocity | with nesterov: d + momentum · velocity | without momentum: d)
 */
export class SGD extends Optimizer {
  readonly #momentum: number;
  readonly #dampening: number;
  readonly #nesterov: boolean;
  readonly #weightDecay: number;

  /**
   * @param params the tensors to update, each a leaf and given once
   * @throws TypeError, RangeError
   */
  constructor(params: Iterable<Tensor>, options: SGDOptions) {
    checkArity('SGD', arguments.length, 2);
    checkOptions('SGD', options, ['lr', 'momentum', 'dampening', 'nesterov', 'weightDecay']);
    const { lr, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0 } = options ?? {};
    checkNonNegative('SGD', 'lr', lr);
    checkBoolean('SGD', 'nesterov', nesterov);
    checkNonNegative('SGD', 'momentum', momentum);
    if (!Number.isFinite(dampening)) {
      throw wrongNumber('SGD', 'dampening', 'a finite number', dampening);
    }
    checkNonNegative('SGD', 'weightDecay', weightDecay);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw new RangeError(
        'SGD: nesterov: expected momentum > 0 and dampening 0, ' +
          `got momentum ${momentum}, dampening ${dampening}`,
      );
    }
    const bufferNames = momentum === 0 ? [] : ['velocity'];
    super('SGD', params, lr, bufferNames, { momentum, dampening, nesterov, weightDecay });
    this.#momentum = momentum;
    this.#dampening = dampening;
    this.#nesterov = nesterov;
    this.#weightDecay = weightDecay;
  }

  /** @internal */
  protected override update({ pointer, size, steps }: Updates): void {
    launch(
      'sgdStep',
      [
        pointer,
        this.lr,
        this.#momentum,
        1 - this.#dampening,
        this.#nesterov,
        this.#weightDecay,
        steps === 1,
      ],
      size,
    );
  }
}
