import { checkArity, wrongKind } from '../check.js';
import { isNumberArray } from '../describe.js';
import { checkTensor } from '../ops/check.js';
import type { Tensor } from '../tensor.js';

/**
 * Mean of something over the samples of a batch: `output` is [N, …], `targets` are those of the batch, one class index per
 * sample in int32, say.
 */
export type Metric = MetricOf['mean'];

interface MetricOf {
  // A method, so that a metric may take int32 or float32 targets alone.
  mean(output: Tensor, targets: Int32Array | Float32Array): number;
}

/** Share of the samples whose largest output is at their label; the first of equal outputs counts. */
export const accuracy: Metric = (output: Tensor, labels: Int32Array) => {
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

/** Means over a data set of what is measured batch by batch. */
export class Means {
  #samples: number;
  readonly #sums: Record<string, number>;

  constructor(state: MeansState = { samples: 0, sums: {} }) {
    this.#samples = state.samples;
    this.#sums = { ...state.sums };
  }

  add(samples: number, values: Record<string, number>): void {
    this.#samples += samples;
    for (const [name, value] of Object.entries(values)) {
      this.#sums[name] = (this.#sums[name] ?? 0) + value * samples;
    }
  }

  values(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#samples]),
    );
  }

  get samples(): number {
    return this.#samples;
  }

  state(): MeansState {
    return { samples: this.#samples, sums: { ...this.#sums } };
  }
}

export interface MeansState {
  samples: number;
  sums: Record<string, number>;
}
