import type { Random } from '../random.js';

/** Per-channel mean and standard deviation; a number stands for all channels. */
export interface Statistics {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}

/** Inputs made ready for a network, [n, …shape of one sample]. */
export interface BatchInputs {
  readonly inputs: Float32Array;
  readonly inputShape: readonly number[];
}

/** Samples made ready for a network: inputs [n, …inputShape], and what it is to learn of them. */
export interface Batch extends BatchInputs {
  /** What the loss compares the output with: class indices in int32, other numbers in float32. */
  readonly targets: Int32Array | Float32Array;
  /** [n] for class labels, else [n, …shape of one sample's]. */
  readonly targetShape: readonly number[];
  /** The targets where they are class indices; of other targets empty. */
  readonly labels: Int32Array;
  /** Where in the data set each sample stands. */
  readonly indices: Uint32Array;
  /** The inputs of a network that has several, from the second on. */
  readonly others?: readonly BatchInputs[];
}

/** One sample made ready for a network. */
export interface Sample {
  readonly input: Float32Array;
  /** Its class; NaN where the targets are no classes of samples. */
  readonly label: number;
  readonly target: Int32Array | Float32Array;
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
  /** The shape of one sample's targets; [] for class labels. */
  readonly targetShape?: readonly number[];
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
