import { describe } from '../describe.js';
import { crossEntropy } from '../ops/losses/cross-entropy.js';
import { mse } from '../ops/losses/mse.js';
import { bceWithLogits } from '../ops/losses/probabilities.js';
import { huber, l1, smoothL1 } from '../ops/losses/regression.js';
import { accuracy, type Metric } from '../training/metrics.js';
import {
  balancedAccuracy,
  f1Score,
  iouScore,
  maeScore,
  r2Score,
  rmseScore,
  rocAuc,
  topKAccuracy,
} from '../training/scores.js';
import type { Loss } from '../training/types.js';
import type { MetricConfig } from './messages.js';

/** Losses and metrics of the user's own, by name. */
export interface OwnMeasures {
  readonly losses?: Readonly<Record<string, Loss>>;
  readonly metrics?: Readonly<Record<string, Metric>>;
}

const LOSSES: Readonly<Record<string, Loss>> = {
  crossEntropy,
  mse,
  l1,
  smoothL1,
  huber,
  bceWithLogits,
};

const METRICS: Readonly<Record<string, (config: MetricConfig) => Metric>> = {
  accuracy: () => accuracy,
  topKAccuracy: ({ k }) => topKAccuracy(k!),
  balancedAccuracy: ({ classes }) => balancedAccuracy(classes!),
  f1Score: ({ name: _, classes, ...options }) => f1Score(classes!, options),
  iouScore: ({ name: _, classes, ...options }) => iouScore(classes!, options),
  maeScore,
  rmseScore,
  r2Score,
  rocAuc,
};

/** The loss of a name. @throws RangeError */
export function lossNamed(name: string, { losses }: OwnMeasures): Loss {
  return named('loss', name, { ...LOSSES, ...losses });
}

/** The metrics of these names, with their options. @throws RangeError, and what they throw for options */
export function metricsNamed(
  configs: Readonly<Record<string, MetricConfig>>,
  { metrics: own = {} }: OwnMeasures,
): Record<string, Metric> {
  const all = {
    ...METRICS,
    ...Object.fromEntries(Object.entries(own).map(([k, v]) => [k, () => v])),
  };
  return Object.fromEntries(
    Object.entries(configs).map(([key, config]) => {
      const make: (config: MetricConfig) => Metric = named(`metrics: ${key}`, config.name, all);
      // Those without options take no argument.
      return [key, make.length === 0 ? (make as () => Metric)() : make(config)];
    }),
  );
}

function named<T>(argument: string, name: string, all: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(all, name)) return all[name]!;
  const known = Object.keys(all).join(', ');
  throw new RangeError(`fit: ${argument}: expected a name out of ${known}, got ${describe(name)}`);
}
