import { checkArity, checkInteger } from '../check.js';
import { checkOptions } from '../options.js';
import type { Callback } from './types.js';
import { Watch, WATCHED, type WatchOptions } from './watch.js';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends WatchOptions {
  /** Epochs without improvement before the run is stopped. Default 3. */
  readonly patience?: number;
}

/**
 * Stops the run when what is watched no longer improves. NaN and infinity are never an improvement.
 * @throws TypeError, RangeError
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const op = 'earlyStopping';
  checkArity(op, arguments.length, 1);
  checkOptions(op, options, [...WATCHED, 'patience']);
  const watch = new Watch(op, options);
  const { patience = 3 } = options;
  checkInteger(op, 'patience', patience, 0);
  let waited = 0;
  return {
    name: `${op}:${watch.monitor}`,
    onTrainBegin(run) {
      if (run.stepsDone === 0) [watch.best, waited] = [undefined, 0];
    },
    onEpochEnd(run, epoch) {
      if (watch.isBetter(epoch)) waited = 0;
      else if (++waited >= patience) run.stop();
    },
    state: () => ({ ...watch.state(), waited }),
    restore(state) {
      const best = watch.bestOf(state);
      const saved = (state ?? {}) as { waited?: unknown };
      checkInteger(op, 'waited', saved.waited, 0);
      [watch.best, waited] = [best, saved.waited];
    },
  };
}
