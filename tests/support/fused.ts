import { expect } from 'vitest';
import { type Activation, activate, activationBlock } from '../../src/ops/activation.js';
import type { Random } from '../../src/random.js';
import type { Tensor } from '../../src/tensor.js';
import { pick } from './random.js';
import { unwritten } from './tensors.js';

/** One or more of each kind. */
export const ACTIVATIONS: readonly Activation[] = [
  { kind: 'relu' },
  { kind: 'clip', min: -Infinity, max: 0.25 },
  { kind: 'clip', min: -0.3, max: 0.4 },
  { kind: 'hardtanh', min: 0, max: 6 },
  { kind: 'hardtanh', min: -0.3, max: 0.4 },
  { kind: 'leakyRelu', slope: 0.1 },
  { kind: 'leakyRelu', slope: -0.5 },
  { kind: 'sigmoid' },
  { kind: 'silu' },
  { kind: 'hardSwish' },
];

/**
 * Expects a kernel that ends with an activation, any of them, to give the bits of the op of its own.
 * @param sums what the kernel gives without an activation
 * @param run runs the kernel with the activation's block at this address
 */
export function expectFused(
  sums: Tensor,
  random: Random,
  run: (y: Tensor, activation: number) => void,
  label: string,
): void {
  const activation = pick(random, ACTIVATIONS);
  const y = unwritten(sums.size);
  run(y, activationBlock(activation));
  expect(y.data(), `${JSON.stringify(activation)} ${label}`).toEqual(
    activate(sums, activation).data(),
  );
}
