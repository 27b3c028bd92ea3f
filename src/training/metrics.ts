import { checkArity, wrongKind } from '../check.js';
import { isNumberArray } from '../describe.js';
import { checkTensor } from '../ops/check.js';
import type { Tensor } from '../tensor.js';

/** The targets of a batch, one sample after the other. */
export type MetricTargets = Int32Array | Float32Array;

/**
 * Something that is measured over a data set: a function whose results for batches are averaged, weighted by their
 * samples, as it should be for a mean over samples; or an `EpochMetric`. `output` is [N, …], `targets` are those of the
 * batch, one class index per sample in int32, say.
 */
export type Metric = MetricOf['mean'] | EpochMetric;

/** The form of a metric that is a mean. */
export interface MetricOf {
  /** Of a batch. A method, so that a metric may take int32 or float32 targets alone. */
  mean(output: Tensor, targets: MetricTargets): number;
}

/** What is no mean over samples: counted batch by batch, and computed of the counts of a whole epoch. */
export interface EpochMetric {
  /** The numbers of a batch, as many each time; they are added up over the batches. */
  batch(output: Tensor, targets: MetricTargets): ArrayLike<number>;
  /** Whether the numbers of batches are put one after another instead, any number of them. Default false. */
  readonly appends?: boolean;
  /** The metric, from the numbers of all batches. */
  value(numbers: readonly number[]): number;
}

/** Share of the samples whose largest output is at their label; the first of equal outputs counts. */
export const accuracy = (output: Tensor, labels: MetricTargets): number => {
  checkTensor('accuracy', 'output', output);
  if (!isNumberArray(labels) && !Array.isArray(labels)) {
    throw wrongKind('accuracy', 'labels', 'an Int32Array', labels);
  }
  const classes = argmaxRows(output);
  let correct = 0;
  labels.forEach((label, i) => (correct += classes[i] === label ? 1 : 0));
  return correct / labels.length;
};

/** Place of the largest value along the last axis; the first of equal ones. */
export function argmaxRows(output: Tensor): Int32Array {
  checkArity('argmaxRows', arguments.length, 1);
  checkTensor('argmaxRows', 'output', output);
  const classes = output.shape.at(-1) ?? 1;
  const values = output.view();
  return Int32Array.from({ length: output.size / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (values[row * classes + c]! > values[row * classes + best]!) best = c;
    }
    return best;
  });
}

/** What a batch adds: a number is averaged, the numbers of an `EpochMetric` are gathered. */
export type Measured = Record<string, number | ArrayLike<number>>;

/** Measures of a data set, from those of its batches. */
export class Means {
  #samples: number;
  readonly #metrics: Readonly<Record<string, Metric>>;
  readonly #sums: Record<string, number>;
  readonly #numbers: Record<string, number[]>;

  constructor(
    metrics: Readonly<Record<string, Metric>>,
    state: MeansState = { samples: 0, sums: {}, numbers: {} },
  ) {
    this.#metrics = metrics;
    this.#samples = state.samples;
    this.#sums = { ...state.sums };
    this.#numbers = structuredClone(state.numbers);
  }

  add(samples: number, values: Measured): void {
    this.#samples += samples;
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === 'number') this.#sums[name] = (this.#sums[name] ?? 0) + value * samples;
      else this.#gather(name, value);
    }
  }

  #gather(name: string, values: ArrayLike<number>): void {
    const all = (this.#numbers[name] ??= []);
    const { appends = false } = this.#metrics[name] as EpochMetric;
    for (let i = 0; i < values.length; i++) {
      if (appends) all.push(values[i]!);
      else all[i] = (all[i] ?? 0) + values[i]!;
    }
  }

  /** Of all batches so far; nothing before the first one. */
  values(): Record<string, number> {
    const result: Record<string, number> = {};
    for (const name of ['loss', ...Object.keys(this.#metrics)]) {
      const numbers = this.#numbers[name];
      if (numbers) result[name] = (this.#metrics[name] as EpochMetric).value(numbers);
      else if (name in this.#sums) result[name] = this.#sums[name]! / this.#samples;
    }
    return result;
  }

  get samples(): number {
    return this.#samples;
  }

  state(): MeansState {
    const numbers = structuredClone(this.#numbers);
    return { samples: this.#samples, sums: { ...this.#sums }, numbers };
  }
}

export interface MeansState {
  readonly samples: number;
  /** Of the loss and the metrics that are means. */
  readonly sums: Record<string, number>;
  /** Of the others. */
  readonly numbers: Record<string, number[]>;
}
