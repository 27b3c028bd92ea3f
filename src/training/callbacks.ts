import { checkArity, checkFunction, checkInteger, wrongNumber } from '../check.js';
import { checkOptions } from '../options.js';
import { namedState } from '../layers/module.js';
import type { Callback, TrainingRun } from './types.js';

/** Where a run is, for a progress bar. */
export interface Progress {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Steps done in this epoch. */
  step: number;
  steps: number;
  /** The loss of the last step alone. */
  loss: number;
  /** Measures of this epoch so far: `loss`, a mean, and the metrics. */
  means: Record<string, number>;
  samplesPerSecond: number;
  /** Estimate for the whole run. */
  secondsLeft: number;
}

/**
 * Reports progress at most every `intervalMs` milliseconds, and after the last step of each epoch.
 * @throws TypeError, RangeError
 */
export function progress(
  report: (progress: Progress) => void,
  options: { /** Default 100. */ intervalMs?: number } = {},
): Callback {
  checkArity('progress', arguments.length, 2);
  checkFunction('progress', 'report', report);
  checkOptions('progress', options, ['intervalMs']);
  const { intervalMs = 100 } = options;
  if (!(typeof intervalMs === 'number' && intervalMs >= 0)) {
    throw wrongNumber('progress', 'intervalMs', 'a number ≥ 0', intervalMs);
  }
  let last = -Infinity;
  return {
    onBatchEnd(run) {
      const now = performance.now();
      if (now - last < intervalMs && run.step < run.steps) return;
      last = now;
      report(describeProgress(run));
    },
  };
}

/**
 * Ends the run with an error as soon as its loss, that of the validation or, after an epoch, a parameter or a
 * buffer is NaN or infinite: no number comes back from there.
 */
export function stopAtNaN(): Callback {
  checkArity('stopAtNaN', arguments.length, 0);
  const check = (run: TrainingRun, name: string, value: number | undefined) => {
    if (value === undefined || Number.isFinite(value)) return;
    throw new Error(
      `stopAtNaN: ${name} is ${value} after step ${run.stepsDone}: the training diverges: ` +
        'start it again with a smaller learning rate',
    );
  };
  return {
    onBatchEnd: (run) => check(run, 'the loss', run.means['loss']),
    onEpochEnd(run, epoch) {
      check(run, 'the loss of the validation', epoch['validationLoss']);
      for (const [path, tensor] of namedState(run.options.model)) {
        check(
          run,
          path,
          tensor.view().find((value) => !Number.isFinite(value)),
        );
      }
    },
  };
}

/** Options of `checkpoint`. */
export interface CheckpointOptions {
  /** Keeps the bytes, best by writing a new file and renaming it. */
  save: (checkpoint: Uint8Array<ArrayBuffer>) => void | Promise<void>;
  /** Save after every so many steps, too. Default: only at the end of epochs and when the run is interrupted. */
  everySteps?: number;
}

/**
 * Saves what `fit({ resume })` goes on from, bit for bit. It does so when all other callbacks have been called, wherever
 * it stands among them.
 * @throws TypeError, RangeError
 */
export function checkpoint(options: CheckpointOptions): Callback {
  checkArity('checkpoint', arguments.length, 1);
  checkOptions('checkpoint', options, ['save', 'everySteps']);
  const { save, everySteps = Infinity } = options ?? {};
  checkFunction('checkpoint', 'save', save);
  if (everySteps !== Infinity) checkInteger('checkpoint', 'everySteps', everySteps, 1);
  return {
    last: true,
    async onBatchEnd(run) {
      if (run.stepsDone % everySteps === 0 && run.step < run.steps) await save(run.checkpoint());
    },
    async onEpochEnd(run) {
      await save(run.checkpoint());
    },
    async onTrainEnd(run) {
      if (!run.finished) await save(run.checkpoint());
    },
  };
}

/** Gives the epochs so far as a JSON array after every epoch; NaN and infinity are null. @throws TypeError */
export function jsonHistory(write: (text: string) => void | Promise<void>): Callback {
  checkArity('jsonHistory', arguments.length, 1);
  checkFunction('jsonHistory', 'write', write);
  return { onEpochEnd: (run) => write(`${JSON.stringify(run.history, null, 2)}\n`) };
}

/** Gives the epochs so far as CSV with a header line after every epoch. @throws TypeError */
export function csvHistory(write: (text: string) => void | Promise<void>): Callback {
  checkArity('csvHistory', arguments.length, 1);
  checkFunction('csvHistory', 'write', write);
  return {
    onEpochEnd(run) {
      const columns = [...new Set(run.history.flatMap((epoch) => Object.keys(epoch)))];
      const rows = run.history.map((epoch) =>
        columns.map((column) => epoch[column] ?? '').join(','),
      );
      return write(`${[columns.join(','), ...rows].join('\n')}\n`);
    },
  };
}

function describeProgress(run: TrainingRun): Progress {
  const samplesPerSecond = run.samplesPerSecond;
  const samplesLeft = (run.epochs - run.epoch) * run.samples + (run.samples - run.samplesInEpoch);
  return {
    epoch: run.epoch,
    epochs: run.epochs,
    step: run.step,
    steps: run.steps,
    loss: run.loss,
    means: run.means,
    samplesPerSecond,
    secondsLeft: samplesPerSecond > 0 ? samplesLeft / samplesPerSecond : Infinity,
  };
}
