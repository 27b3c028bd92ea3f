// TensorFlow.js's cases of losses.
import { tensor } from '../../src/creation.js';
import { crossEntropy } from '../../src/ops/losses/cross-entropy.js';
import { mse } from '../../src/ops/losses/mse.js';
import { mean, sum } from '../../src/ops/reductions.js';
import { notEqual } from '../../src/ops/zip/comparisons.js';
import { add, div, mul } from '../../src/ops/zip/functions.js';
import type { Tensor } from '../../src/tensor.js';
import { type NestedArray } from '../../src/tensor.js';
import { testTfjs } from './cases.js';

type Given = Tensor | NestedArray;
const tensorFrom = (value: Given) => (Array.isArray(value) ? tensor(value) : (value as Tensor));

// TensorFlow.js's numbers of reductions; by default the sum is divided by the number of weights that are not 0.
const NONE = 0;
const MEAN = 1;
const SUM = 2;

/** Losses weighted and reduced: weights are of each loss, not of classes. */
function reduced(losses: Tensor, given?: Given | null, reduction?: number): Tensor {
  const weights = given === undefined || given === null ? undefined : tensorFrom(given);
  const weighted = weights ? mul(losses, weights) : losses;
  if (reduction === NONE) return weighted;
  if (reduction === SUM) return sum(weighted);
  if (!weights) return mean(weighted);
  const broadcast = add(weights, mul(losses, 0));
  const counted = reduction === MEAN ? broadcast : notEqual(broadcast, 0);
  return div(sum(weighted), sum(counted));
}

testTfjs(['losses/softmax_cross_entropy'], 12, {
  'losses.softmaxCrossEntropy': (
    labels: Given,
    logits: Given,
    weights?: Given | null,
    labelSmoothing?: number | null,
    reduction?: number,
  ) => {
    const losses = crossEntropy(tensorFrom(logits), tensorFrom(labels), {
      reduction: 'none',
      labelSmoothing: labelSmoothing ?? 0,
    });
    return reduced(losses, weights, reduction);
  },
});

testTfjs(['losses/mean_squared_error'], 14, {
  'losses.meanSquaredError': (
    labels: Given,
    predictions: Given,
    weights?: Given | null,
    reduction?: number,
  ) => {
    const losses = mse(tensorFrom(predictions), tensorFrom(labels), { reduction: 'none' });
    return reduced(losses, weights, reduction);
  },
});
