import { tensor } from '../../src/creation.js';
import { buffer, Linear, Module } from '../../src/layers/index.js';
import { addBias } from '../../src/ops/zip/functions.js';
import { scope, type Tensor } from '../../src/tensor.js';

/** A dense layer that subtracts the mean of all inputs that it was trained on: the smallest layer with statistics. */
export class Centred extends Module {
  readonly #features: number;
  readonly linear: Linear;
  readonly runningMean: Tensor;

  constructor(features: number) {
    super();
    this.#features = features;
    this.linear = new Linear(features, 2);
    this.runningMean = buffer([features], 0);
  }

  override forward(x: Tensor): Tensor {
    if (this.training) this.#update(x.data());
    return this.linear.forward(
      addBias(
        x,
        scope(() => tensor(this.runningMean.data().map((v) => -v))),
      ),
    );
  }

  #update(values: ArrayLike<number>): void {
    const mean = this.runningMean.data();
    const rows = values.length / this.#features;
    for (let i = 0; i < values.length; i++) {
      mean[i % this.#features]! += (0.1 * values[i]!) / rows;
    }
    this.runningMean.assign(mean.map((value) => 0.9 * value));
  }
}
