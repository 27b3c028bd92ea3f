import { checkArity, checkInteger, checkNumber } from '../check.js';
import { checkOptions } from '../options.js';
import type { Callback } from './types.js';
import { Watch, WATCHED, type WatchOptions } from './watch.js';

/** Options of `reduceOnPlateau`. */
export interface ReduceOnPlateauOptions extends WatchOptions {
  /** What the rate is multiplied by, in [0, 1]. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement that are waited for. Default 10. */
  readonly patience?: number;
  /** Epochs after a reduction that are not counted. Default 0. */
  readonly cooldown?: number;
  /** The lowest rate. Default 0. */
  readonly minLr?: number;
}

/**
 * Multiplies the optimizer's rate when what is watched no longer improves, as torch's ReduceLROnPlateau with an absolute
 * threshold, `minDelta`. NaN and infinity are never an improvement. A run that has a `schedule` has its rates from there.
 * @throws TypeError, RangeError
 */
export function reduceOnPlateau(options: ReduceOnPlateauOptions = {}): Callback {
  const op = 'reduceOnPlateau';
  checkArity(op, arguments.length, 1);
  checkOptions(op, options, [...WATCHED, 'factor', 'patience', 'cooldown', 'minLr']);
  const watch = new Watch(op, options);
  const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0 } = options;
  checkNumber(op, 'factor', factor, 0, 1);
  checkInteger(op, 'patience', patience, 0);
  checkInteger(op, 'cooldown', cooldown, 0);
  checkNumber(op, 'minLr', minLr, 0);
  let waited = 0;
  let resting = 0;
  return {
    name: `${op}:${watch.monitor}`,
    onTrainBegin(run) {
      if (run.stepsDone === 0) [watch.best, waited, resting] = [undefined, 0, 0];
    },
    onEpochEnd(run, epoch) {
      waited = watch.isBetter(epoch) ? 0 : waited + 1;
      if (resting > 0) [resting, waited] = [resting - 1, 0];
      if (waited <= patience) return;
      const { optimizer } = run.options;
      optimizer.lr = Math.min(optimizer.lr, Math.max(minLr, optimizer.lr * factor));
      [resting, waited] = [cooldown, 0];
    },
    state: () => ({ ...watch.state(), waited, resting }),
    restore(state) {
      const best = watch.bestOf(state);
      const saved = state as { waited?: unknown; resting?: unknown };
      checkInteger(op, 'waited', saved.waited, 0);
      checkInteger(op, 'resting', saved.resting, 0);
      [watch.best, waited, resting] = [best, saved.waited, saved.resting];
    },
  };
}
