// The training suite: one step of LeNet, the same batches for every implementation.

import type { Adapter, PreparedRun } from './adapter.js';
import { LeNet } from './js/lenet.js';
import { tiled } from './js/tiled/index.js';
import { LENET, lenetBatches, lenetWeights } from './lenet.js';

/**
 * The losses of so many steps are compared before a time counts, with this largest error as a share of the largest
 * loss: enough to notice that a single bias is not trained (2e-4; right implementations agree to 1e-7).
 */
export const CHECKED_STEPS = 20;
export const LOSS_TOLERANCE = 1e-4;

const BATCHES = 16;
