// LeNet of workloads.json on any set of plain JavaScript kernels: conv 5x5 (8) → relu → max pool 2 → conv 5x5 (16) →
// relu → max pool 2 → dense (10), trained by SGD with momentum. Convolutions keep the size.

import type { Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import { conv2dGeometry, pool2dGeometry } from '../workloads.js';
import { softmaxCrossEntropy } from './cross-entropy.js';
import { type Conv2dPasses, gradBias, type KernelSet, linearGeometry } from './kernel-set.js';
import { sgdStep } from './optimizers.js';
import { maxPool2dForward, maxPool2dGradInput, planPool2d, type Pool2dPlan } from './pool2d.js';
import { reluForward, reluGradInput } from './relu.js';

const LENET = { image: 28, classes: 10, lr: 0.01, momentum: 0.9 } as const;

/** Convolution weights [KH, KW, IC, OC], dense weight [inFeatures, outFeatures], inputs in NHWC order. */
export type LeNetWeights = Readonly<
  Record<`${'conv1' | 'conv2' | 'linear'}.${'weight' | 'bias'}`, Float32Array>
>;

/** A weight and its bias with their gradients and velocities. */
class Affine {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  readonly #gradWeight: Float32Array;
  readonly #gradBias: Float32Array;
  readonly #velocityWeight: Float32Array;
  readonly #velocityBias: Float32Array;
  readonly output: Float32Array;
  readonly gradOutput: Float32Array;

  readonly #passes: Conv2dPasses;

  constructor(
    kernels: KernelSet,
    readonly g: Conv2dGeometry,
  ) {
    this.#passes = kernels.conv2d(g);
    const { outChannels } = g;
    const weightSize = g.kernelHeight * g.kernelWidth * g.inChannels * outChannels;
    this.weight = new Float32Array(weightSize);
    this.#gradWeight = new Float32Array(weightSize);
    this.#velocityWeight = new Float32Array(weightSize);
    this.bias = new Float32Array(outChannels);
    this.#gradBias = new Float32Array(outChannels);
    this.#velocityBias = new Float32Array(outChannels);
    this.output = new Float32Array(g.batch * g.outHeight * g.outWidth * outChannels);
    this.gradOutput = new Float32Array(this.output.length);
  }

  forward(input: Float32Array): void {
    this.#passes.forward(input, this.weight, this.bias, this.output);
  }

  gradInput(target: Float32Array): void {
    this.#passes.gradInput(this.gradOutput, this.weight, target);
  }

  update(input: Float32Array): void {
    this.#passes.gradWeight(input, this.gradOutput, this.#gradWeight);
    gradBias(this.gradOutput, this.#gradBias);
    sgdStep(this.weight, this.#gradWeight, this.#velocityWeight, LENET.lr, LENET.momentum);
    sgdStep(this.bias, this.#gradBias, this.#velocityBias, LENET.lr, LENET.momentum);
  }
}

/** ReLU and max pooling by two of a convolution's output. */
class ReluPool {
  readonly output: Float32Array;
  readonly gradOutput: Float32Array;
  readonly #argmax: Int32Array;
  readonly #plan: Pool2dPlan;

  constructor(readonly source: Affine) {
    const { batch, outHeight, outChannels } = source.g;
    this.#plan = planPool2d(pool2dGeometry(batch, outHeight, outHeight, outChannels, 2));
    const size = batch * this.#plan.counts.length * outChannels;
    this.output = new Float32Array(size);
    this.gradOutput = new Float32Array(size);
    this.#argmax = new Int32Array(size);
  }

  forward(): void {
    const { output } = this.source;
    reluForward(output, output);
    maxPool2dForward(output, this.output, this.#argmax, this.#plan);
  }

  backward(): void {
    const { output, gradOutput } = this.source;
    maxPool2dGradInput(this.gradOutput, this.#argmax, gradOutput, this.#plan);
    reluGradInput(output, gradOutput, gradOutput);
  }
}

/** All its buffers are made up front: a step allocates nothing. */
export class LeNet {
  readonly #conv1: Affine;
  readonly #pool1: ReluPool;
  readonly #conv2: Affine;
  readonly #pool2: ReluPool;
  readonly #linear: Affine;
  /** The weights themselves: write into them to start from others. They start as zeros. */
  readonly parameters: LeNetWeights;

  constructor(
    kernels: KernelSet,
    readonly batch: number,
  ) {
    const layer = (size: number, inChannels: number, outChannels: number) =>
      new Affine(
        kernels,
        conv2dGeometry(batch, size, size, inChannels, outChannels, 5, 5, 1, 2, 2),
      );
    this.#conv1 = layer(LENET.image, 1, 8);
    this.#pool1 = new ReluPool(this.#conv1);
    this.#conv2 = layer(LENET.image / 2, 8, 16);
    this.#pool2 = new ReluPool(this.#conv2);
    const inFeatures = this.#pool2.output.length / batch;
    const dense = linearGeometry({ rows: batch, inFeatures, outFeatures: LENET.classes });
    this.#linear = new Affine(kernels, dense);
    this.parameters = {
      'conv1.weight': this.#conv1.weight,
      'conv1.bias': this.#conv1.bias,
      'conv2.weight': this.#conv2.weight,
      'conv2.bias': this.#conv2.bias,
      'linear.weight': this.#linear.weight,
      'linear.bias': this.#linear.bias,
    };
  }

  /** One update; the loss before it. inputs [batch, 28, 28, 1], labels [batch]. */
  step(inputs: Float32Array, labels: Int32Array): number {
    const logits = this.forward(inputs);
    const loss = softmaxCrossEntropy(logits, labels, this.#linear.gradOutput);
    this.#backward(inputs);
    return loss;
  }

  /** The logits [batch, 10], overwritten by the next call. inputs [batch, 28, 28, 1]. */
  forward(inputs: Float32Array): Float32Array {
    this.#conv1.forward(inputs);
    this.#pool1.forward();
    this.#conv2.forward(this.#pool1.output);
    this.#pool2.forward();
    this.#linear.forward(this.#pool2.output);
    return this.#linear.output;
  }

  #backward(inputs: Float32Array): void {
    this.#linear.gradInput(this.#pool2.gradOutput);
    this.#linear.update(this.#pool2.output);
    this.#pool2.backward();
    this.#conv2.gradInput(this.#pool1.gradOutput);
    this.#conv2.update(this.#pool1.output);
    this.#pool1.backward();
    this.#conv1.update(inputs);
  }
}
