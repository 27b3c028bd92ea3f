import { checkMethods } from '../check.js';
import type { Dataset } from './dataset.js';
import type { Batch, BatchSource } from './dataset-types.js';

/**
 * Samples for a network of several inputs: `forward(x, …)` is given those of each data set, one after the other. The
 * targets are those of the first. Maps of all of them draw the same numbers.
 */
export class JoinedDataset implements BatchSource {
  readonly #first: Dataset;
  readonly #others: readonly Dataset[];

  /**
   * @param others as many samples as in the first, in the same order; their targets are not looked at
   * @throws TypeError for anything that is no `Dataset`, RangeError for other numbers of samples
   */
  constructor(first: Dataset, ...others: Dataset[]) {
    checkMethods('JoinedDataset', 'first', first, 'a Dataset', ['batchesOf', 'select']);
    others.forEach((other, i) => {
      const argument = `others[${i}]`;
      checkMethods('JoinedDataset', argument, other, 'a Dataset', ['batchesOf', 'select']);
      if (other.length === first.length) return;
      throw new RangeError(
        `JoinedDataset: ${argument}: expected ${first.length} samples, got ${other.length}`,
      );
    });
    this.#first = first;
    this.#others = others;
  }

  /** How many samples there are. */
  get length(): number {
    return this.#first.length;
  }

  /** The shape of the first input of one sample. */
  get inputShape(): readonly number[] {
    return this.#first.inputShape;
  }

  /** The shape of one sample's targets. */
  get targetShape(): readonly number[] {
    return this.#first.targetShape;
  }

  /** The name of each class. */
  get classNames(): readonly string[] {
    return this.#first.classNames;
  }

  /** Whether there are maps. */
  get augmented(): boolean {
    return [this.#first, ...this.#others].some((data) => data.augmented);
  }

  /** As `Dataset.batchesOf`. */
  *batchesOf(order: Uint32Array, batchSize: number, seed = 0): Generator<Batch> {
    const all = this.#others.map((data) => data.batchesOf(order, batchSize, seed));
    for (const batch of this.#first.batchesOf(order, batchSize, seed)) {
      const others = all.map((batches) => {
        const { inputs, inputShape } = batches.next().value as Batch;
        return { inputs, inputShape };
      });
      yield { ...batch, others };
    }
  }
}
