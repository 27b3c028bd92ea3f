import type { EpochRecord, TrainingRun } from './run.js';

/** Hooks into `fit`; each may be asynchronous and is waited for. */
export interface Callback {
  /** Under this name `state()` is kept in checkpoints. */
  readonly name?: string;
  /** Called before the first step, also of a run that goes on. */
  onTrainBegin?(run: TrainingRun): void | Promise<void>;
  /** Called after each step. */
  onBatchEnd?(run: TrainingRun): void | Promise<void>;
  /** Called after each epoch and its validation. */
  onEpochEnd?(run: TrainingRun, epoch: EpochRecord): void | Promise<void>;
  /** Called at the end, also when the run is aborted or stopped early (`run.finished` tells). */
  onTrainEnd?(run: TrainingRun): void | Promise<void>;
  /** Plain JSON from which `restore` goes on after an interruption. */
  state?(): unknown;
  /** Called with what `state` gave, before the run goes on. */
  restore?(state: unknown): void;
}

/** Where a run is, for a progress bar. */
export interface Progress {
  /** From 1. */
  epoch: number;
  epochs: number;
  /** Steps done in this epoch. */
  step: number;
  steps: number;
  /** Means over this epoch so far: `loss` and the metrics. */
  means: Record<string, number>;
  samplesPerSecond: number;
  /** Estimate for the whole run. */
  secondsLeft: number;
}

/** Reports progress at most every `intervalMs` milliseconds, and after the last step of each epoch. */
export function progress(
  report: (progress: Progress) => void,
  { intervalMs = 100 } = {},
): Callback {
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

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  /** What is watched: a key of the epoch record. Default `validationLoss`. */
  monitor?: string;
  /** Whether it should fall or rise. Default: rise for accuracies, fall otherwise. */
  mode?: 'min' | 'max';
  /** Epochs without improvement before the run is stopped. Default 3. */
  patience?: number;
  /** Changes of no more than this are no improvement. Default 0. */
  minDelta?: number;
}

/** Stops the run when what is watched no longer improves. */
export function earlyStopping({
  monitor = 'validationLoss',
  mode = /accuracy$/i.test(monitor) ? 'max' : 'min',
  patience = 3,
  minDelta = 0,
}: EarlyStoppingOptions = {}): Callback {
  const sign = mode === 'max' ? 1 : -1;
  let best: number | undefined;
  let waited = 0;
  return {
    name: `earlyStopping:${monitor}`,
    onEpochEnd(run, epoch) {
      const value = epoch[monitor];
      if (value === undefined) {
        const keys = Object.keys(epoch).join(', ');
        throw new RangeError(`earlyStopping: monitor: expected one of ${keys}, got ${monitor}`);
      }
      if (best === undefined || sign * (value - best) > minDelta) {
        best = value;
        waited = 0;
      } else if (++waited >= patience) {
        run.stop();
      }
    },
    state: () => ({ best, waited }),
    restore(state) {
      ({ best, waited } = state as { best: number | undefined; waited: number });
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

/** Saves what `fit({ resume })` goes on from, bit for bit. */
export function checkpoint({ save, everySteps = Infinity }: CheckpointOptions): Callback {
  return {
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

/** Gives the epochs so far as a JSON array after every epoch. */
export function jsonHistory(write: (text: string) => void | Promise<void>): Callback {
  return { onEpochEnd: (run) => write(`${JSON.stringify(run.history, null, 2)}\n`) };
}

/** Gives the epochs so far as CSV with a header line after every epoch. */
export function csvHistory(write: (text: string) => void | Promise<void>): Callback {
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
    means: run.means,
    samplesPerSecond,
    secondsLeft: samplesPerSecond > 0 ? samplesLeft / samplesPerSecond : Infinity,
  };
}
