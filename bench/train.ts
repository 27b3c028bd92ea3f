// The training suite: one step of LeNet, the same batches for every implementation.

import type { Adapter, PreparedRun } from './adapter.js';
import { tiledJs } from './js/adapter.js';
import { lenetBatches, lenetWeights } from './lenet.js';

/**
 * The losses of so many steps are compared before a time counts, with this largest error as a share of the largest
 * loss: enough to notice that a single bias is not trained (2e-4; right implementations agree to 1e-7).
 */
export const CHECKED_STEPS = 20;
export const LOSS_TOLERANCE = 1e-4;

const BATCHES = 16;

/** A trainer that has made its first steps; its output are their losses. null where `adapter` cannot train. */
export async function prepareTrainer(adapter: Adapter): Promise<PreparedRun | null> {
  const trainer = await adapter.trainLeNet?.(lenetWeights());
  if (trainer === undefined) return null;
  const batches = lenetBatches(BATCHES);
  let steps = 0;
  const step = () => {
    const { inputs, labels } = batches[steps++ % batches.length]!;
    return trainer.step(inputs, labels);
  };
  const losses = new Float32Array(CHECKED_STEPS);
  for (let i = 0; i < CHECKED_STEPS; i++) losses[i] = await step();
  return { run: () => ignore(step()), output: () => losses };
}

/** The first losses of `js-tiled`: everyone must have the same. */
export async function expectedLosses(): Promise<Float32Array> {
  return (await prepareTrainer(tiledJs))!.output();
}

/** A step's loss is not needed, its end is. */
function ignore(loss: number | Promise<number>): void | Promise<void> {
  if (typeof loss !== 'number') return loss.then(() => {});
}
