import {
  Adadelta,
  Adam,
  AdamW,
  type Callback,
  cosineSchedule,
  type EpochRecord,
  fit,
  manualSeed,
  oneCycleSchedule,
  type Optimizer,
  type Schedule,
  type Sequential,
  SGD,
  stopAtNaN,
  type TrainingRun,
  weightsSha256,
} from 'simdgrad';
import type { RunData } from './data.js';
import { Gate } from './gate.js';
import { probe } from './probe.js';
import type { KeptRun, Outcome, PickedFile, Point, Report } from './protocol.js';
import type { Settings } from './settings.js';
import { Speed } from './speed.js';
import { forgetRun, keepFiles, keepRun } from './store.js';

const PROGRESS_MS = 150;
const PROBE_MS = 1000;
const KEEP_MS = 2000;
/** So many samples are enough for a look in between. */
const PROBE_SAMPLES = 500;

/** One run of the worker, from its first step to its end. */
export class Session {
  readonly gate: Gate;
  readonly #abort = new AbortController();
  readonly #speed = new Speed();
  readonly #points: Point[] = [];
  #lastProgress = 0;
  #lastProbe = 0;
  #lastKept = 0;

  constructor(
    readonly settings: Settings,
    readonly model: Sequential,
    readonly data: RunData,
    private readonly files: readonly PickedFile[],
    private readonly report: (report: Report) => void,
    paused: boolean,
  ) {
    this.gate = new Gate(paused);
  }

  stop(): void {
    this.#abort.abort();
    this.gate.open();
  }

  /** @throws what `fit` throws, but for the end by `stop` */
  async run(kept?: KeptRun): Promise<Outcome> {
    const { settings, model, data } = this;
    const { signal } = this.#abort;
    if (kept) this.#points.push(...kept.points);
    // A browser that keeps nothing (private windows) trains all the same.
    else await keepFiles(this.files).catch(() => {});
    const optimizer = optimizerOf(settings, model);
    const schedule = scheduleOf(settings);
    let history: readonly EpochRecord[] = [];
    try {
      history = await fit(model, data.train, {
        optimizer,
        ...(schedule && { schedule }),
        epochs: settings.epochs,
        batchSize: settings.batchSize,
        validation: data.test,
        setup: { layers: settings.layers, seed: settings.seed },
        callbacks: [stopAtNaN(), this.#callback()],
        signal,
        ...(kept && { resume: kept.checkpoint }),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      optimizer.dispose();
      await forgetRun().catch(() => {});
    }
    return {
      stopped: signal.aborted,
      history,
      sha256: await weightsSha256(model),
      seconds: this.#speed.seconds,
      samplesPerSecond: this.#speed.mean,
    };
  }

  #callback(): Callback {
    return {
      last: true,
      onTrainBegin: async (run) => {
        this.report({ type: 'begun' });
        await this.#wait(run);
        this.#speed.begin(run);
      },
      onBatchEnd: async (run) => {
        this.#speed.step(run);
        const now = performance.now();
        if (now - this.#lastProgress > PROGRESS_MS || !this.gate.isOpen) this.#tell(run);
        if (now - this.#lastProbe > PROBE_MS) await this.#look(run);
        if (now - this.#lastKept > KEEP_MS) await this.#keep(run);
        if (!this.gate.isOpen) await this.#wait(run);
      },
      onEpochEnd: async (run, epoch) => {
        this.#tell(run);
        await this.#look(run, epoch);
        await this.#keep(run);
        this.#speed.begin(run);
      },
    };
  }

  /** Until the page says so. */
  async #wait(run: TrainingRun): Promise<void> {
    if (this.gate.isOpen) return;
    if (run.stepsDone > 0) {
      await this.#look(run);
      await this.#keep(run);
    }
    this.report({ type: 'paused', sha256: await weightsSha256(this.model) });
    await this.gate.wait();
    this.#speed.begin(run);
  }

  #tell(run: TrainingRun): void {
    this.#lastProgress = performance.now();
    const { epoch, epochs, step, steps } = run;
    const samplesPerSecond = this.#speed.recent;
    const left = (epochs - epoch) * run.samples + run.samples - run.samplesInEpoch;
    const secondsLeft = samplesPerSecond > 0 ? left / samplesPerSecond : Infinity;
    const share = run.stepsDone / (epochs * steps);
    const progress = { share, epoch, epochs, step, steps, samplesPerSecond, secondsLeft };
    const measured = this.#speed.measured();
    if (!measured) return this.report({ type: 'progress', progress });
    const point = { at: placeOf(run), ...measured, testLoss: null, testAccuracy: null };
    this.#points.push(point);
    this.report({ type: 'progress', progress, point });
  }

  /** What held-out samples tell: some of them in between, all of them after an epoch. */
  async #look(run: TrainingRun, epoch?: EpochRecord): Promise<void> {
    const { test } = this.data;
    const some = epoch ? test : test.slice(0, Math.min(PROBE_SAMPLES, test.length));
    const seen = await probe(this.model, some);
    const point = {
      at: epoch ? epoch.epoch : placeOf(run),
      loss: null,
      accuracy: null,
      testLoss: seen.loss,
      testAccuracy: seen.accuracy,
    };
    this.#points.push(point);
    this.report({ type: 'probe', probe: seen, point });
    this.#lastProbe = performance.now();
    this.#speed.begin(run);
  }

  async #keep(run: TrainingRun): Promise<void> {
    if (run.finished) return;
    const { settings } = this;
    const checkpoint = run.checkpoint();
    await keepRun({ settings, checkpoint, points: this.#points }).catch(() => {});
    this.#lastKept = performance.now();
    this.#speed.begin(run);
  }
}

/** Epochs since the beginning, with a fraction. */
const placeOf = ({ stepsDone, steps }: TrainingRun) => stepsDone / steps;

/** As the command makes it. */
function optimizerOf({ optimizer, lr }: Settings, model: Sequential): Optimizer {
  const parameters = model.parameters();
  if (optimizer === 'sgd') return new SGD(parameters, { lr, momentum: 0.9 });
  if (optimizer === 'adamw') return new AdamW(parameters, { lr, weightDecay: 0.01 });
  const Kind = { adam: Adam, adadelta: Adadelta }[optimizer];
  return new Kind(parameters, { lr });
}

function scheduleOf({ schedule, lr }: Settings): Schedule | undefined {
  if (schedule === 'constant') return undefined;
  return schedule === 'cosine' ? cosineSchedule(lr) : oneCycleSchedule(lr);
}

/** Seeds the library as the command does, before the weights are drawn. */
export function seedRun({ seed }: Settings): void {
  manualSeed(seed);
}
