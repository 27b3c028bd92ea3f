import { dropout } from '../../ops/dropout.js';
import { crossEntropy } from '../../ops/losses/cross-entropy.js';
import { nllLoss } from '../../ops/losses/nll.js';
import { notEqual } from '../../ops/zip/comparisons.js';
import { fill } from '../../imported/ops/copy-ops.js';
import { logSoftmax } from '../../imported/ops/reduce.js';
import { channelsLast, Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { numberOf, type OnnxHandlers } from './handler.js';

/** Losses of class labels, and dropout. */
export const LOSSES: OnnxHandlers = {
  NegativeLogLikelihoodLoss: {
    needs: 2,
    run: ([x, labels, weight], attributes) => lossOf(nllLoss, x!, labels!, weight, attributes),
  },
  SoftmaxCrossEntropyLoss: {
    needs: 2,
    run([x, labels, weight], attributes, { node }) {
      const loss = lossOf(crossEntropy, x!, labels!, weight, attributes);
      return node.outputs.length > 1 ? [loss, logSoftmax(x!, 1)] : loss;
    },
  },
  Dropout: {
    isRandom: true,
    run([x, ratio, training]) {
      const p = ratio ? numberOf('ratio', ratio) : 0.5;
      if (!training || numberOf('training_mode', training) === 0 || p === 0) {
        return [x!, fill(x!.shape, 1, 'bool')];
      }
      const y = dropout(x!.tensor(x!.order), p);
      // What is kept, but for elements that were 0 before.
      return [Value.of(y, x!.order, x!.dtype), Value.of(notEqual(y, 0), x!.order, 'bool')];
    },
  },
};

/** @param x [N, classes, …] @param labels [N, …] */
function lossOf(
  loss: typeof nllLoss,
  x: Value,
  labels: Value,
  weight: Value | undefined,
  attributes: OnnxAttributes,
): Value {
  const ignoreIndex = attributes.int('ignore_index');
  const y = loss(x.tensor(channelsLast(x.rank)), labels.indices(), {
    reduction: attributes.oneOf('reduction', ['mean', 'none', 'sum']),
    ...(ignoreIndex !== undefined && { ignoreIndex }),
    ...(weight && { weight: Array.from(weight.numbers()) }),
  });
  return Value.of(y, undefined, x.dtype);
}
