import type { Batch, BatchSource } from '../data/dataset-types.js';
import { generator } from '../generator.js';
import type { Random, RandomState } from '../random.js';
import { fromData, scope, type Tensor } from '../tensor.js';
import { type RunState, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { FitOptions, Loss } from './fit.js';
import { Means, type Metric } from './metrics.js';

/** One epoch: `epoch` (from 1), `seconds`, `samplesPerSecond`, `loss`, the metrics, and `validation…` of each. */
export interface EpochRecord {
  readonly epoch: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly loss: number;
  readonly [measure: string]: number;
}

/** A run of `fit`: what callbacks see. */
export class TrainingRun {
  readonly options: FitOptions;
  readonly epochs: number;
  /** Steps of an epoch, and samples. */
  readonly steps: number;
  readonly samples: number;
  readonly history: EpochRecord[] = [];
  readonly #data: BatchSource;
  readonly #loss: Loss;
  readonly #metrics: Record<string, Metric>;
  readonly #random: Random = generator();
  #epochsDone = 0;
  #step = 0;
  #stopped = false;
  #means = new Means();
  #order: Uint32Array = new Uint32Array();
  /** Of the generators that augment the batches of this epoch. */
  #augmentSeed = 0;
  #epochRandom: RandomState = this.#random.state();
  #secondsBefore = 0;
  #resumedSamples = 0;
  #begun = 0;
  #lastStepEnd = 0;

  constructor(data: BatchSource, options: FitOptions, loss: Loss, metrics: Record<string, Metric>) {
    const { batchSize = 32, dropLast = false } = options;
    this.options = options;
    this.epochs = options.epochs;
    this.#data = data;
    this.#loss = loss;
    this.#metrics = metrics;
    this.steps = dropLast
      ? Math.floor(data.length / batchSize)
      : Math.ceil(data.length / batchSize);
    this.samples = dropLast ? this.steps * batchSize : data.length;
  }

  /** The epoch that is running, from 1. */
  get epoch(): number {
    return Math.min(this.#epochsDone + 1, this.epochs);
  }

  /** Steps done in this epoch. */
  get step(): number {
    return this.#step;
  }

  /** Steps done since the beginning. */
  get stepsDone(): number {
    return this.#epochsDone * this.steps + this.#step;
  }

  get samplesInEpoch(): number {
    return this.#means.samples;
  }

  /** Means over this epoch so far: `loss` and the metrics. */
  get means(): Record<string, number> {
    return this.#means.values();
  }

  /** Speed in this epoch, without the time before an interruption. */
  get samplesPerSecond(): number {
    const seconds = (performance.now() - this.#begun) / 1000;
    return seconds > 0 ? (this.#means.samples - this.#resumedSamples) / seconds : 0;
  }

  /** Whether all epochs are done, or `stop` ended the run. */
  get finished(): boolean {
    return this.#stopped || this.#epochsDone >= this.epochs;
  }

  /** Ends the run after this epoch. */
  stop(): void {
    this.#stopped = true;
  }

  /** Begins an epoch, or goes on with the one that a checkpoint was saved in. */
  beginEpoch(): void {
    this.#begun = performance.now();
    this.#resumedSamples = this.#means.samples;
    if (this.#step > 0) return;
    this.#means = new Means();
    this.#resumedSamples = 0;
    this.#secondsBefore = 0;
    this.#epochRandom = this.#random.state();
    this.#drawOrder();
  }

  /** The batches of this epoch that no step was done for. */
  batches(): Iterable<Batch> | AsyncIterable<Batch> {
    const { batchSize = 32, signal } = this.options;
    const rest = this.#order.subarray(this.#step * batchSize, this.samples);
    return this.#data.batchesOf(rest, batchSize, this.#augmentSeed + this.#step, signal);
  }

  /** One step: forward, backward, update; everything that it makes is freed. */
  trainStep(batch: Batch): void {
    const { model, optimizer, schedule } = this.options;
    if (schedule) optimizer.lr = schedule(this.stepsDone, this.epochs * this.steps);
    const measured = scope(() => {
      optimizer.zeroGrad();
      const output = model.forward(inputsOf(batch));
      const loss = this.#loss(output, labelsOf(batch));
      loss.backward();
      optimizer.step();
      return { loss: loss.item(), ...measure(this.#metrics, output, batch.labels) };
    });
    this.#means.add(batch.labels.length, measured);
    this.#step++;
    this.#lastStepEnd = performance.now();
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

  /** The run as it stands, for `fit({ resume })`. */
  checkpoint(): Uint8Array<ArrayBuffer> {
    const { model, optimizer, callbacks = [] } = this.options;
    const states = callbacks.flatMap((c) => (c.name && c.state ? [[c.name, c.state()]] : []));
    return writeCheckpoint(model, optimizer, {
      setup: this.#setup(),
      epoch: this.#epochsDone,
      step: this.#step,
      epochRandom: this.#epochRandom,
      random: this.#random.state(),
      means: this.#means.state(),
      epochSeconds:
        this.#step > 0 ? this.#secondsBefore + (performance.now() - this.#begun) / 1000 : 0,
      history: this.history,
      callbacks: Object.fromEntries(states) as Record<string, unknown>,
    });
  }

  /** @throws FormatError for a checkpoint of another run */
  restore(bytes: Uint8Array): void {
    const { model, optimizer, callbacks = [] } = this.options;
    const state: RunState = readCheckpoint(bytes, model, optimizer, this.#setup());
    this.#epochsDone = state.epoch;
    this.#step = state.step;
    this.#means = new Means(state.means);
    this.#secondsBefore = state.epochSeconds;
    this.history.push(...state.history);
    this.#epochRandom = state.epochRandom;
    this.#random.restore(state.epochRandom);
    if (state.step > 0) this.#drawOrder();
    this.#random.restore(state.random);
    for (const { name, restore } of callbacks) {
      if (name !== undefined && name in state.callbacks) restore?.(state.callbacks[name]);
    }
  }

  /** Draws all that the batches of an epoch depend on. */
  #drawOrder(): void {
    const { shuffle = true } = this.options;
    this.#order = shuffle
      ? this.#random.permutation(this.#data.length)
      : Uint32Array.from({ length: this.#data.length }, (_, i) => i);
    if (this.#data.augmented) this.#augmentSeed = this.#random.seed();
  }

  #setup(): Record<string, unknown> {
    const { batchSize = 32, shuffle = true } = this.options;
    return { samples: this.samples, batchSize, shuffle, inputShape: this.#data.inputShape };
  }
}

/** The inputs of a batch as a tensor [n, …]. */
export function inputsOf(batch: Batch): Tensor {
  return fromData('batch', batch.inputs, batch.inputShape, 'float32');
}

/** The labels of a batch as an int32 tensor [n]. */
export function labelsOf(batch: Batch): Tensor {
  return fromData('batch', batch.labels, [batch.labels.length], 'int32');
}

/** Every metric of one batch. */
export function measure(
  metrics: Record<string, Metric>,
  output: Tensor,
  labels: Int32Array,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [name, metric(output, labels)]),
  );
}
