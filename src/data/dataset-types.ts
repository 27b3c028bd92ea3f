import type { Random } from '../random.js';

/** Per-channel mean and standard deviation; a number stands for all channels. */
export interface Statistics {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}

/** Samples made ready for a network: inputs [n, …inputShape], labels [n]. */
export interface Batch {
  readonly inputs: Float32Array;
  readonly inputShape: readonly number[];
  readonly labels: Int32Array;
  /** Where in the data set each sample stands. */
  readonly indices: Uint32Array;
}

/** One sample made ready for a network. */
export interface Sample {
  readonly input: Float32Array;
  readonly label: number;
}

/**
 * Changes one sample, in place or by returning another array of the same length. It is given the
 * normalised values and a generator that the training loop seeds for each batch, so that a seed fixes every
 * augmentation, whichever thread prepares the batch.
 */
export type SampleMap = (sample: Float32Array, random: Random) => Float32Array | void;

/** How `batches` goes through a data set. */
export interface BatchesOptions {
  /** Leave out a last batch that is smaller than the others. */
  readonly dropLast?: boolean;
  /** Shuffles the samples and seeds the generators of the maps; in order, with seed 0 for the maps, without. */
  readonly random?: Random;
}

/** What `fit`, `evaluate` and `predict` take batches from: a `Dataset`, or one in a worker. */
export interface BatchSource {
  /** How many samples there are. */
  readonly length: number;
  /** The shape of one sample. */
  readonly inputShape: readonly number[];
  /** The name of each class, where there are any. */
  readonly classNames?: readonly string[];
  /** Whether batches depend on their seed. */
  readonly augmented: boolean;
  /**
   * The samples at these positions, `batchSize` at a time; batch n is augmented by `new Random(seed + n)`. Arrays of a
   * batch may be reused for the next one. Once `signal` is aborted nobody waits for a batch any more.
   */
  batchesOf(
    order: Uint32Array,
    batchSize: number,
    seed?: number,
    signal?: AbortSignal,
  ): Iterable<Batch> | AsyncIterable<Batch>;
}
