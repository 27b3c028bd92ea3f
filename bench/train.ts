// The training suite: one step of LeNet, the same batches for every implementation.

import type { Adapter, PreparedRun } from './adapter.js';
import {
  compareRuns,
  failingRun,
  type CompareOptions,
  type PreparedAdapter,
  type ResultRow,
} from './harness.js';
import { tiledJs } from './js/adapter.js';
import { LENET, lenetBatches, lenetWeights, type LeNetBatch } from './lenet.js';

/**
 * The losses of so many steps are compared before a time counts, with this largest error as a share of the largest
 * loss: enough to notice that a single bias is not trained (2e-4; right implementations agree to 1e-7).
 */
export const CHECKED_STEPS = 20;
export const LOSS_TOLERANCE = 1e-4;

const BATCHES = 16;

/** Compares the implementations on a training step; their first losses must be those of `js-tiled`. */
export async function compareTrainers(
  adapters: readonly Adapter[],
  options: CompareOptions = {},
): Promise<ResultRow[]> {
  const batches = lenetBatches(BATCHES);
  const prepared: PreparedAdapter[] = [];
  for (const adapter of adapters) {
    const run = await prepareTrainer(adapter, batches);
    if (run !== null) prepared.push({ adapter, run });
  }
  const expected = await (await prepareTrainer(tiledJs, batches))!.output();
  return compareRuns({ suite: 'train', id: LENET.id, pass: 'train' }, 0, prepared, {
    expected,
    tolerance: LOSS_TOLERANCE,
    ...options,
  });
}

/** A trainer that has made its first steps; its output are their losses. */
async function prepareTrainer(
  adapter: Adapter,
  batches: readonly LeNetBatch[],
): Promise<PreparedRun | null> {
  try {
    const trainer = await adapter.trainLeNet?.(lenetWeights());
    if (trainer === undefined) return null;
    let steps = 0;
    const step = () => {
      const { inputs, labels } = batches[steps++ % batches.length]!;
      return trainer.step(inputs, labels);
    };
    const losses = new Float32Array(CHECKED_STEPS);
    for (let i = 0; i < CHECKED_STEPS; i++) losses[i] = await step();
    return { run: () => ignore(step()), output: () => losses, dispose: () => trainer.dispose?.() };
  } catch (error) {
    return failingRun(error);
  }
}

/** A step's loss is not needed, its end is. */
function ignore(loss: number | Promise<number>): void | Promise<void> {
  if (typeof loss !== 'number') return loss.then(() => {});
}
