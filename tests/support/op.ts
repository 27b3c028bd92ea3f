import { expect } from 'vitest';
import { tensor } from '../../src/creation.js';
import type { Random } from '../../src/random.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from './compare.js';
import { randomValues } from './random.js';

/** float32 against float64 rounded to float32: a few roundings of sums of a hundred terms. */
const RELATIVE = 2e-6;

export interface GoldenInput {
  readonly name: string;
  readonly shape: Shape;
  readonly data: readonly number[];
  readonly gradient: readonly number[];
}

export interface GoldenOutput {
  readonly shape: Shape;
  readonly data: readonly number[];
  readonly gradient: readonly number[];
}

/** Expects the output of an op, and the gradients of all its inputs, to be those that PyTorch computed. */
export function expectGolden(
  op: (...inputs: Tensor[]) => Tensor,
  inputs: readonly GoldenInput[],
  output: GoldenOutput,
): void {
  scope(() => {
    const leaves = inputs.map(({ data, shape }) => leaf(data, shape));
    const y = op(...leaves);
    expect(y.shape).toEqual(output.shape);
    expectClose(y.data(), output.data, { relative: RELATIVE, label: 'y' });
    y.backward(tensor([...output.gradient], output.shape));
    inputs.forEach(({ name, gradient }, i) => {
      expectClose(leaves[i]!.grad!.data(), gradient, { relative: RELATIVE, label: `d${name}` });
    });
  });
}

/** A tensor that a gradient is computed for. */
export function leaf(data: ArrayLike<number>, shape: Shape): Tensor {
  return tensor(Float32Array.from(data), shape, { requiresGrad: true });
}

/** A random tensor that a gradient is computed for. */
export function randomLeaf(random: Random, shape: Shape): Tensor {
  return leaf(randomValues(sizeOf(shape), random), shape);
}
