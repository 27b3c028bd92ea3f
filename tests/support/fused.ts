import { expect } from 'vitest';
import { type Activation, activate, activationBlock } from '../../src/ops/activation.js';
import { add } from '../../src/ops/zip/functions.js';
import type { Random } from '../../src/random.js';
import type { Tensor } from '../../src/tensor.js';
import { pick, randomValues } from './random.js';
import { floats, unwritten } from './tensors.js';

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
  { kind: 'tanh' },
  { kind: 'elu', alpha: 0.5 },
  { kind: 'gelu', approximate: 'none' },
  { kind: 'gelu', approximate: 'tanh' },
  { kind: 'softplus', beta: 2, threshold: 1 },
];

/**
 * Expects a kernel that ends with an activation, any of them, to give the bits of the op of its own; and of that over
 * the sum with a residual, where `run` takes one.
 * @param sums what the kernel gives without them
 * @param run runs the kernel with the activation's block and the residual at these addresses
 */
export function expectFused(
  sums: Tensor,
  random: Random,
  run: (y: Tensor, activation: number, residual: number) => void,
  label: string,
): void {
  const activation = pick(random, ACTIVATIONS);
  const y = unwritten(sums.size);
  const residual =
    run.length > 2 && random.integer(2) ? floats(randomValues(sums.size, random)) : undefined;
  run(y, activationBlock(activation), residual?.pointer ?? 0);
  expect(y.data(), `${JSON.stringify(activation)} ${residual ? 'residual' : ''} ${label}`).toEqual(
    activate(residual ? add(residual, sums) : sums, activation).data(),
  );
}
