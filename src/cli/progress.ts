import type { Callback } from '../index.js';
import { TrainingProgress } from './display.js';
import { shownEpoch } from './results.js';
import type { Output } from './terminal.js';

/** Shows a run of `fit`; `stop` clears the bar, whatever happened. */
export function showProgress(output: Output): Callback & { stop(): void } {
  let display: TrainingProgress | undefined;
  let epoch = 0;
  return {
    onTrainBegin(run) {
      const { epochs, steps, step } = run;
      const firstEpoch = run.epoch - 1;
      display = new TrainingProgress({
        output,
        epochs,
        stepsPerEpoch: steps,
        firstEpoch,
        firstStep: step,
      });
      for (const record of run.history) display.endEpoch(shownEpoch(record));
    },
    onBatchEnd(run) {
      if (run.epoch !== epoch) display?.startEpoch(run.epoch);
      epoch = run.epoch;
      const { step, means } = run;
      const { loss = NaN, accuracy = NaN } = means;
      display?.step({ step, loss, accuracy, samplesPerSecond: run.samplesPerSecond });
    },
    onEpochEnd(_run, record) {
      display?.endEpoch(shownEpoch(record));
    },
    stop: () => display?.stop(),
  };
}
