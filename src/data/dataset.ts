import { checkArity, checkBoolean, checkFunction, wrongKind } from '../check.js';
import { COPY, describe, isNumberArray, type Origin } from '../describe.js';
import { checkOptions } from '../options.js';
import { Random } from '../random.js';
import { sizeOf } from '../shape.js';
import { batchOf, headOf } from './dataset-batch.js';
import { checkIndices, checkInto, checkRandom, checkSeed, perChannel } from './dataset-check.js';
import { checkNumbers, fail, type NumberArray } from './dataset-errors.js';
import { checkBatchSize, CheckedSource, checkGiven, type DatasetSource } from './dataset-source.js';
import type {
  Batch,
  BatchesOptions,
  BatchSource,
  Sample,
  SampleMap,
  Statistics,
} from './dataset-types.js';
import {
  byteValues,
  fillFromBytes,
  fillFromFloats,
  rowsOf,
  type View,
  wholeSource,
} from './dataset-view.js';

const ORIGIN: Origin = { kind: 'Dataset', copy: COPY };

/**
 * Samples and what is to be learnt of them, class labels or other targets, in plain typed arrays. Immutable: every method gives a view that shares the
 * inputs, which stay as they came (MNIST: 47 MB of bytes) until a batch is filled. Then, in this
 * order: bytes are divided by 255, `normalise` is applied, then every `map`.
 */
export class Dataset implements BatchSource {
  /** The shape of one sample, channels last. */
  readonly inputShape: readonly number[];
  /** The shape of one sample's targets; [] for class labels. */
  readonly targetShape: readonly number[];
  /** One class index per sample; empty where the targets are others. */
  readonly labels: Int32Array;
  /** The name of each class; empty where the targets are no classes. */
  readonly classNames: readonly string[];
  readonly #source: CheckedSource;
  readonly #view: View;
  readonly #sampleSize: number;
  readonly #targetSize: number;
  /** For bytes: the prepared value of each byte in each channel, [channels, 256]. */
  readonly #byteValues: Float32Array | undefined;

  /**
   * Throws a TypeError for inputs of another kind, a ShapeError where inputs, shapes, labels and targets do
   * not fit together, a RangeError for labels that are no class index.
   */
  constructor(source: DatasetSource<NumberArray, number | bigint>);
  /** @internal */
  constructor(source: CheckedSource, view: View);
  constructor(source: DatasetSource<NumberArray, number | bigint> | CheckedSource, view?: View) {
    const isChecked = source instanceof CheckedSource;
    if (!isChecked) checkArity('Dataset', arguments.length, 1);
    this.#source = isChecked ? source : new CheckedSource(source);
    this.#view = view ?? wholeSource(this.#source);
    const { inputShape, classNames, targets } = this.#source;
    this.inputShape = inputShape;
    this.classNames = classNames;
    this.targetShape = targets.shape;
    const labelled = targets.shape.length === 0 ? this.#view.rows : [];
    this.labels = Int32Array.from(labelled, (row) => targets.values![row]!);
    this.#sampleSize = sizeOf(inputShape);
    this.#targetSize = sizeOf(targets.shape);
    if (this.#source.inputs instanceof Uint8Array) this.#byteValues = byteValues(this.#view);
  }

  /** @internal */
  get '@simdgrad'(): Origin {
    return ORIGIN;
  }

  /** How many samples there are; at least one. */
  get length(): number {
    return this.#view.rows.length;
  }

  /** Whether there are maps: batches then depend on a generator. */
  get augmented(): boolean {
    return this.#view.maps.length > 0;
  }

  /** The samples at these positions, in this order; a RangeError for a position outside. */
  select(indices: ArrayLike<number>): Dataset {
    checkIndices('select', indices, this.length);
    return this.#derive({ rows: Uint32Array.from(indices, (i) => this.#view.rows[i]!) });
  }

  /** The same samples in random order. */
  shuffle(random: Random): Dataset {
    checkRandom('shuffle', random);
    return this.#derive({ rows: random.shuffle(this.#view.rows.slice()) });
  }

  /** Samples `begin` to `end` − 1; a RangeError unless 0 ≤ begin < end ≤ length. */
  slice(begin: number, end: number = this.length): Dataset {
    const ok = Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin < end;
    if (!ok || end > this.length) {
      const expected = `integers 0 <= begin < end <= ${this.length}`;
      fail('slice: begin, end', expected, `${describe(begin)}, ${describe(end)}`);
    }
    return this.#derive({ rows: this.#view.rows.slice(begin, end) });
  }

  /**
   * Two parts, in order (shuffle first where the order has a meaning): the first holds this many
   * samples, or this fraction of them for a number below 1. Both must hold at least one sample.
   */
  split(countOrFraction: number): [Dataset, Dataset] {
    checkArity('Dataset: split', arguments.length, 1);
    if (typeof countOrFraction !== 'number') {
      throw wrongKind('Dataset: split', 'countOrFraction', 'a number', countOrFraction);
    }
    const isFraction = countOrFraction > 0 && countOrFraction < 1;
    const count = isFraction ? Math.round(countOrFraction * this.length) : countOrFraction;
    if (!Number.isInteger(count) || count < 1 || count >= this.length) {
      const expected = `a count in [1, ${this.length - 1}] or a fraction that leaves both parts a sample`;
      fail('split: countOrFraction', expected, describe(countOrFraction));
    }
    return [this.slice(0, count), this.slice(count)];
  }

  /** Lazily changes each sample whenever a batch is filled, after normalisation: augmentation. */
  map(fn: SampleMap): Dataset {
    checkFunction('Dataset: map', 'fn', fn);
    return this.#derive({ maps: [...this.#view.maps, fn] });
  }

  /**
   * Each value v becomes (v − mean) / std, per channel, whenever a batch is filled; bytes have been
   * divided by 255 before. A second call applies to the result of the first.
   */
  normalise(statistics: Statistics): Dataset {
    checkGiven('Dataset: normalise', 'statistics', statistics, ['mean', 'std']);
    const { mean, std } = statistics;
    const { mean: oldMean, std: oldStd } = this.#view;
    const means = perChannel('mean', mean, oldMean.length);
    const stds = perChannel('std', std, oldMean.length);
    return this.#derive({
      mean: oldMean.map((m, c) => m + means[c]! * oldStd[c]!),
      std: oldStd.map((s, c) => s * stds[c]!),
    });
  }

  /**
   * The mean and the (population) standard deviation of each channel, normalised as batches are but
   * before any `map`; made for `normalise`: `test.normalise(train.statistics())`.
   */
  statistics(): { mean: number[]; std: number[] } {
    const mean = this.#channelMeans((value) => value);
    const variance = this.#channelMeans((value, c) => (value - mean[c]!) * (value - mean[c]!));
    return { mean, std: variance.map(Math.sqrt) };
  }

  /** Sample `index` as a batch would hold it, in a new array. */
  sample(index: number, random?: Random): Sample {
    const { inputs, targets } = this.batch([index], random);
    const label = this.targetShape.length === 0 ? targets[0]! : NaN;
    return { input: inputs, label, target: targets };
  }

  /** Sample `index` as it is stored (bytes stay bytes), to be shown; shared memory, not to be changed. */
  raw(index: number): Uint8Array | Float32Array {
    checkIndices('raw', [index], this.length);
    const begin = this.#view.rows[index]! * this.#sampleSize;
    return this.#source.inputs.subarray(begin, begin + this.#sampleSize);
  }

  /**
   * The samples at these positions, for training loops that keep their own order. `random` feeds
   * the maps (`new Random(0)` unless given). The result is `into`, overwritten, where given: a batch
   * of this data set with as many samples; otherwise new memory.
   */
  batch(indices: ArrayLike<number>, random = new Random(0), into?: Batch): Batch {
    checkIndices('batch', indices, this.length);
    checkRandom('batch', random);
    const { length } = indices;
    const { inputShape, targetShape } = this;
    if (into !== undefined) checkInto(into, [length, ...inputShape], [length, ...targetShape]);
    const batch = into ?? this.#allocate(length);
    const { inputs, targets } = batch;
    batch.indices.set(indices);
    for (let i = 0; i < length; i++) {
      const row = this.#view.rows[indices[i]!]!;
      this.#fill(row, inputs, i * this.#sampleSize);
      if (targets !== inputs) this.#fillTarget(row, targets, i);
      if (this.augmented) this.#augment(inputs, i * this.#sampleSize, random);
    }
    return batch;
  }

  /**
   * All samples once, `batchSize` at a time; the last batch may be smaller. The arrays of a batch
   * are REUSED for the next one: copy what is to be kept.
   */
  batches(batchSize: number, options: BatchesOptions = {}): Generator<Batch> {
    checkBatchSize('batches', batchSize);
    checkOptions('Dataset: batches', options, ['dropLast', 'random']);
    const { dropLast = false, random } = options;
    checkBoolean('Dataset: batches', 'dropLast', dropLast);
    if (random !== undefined) checkRandom('batches', random);
    const order = random ? random.permutation(this.length) : this.#view.rows.map((_, i) => i);
    const seed = random && this.augmented ? random.seed() : 0;
    const whole = this.length - (this.length % batchSize);
    return this.#iterate(dropLast ? order.subarray(0, whole) : order, batchSize, seed);
  }

  /**
   * The samples at these positions, `batchSize` at a time; the last batch may be smaller. The maps of batch n draw from
   * `new Random(seed + n)`: batches can be prepared in any order, by any thread, with the same bits. The arrays of a
   * batch are REUSED for the next one.
   */
  batchesOf(order: Uint32Array, batchSize: number, seed = 0): Generator<Batch> {
    checkNumbers('Dataset: batchesOf', 'order', order);
    if (order.length > 0) checkIndices('batchesOf', order, this.length);
    checkBatchSize('batchesOf', batchSize);
    checkSeed('batchesOf', seed);
    return this.#iterate(Uint32Array.from(order), batchSize, seed);
  }

  /** The samples and their normalisation, without maps, as a source; in memory of its own. @internal */
  toSource(): DatasetSource & { readonly normalise: Statistics } {
    const { inputs, targets } = this.#source;
    const { rows, mean, std } = this.#view;
    const isLabelled = this.targetShape.length === 0;
    const isClasses = this.classNames.length > 0;
    return {
      inputs: rowsOf(inputs, rows, this.#sampleSize),
      inputShape: [...this.inputShape],
      ...(isLabelled
        ? { labels: this.labels }
        : {
            targets: targets.values ? rowsOf(targets.values, rows, this.#targetSize) : 'inputs',
            ...(targets.values && { targetShape: [...this.targetShape] }),
          }),
      ...(isClasses && { classNames: [...this.classNames] }),
      normalise: { mean: [...mean], std: [...std] },
    };
  }

  *#iterate(order: Uint32Array, batchSize: number, seed: number): Generator<Batch> {
    const buffer = this.#allocate(Math.min(batchSize, order.length));
    for (let begin = 0, n = 0; begin < order.length; begin += batchSize, n++) {
      const indices = order.subarray(begin, begin + batchSize);
      const { length } = indices;
      const into = length === buffer.indices.length ? buffer : headOf(buffer, length, this);
      yield this.batch(indices, new Random(seed + n), into);
    }
  }

  #derive(changes: Partial<View>): Dataset {
    return new Dataset(this.#source, { ...this.#view, ...changes });
  }

  #allocate(count: number): Batch {
    const inputs = new Float32Array(count * this.#sampleSize);
    const Kind = this.#source.targets.values instanceof Int32Array ? Int32Array : Float32Array;
    const isInputs = this.#source.targets.values === undefined && !this.augmented;
    const targets = isInputs ? inputs : new Kind(count * this.#targetSize);
    return batchOf(inputs, targets, new Uint32Array(count), this);
  }

  /** Writes the targets of one stored sample where those of sample `i` of a batch are. */
  #fillTarget(row: number, target: Batch['targets'], i: number): void {
    const size = this.#targetSize;
    const { values } = this.#source.targets;
    if (values) target.set(values.subarray(row * size, (row + 1) * size), i * size);
    else this.#fill(row, target as Float32Array, i * size);
  }

  /** Writes the normalised values of one stored sample to `offset`. */
  #fill(row: number, target: Float32Array, offset: number): void {
    const size = this.#sampleSize;
    const sample = this.#source.inputs.subarray(row * size, (row + 1) * size);
    const values = target.subarray(offset, offset + size);
    if (sample instanceof Uint8Array) fillFromBytes(values, sample, this.#byteValues!);
    else fillFromFloats(values, sample, this.#view);
  }

  #augment(target: Float32Array, offset: number, random: Random): void {
    const sample = target.subarray(offset, offset + this.#sampleSize);
    for (const map of this.#view.maps) {
      const result = map(sample, random);
      if (result === undefined || result === sample) continue;
      if (!isNumberArray(result) || result.length !== sample.length) {
        const expected = `undefined or a Float32Array of ${sample.length} values`;
        throw wrongKind('Dataset: map', 'the function’s result', expected, result);
      }
      sample.set(result);
    }
  }

  #channelMeans(term: (value: number, channel: number) => number): number[] {
    const channels = this.#view.mean.length;
    const sums = new Array<number>(channels).fill(0);
    const sample = new Float32Array(this.#sampleSize);
    for (const row of this.#view.rows) {
      this.#fill(row, sample, 0);
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let i = c; i < sample.length; i += channels) sum += term(sample[i]!, c);
        sums[c]! += sum;
      }
    }
    return sums.map((sum) => (sum * channels) / (this.length * this.#sampleSize));
  }
}
