// The training suite: steps on one batch, the same for every implementation.

import type { Adapter, PreparedRun } from './adapter.js';
import type { Graph } from './nets/graph.js';

/** The losses of so many steps are compared before a time counts. */
export const CHECKED_STEPS = 5;
/** Their largest error, as a share of the largest loss; right implementations agree to 2e-5. */
export const LOSS_TOLERANCE = 1e-4;

/** A trainer that has made its first steps; its output are their losses. null where `adapter` cannot train. */
export async function prepareTrainer(adapter: Adapter, graph: Graph): Promise<PreparedRun | null> {
  const step = await adapter.prepareTraining?.(graph);
  if (step === undefined || step === null) return null;
  const losses = new Float32Array(CHECKED_STEPS);
  for (let i = 0; i < CHECKED_STEPS; i++) losses[i] = await step();
  return { run: () => ignore(step()), output: () => losses };
}

/** A step's loss is not needed, its end is. */
function ignore(loss: number | Promise<number>): void | Promise<void> {
  if (typeof loss !== 'number') return loss.then(() => {});
}
