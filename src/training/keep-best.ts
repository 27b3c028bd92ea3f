import { checkArity } from '../check.js';
import type { NamedArray } from '../formats/safetensors.js';
import { namedState } from '../layers/module.js';
import { checkOptions } from '../options.js';
import type { Callback } from './types.js';
import { Watch, WATCHED, type WatchOptions } from './watch.js';

/** Options of `keepBest`. */
export type KeepBestOptions = WatchOptions;

/**
 * Keeps the parameters and buffers of the epoch that was best, and puts them back at the end of the run, also of one that
 * was stopped early; one that is aborted keeps its last. They are part of checkpoints.
 * @throws TypeError, RangeError
 */
export function keepBest(options: KeepBestOptions = {}): Callback {
  const op = 'keepBest';
  checkArity(op, arguments.length, 1);
  checkOptions(op, options, WATCHED);
  const watch = new Watch(op, options);
  let kept: ReadonlyMap<string, NamedArray> = new Map();
  return {
    name: `${op}:${watch.monitor}`,
    onTrainBegin(run) {
      if (run.stepsDone === 0) [watch.best, kept] = [undefined, new Map()];
    },
    onEpochEnd(run, epoch) {
      if (!watch.isBetter(epoch)) return;
      kept = new Map(
        namedState(run.options.model).map(([path, tensor]) => [
          path,
          { shape: tensor.shape, data: tensor.data() },
        ]),
      );
    },
    onTrainEnd(run) {
      if (!run.finished) return;
      for (const [path, tensor] of namedState(run.options.model)) {
        const best = kept.get(path);
        if (best) tensor.assign(best.data);
      }
    },
    state: () => watch.state(),
    tensors: () => kept,
    restore(state, tensors) {
      [watch.best, kept] = [watch.bestOf(state), tensors];
    },
  };
}
