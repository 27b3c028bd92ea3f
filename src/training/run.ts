import { checkMethods } from '../check.js';
import { full } from '../creation.js';
import type { Dataset } from '../data/dataset.js';
import type { Batch, BatchSource } from '../data/dataset-types.js';
import { FormatError } from '../errors.js';
import { generator } from '../generator.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { clipGradNorm, clipGradValue } from '../optimizers/clip-grad.js';
import type { Random, RandomState } from '../random.js';
import { scope } from '../tensor.js';
import { lossOf, measure, type Origin, passOf } from './batch.js';
import { CallbackRounds, type HookName } from './callback-rounds.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { Means, type Metric } from './metrics.js';
import type { RunState } from './run-state.js';
import type { EpochRecord, FitOptions, Loss, TrainingRun } from './types.js';

/** A run of `fit`. */
export class Run implements TrainingRun {
  readonly options: FitOptions;
  readonly epochs: number;
  readonly steps: number;
  readonly samples: number;
  readonly history: EpochRecord[] = [];
  readonly #origin: Origin;
  readonly #data: BatchSource;
  readonly #loss: Loss;
  readonly #metrics: Record<string, Metric>;
  readonly #random: Random = generator();
  /** Samples of a step. */
  readonly #stepSize: number;
  readonly #classWeights: readonly number[] | undefined;
  readonly #callbacks: CallbackRounds;
  #epochsDone = 0;
  #step = 0;
  #stopped = false;
  /** The optimizer's learning rate when the run began, and that of the last step. */
  #beginLr: number;
  #stepLr: number;
  #means: Means;
  #lastLoss = NaN;
  #order: Uint32Array = new Uint32Array();
  /** Of the generators that augment the batches of this epoch. */
  #augmentSeed = 0;
  #epochRandom: RandomState = this.#random.state();
  #secondsBefore = 0;
  #resumedSamples = 0;
  #begun = 0;
  #lastStepEnd = 0;

  constructor(data: BatchSource, options: FitOptions, loss: Loss, metrics: Record<string, Metric>) {
    const { batchSize = 32, dropLast = false, callbacks = [], accumulate = 1, optimizer } = options;
    this.options = options;
    this.epochs = options.epochs;
    this.#callbacks = new CallbackRounds(callbacks);
    this.#beginLr = optimizer.lr;
    this.#stepLr = optimizer.lr;
    this.#origin = { op: 'fit', argument: 'data', data };
    this.#data = data;
    this.#loss = loss;
    this.#metrics = metrics;
    this.#means = new Means(metrics);
    this.#stepSize = batchSize * accumulate;
    this.#classWeights = weightsOf(options.classWeights, data);
    const whole = data.length - (data.length % batchSize);
    this.samples = dropLast ? whole : data.length;
    this.steps = Math.ceil(this.samples / this.#stepSize);
  }

  get epoch(): number {
    return Math.min(this.#epochsDone + 1, this.epochs);
  }

  get step(): number {
    return this.#step;
  }

  get stepsDone(): number {
    return this.#epochsDone * this.steps + this.#step;
  }

  get samplesInEpoch(): number {
    return this.#means.samples;
  }

  get means(): Record<string, number> {
    return this.#means.values();
  }

  get loss(): number {
    return this.#lastLoss;
  }

  get samplesPerSecond(): number {
    const seconds = (performance.now() - this.#begun) / 1000;
    return seconds > 0 ? (this.#means.samples - this.#resumedSamples) / seconds : 0;
  }

  get finished(): boolean {
    return this.#step === 0 && (this.#stopped || this.#epochsDone >= this.epochs);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Begins an epoch, or goes on with the one that a checkpoint was saved in. */
  beginEpoch(): void {
    this.#begun = performance.now();
    this.#resumedSamples = this.#means.samples;
    if (this.#step > 0) return;
    this.#means = new Means(this.#metrics);
    this.#resumedSamples = 0;
    this.#secondsBefore = 0;
    this.#epochRandom = this.#random.state();
    this.#drawOrder();
  }

  /** The batches of this epoch that no step was done for. */
  batches(): Iterable<Batch> | AsyncIterable<Batch> {
    const { batchSize = 32, accumulate = 1, signal } = this.options;
    const rest = this.#order.subarray(this.#step * this.#stepSize, this.samples);
    const seed = this.#augmentSeed + this.#step * accumulate;
    return this.#data.batchesOf(rest, batchSize, seed, signal);
  }

  /** One step: forward, backward, for one batch after the other, update; everything that it makes is freed. */
  trainStep(batches: readonly Batch[]): void {
    const { model, optimizer, schedule, clipNorm, clipValue } = this.options;
    if (schedule) optimizer.lr = schedule(this.stepsDone, this.epochs * this.steps);
    this.#stepLr = optimizer.lr;
    const samples = batches.reduce((sum, { indices }) => sum + indices.length, 0);
    this.#lastLoss = 0;
    scope(() => {
      optimizer.zeroGrad();
      for (const batch of batches) this.#addGradients(batch, batch.indices.length / samples);
      if (clipValue !== undefined) clipGradValue(model.parameters(), clipValue);
      if (clipNorm !== undefined) clipGradNorm(model.parameters(), clipNorm);
      optimizer.step();
    });
    this.#step++;
    this.#lastStepEnd = performance.now();
  }

  /** Adds the gradients of a batch, which is this share of a step, and measures it. */
  #addGradients(batch: Batch, share: number): void {
    const measured = scope(() => {
      const pass = passOf(this.#origin, this.options.model, batch);
      const loss = lossOf(this.#origin, this.#loss, pass, batch, this.#classWeights);
      loss.backward(share < 1 ? full(loss.shape, share) : undefined);
      return { loss: loss.item(), ...measure('fit', this.#metrics, pass.output, batch.targets) };
    });
    this.#lastLoss += share * measured.loss;
    this.#means.add(batch.indices.length, measured);
  }

  /** Ends the epoch with what was measured on the validation data. */
  endEpoch(validation: Record<string, number>): EpochRecord {
    const trained = this.#means.samples - this.#resumedSamples;
    const seconds = (performance.now() - this.#begun) / 1000;
    // The speed is that of training alone, without the validation.
    const trainingSeconds = (this.#lastStepEnd - this.#begun) / 1000;
    const record: EpochRecord = {
      epoch: this.epoch,
      seconds: this.#secondsBefore + seconds,
      samplesPerSecond: trained > 0 ? trained / trainingSeconds : 0,
      loss: NaN,
      ...this.#means.values(),
      ...validation,
    };
    this.history.push(record);
    this.#epochsDone++;
    this.#step = 0;
    return record;
  }

  /** Calls a hook of every callback, one after the other. @internal */
  call(hook: HookName, measures?: Record<string, number>): Promise<void> {
    return this.#callbacks.call(hook, this, measures);
  }

  /** Tells callbacks what they had not been told when the checkpoint that the run goes on from was saved. @internal */
  callPending(): Promise<void> {
    return this.#callbacks.callPending(this, this.#step > 0 ? undefined : this.history.at(-1));
  }

  checkpoint(): Uint8Array<ArrayBuffer> {
    const { model, optimizer } = this.options;
    checkMethods('checkpoint', 'optimizer', optimizer, 'an optimizer with state()', ['state']);
    return writeCheckpoint(model, optimizer, {
      setup: this.#setup(),
      epochs: this.epochs,
      epoch: this.#epochsDone,
      step: this.#step,
      stopped: this.#stopped,
      beginLr: this.#beginLr,
      stepLr: this.#stepLr,
      epochRandom: this.#epochRandom,
      random: this.#random.state(),
      means: this.#means.state(),
      epochSeconds:
        this.#step > 0 ? this.#secondsBefore + (performance.now() - this.#begun) / 1000 : 0,
      history: this.history,
      callbacks: this.#callbacks.states(),
    });
  }

  /** @throws FormatError for a checkpoint that is damaged, or of another run; nothing is changed then */
  restore(bytes: Uint8Array): void {
    const { model, optimizer, schedule } = this.options;
    const sizes = { steps: this.steps, samples: this.samples, batchSize: this.#stepSize };
    const { run, load } = readCheckpoint(bytes, model, optimizer, this.#setup(), sizes);
    this.#checkEnd(run);
    this.#callbacks.restore(run.callbacks, load);
    // Another rate than the run began with is meant. With a schedule each step has its own.
    if (!schedule && this.#beginLr !== run.beginLr) optimizer.lr = this.#beginLr;
    else this.#beginLr = run.beginLr;
    this.#stepLr = run.stepLr;
    this.#epochsDone = run.epoch;
    this.#step = run.step;
    // More epochs than the run was to have are meant.
    this.#stopped = run.stopped && this.epochs <= run.epochs;
    this.#means = new Means(this.#metrics, run.means);
    this.#secondsBefore = run.epochSeconds;
    this.history.push(...run.history);
    this.#epochRandom = run.epochRandom;
    this.#random.restore(run.epochRandom);
    if (run.step > 0) this.#drawOrder();
    this.#random.restore(run.random);
  }

  /** Checks that all that was done is what this run, with its epochs and its schedule, would have done. */
  #checkEnd(run: RunState): void {
    const { epochs, steps } = this;
    if (run.epoch + (run.step > 0 ? 1 : 0) > epochs) {
      throw new FormatError(
        `checkpoint: epochs: the run was started with ${run.epochs} and is in epoch ${run.epoch + 1}, ` +
          `it cannot go on with ${epochs}`,
      );
    }
    const last = run.epoch * steps + run.step - 1;
    const rate = this.options.schedule && last >= 0 && this.options.schedule(last, epochs * steps);
    if (typeof rate !== 'number' || Object.is(rate, run.stepLr)) return;
    throw new FormatError(
      `checkpoint: schedule: the run had learning rate ${run.stepLr} in step ${last}, ` +
        `it cannot go on with a schedule that has ${rate} there`,
    );
  }

  /** Draws all that the batches of an epoch depend on. */
  #drawOrder(): void {
    const { shuffle = true } = this.options;
    this.#order = shuffle
      ? this.#random.permutation(this.#data.length)
      : Uint32Array.from({ length: this.#data.length }, (_, i) => i);
    if (this.#data.augmented) this.#augmentSeed = this.#random.seed();
  }

  /** What has to be the same for a run to go on; what is undefined is not compared. */
  #setup(): Record<string, unknown> {
    const { batchSize = 32, accumulate = 1, shuffle = true, dropLast = false, seed } = this.options;
    const { optimizer, validation, schedule, setup, clipNorm, clipValue } = this.options;
    const { inputShape, targetShape = [], classNames, augmented } = this.#data;
    return {
      ...setup,
      samples: this.samples,
      batchSize,
      ...(accumulate > 1 && { accumulate }),
      ...(clipNorm !== undefined && { clipNorm }),
      ...(clipValue !== undefined && { clipValue }),
      ...(this.#classWeights && { classWeights: this.#classWeights }),
      shuffle,
      dropLast,
      inputShape,
      ...(targetShape.length > 0 && { targetShape }),
      ...(classNames && { classNames }),
      augmented,
      ...(seed !== undefined && { seed }),
      loss: this.#loss === crossEntropy ? 'crossEntropy' : 'another',
      metrics: Object.keys(this.#metrics),
      validation: validation?.length ?? null,
      schedule: schedule !== undefined,
      ...Object.fromEntries(
        Object.entries(optimizer.config?.() ?? {}).map(([key, value]) => [
          `optimizer.${key}`,
          value,
        ]),
      ),
    };
  }
}

/** The weight of each class. */
function weightsOf(
  weights: FitOptions['classWeights'],
  data: BatchSource,
): readonly number[] | undefined {
  if (weights !== 'balanced') return weights;
  const { labels, classNames } = data as Dataset;
  const counts = classNames.map((_, c) => labels.filter((label) => label === c).length);
  return counts.map((count) => (count === 0 ? 0 : labels.length / (counts.length * count)));
}
