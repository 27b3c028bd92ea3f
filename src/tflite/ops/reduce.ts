import { binary } from '../../imported/ops/elementwise.js';
import { nonMaxSuppression } from '../../imported/ops/nms.js';
import {
  argReduce,
  cumsum,
  logSoftmax,
  reduce,
  type ReductionName,
  softmax,
  topk,
} from '../../imported/ops/reduce.js';
import { sameOrder, Value } from '../../imported/value.js';
import { list, scalar, type TfliteHandlers } from '../handler.js';
import type { Options } from '../options.js';
import { elementType } from '../schema.js';

/** Negative axes may name an axis twice. */
function reduced(name: ReductionName, x: Value, axes: Value, { keepDims }: Options): Value {
  const places = list(axes).map((axis) => (axis < 0 ? axis + x.rank : axis));
  return reduce(name, x, [...new Set(places)], keepDims !== 0);
}

function place(name: 'argmax' | 'argmin', x: Value, axis: Value, { outType }: Options): Value {
  const dtype = elementType(outType) === 'int64' ? 'int64' : 'int32';
  return argReduce(name, x, { axis: scalar(axis), keepDims: false, dtype });
}

/** What is left of boxes that overlap, filled up with zeros to the number that is asked for. */
function suppressed(inputs: readonly Value[], isSoft: boolean): Value[] {
  const [boxes, scores, most, iou, least, sigma] = inputs;
  const maxOutputSize = Math.min(Math.max(0, scalar(most!)), scores!.size);
  const kept = nonMaxSuppression(boxes!.numbers(), scores!.numbers(), {
    maxOutputSize,
    iouThreshold: scalar(iou!),
    scoreThreshold: scalar(least!),
    softNmsSigma: isSoft ? scalar(sigma!) : 0,
  });
  const filled = (numbers: number[]) => sameOrder(maxOutputSize).map((i) => numbers[i] ?? 0);
  const indices = Value.host(filled(kept.indices), [maxOutputSize], 'int32');
  const count = Value.host([kept.indices.length], [], 'int32');
  if (!isSoft) return [indices, count];
  return [indices, Value.host(filled(kept.scores), [maxOutputSize], 'float32'), count];
}

function top(x: Value, k: Value): Value[] {
  const { values, indices } = topk(x, scalar(k), { axis: -1, dtype: 'int32' });
  return [values, indices];
}

/** The places of what is not 0, in order: [count, rank]. */
function places(condition: Value): Value {
  const found: number[] = [];
  const numbers = condition.numbers();
  const strides = condition.shape.map((_, axis) =>
    condition.shape.slice(axis + 1).reduce((product, size) => product * size, 1),
  );
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] === 0) continue;
    strides.forEach((stride, axis) => found.push(Math.floor(i / stride) % condition.shape[axis]!));
  }
  const rank = Math.max(1, condition.rank);
  return Value.host(found, [found.length / rank, condition.rank], 'int64');
}

export const REDUCE_OPS: TfliteHandlers = {
  ARG_MAX: { operands: 2, run: ([x, axis], { options }) => place('argmax', x!, axis!, options) },
  ARG_MIN: { operands: 2, run: ([x, axis], { options }) => place('argmin', x!, axis!, options) },
  CUMSUM: {
    operands: 2,
    run: ([x, axis], { options: { exclusive, reverse } }) =>
      cumsum(x!, scalar(axis!), { exclusive: exclusive !== 0, reverse: reverse !== 0 }),
  },
  LOG_SOFTMAX: { operands: 1, run: ([x]) => logSoftmax(x!, -1) },
  MEAN: { operands: 2, run: ([x, axes], { options }) => reduced('mean', x!, axes!, options) },
  NON_MAX_SUPPRESSION_V4: { operands: 5, run: (inputs) => suppressed(inputs as Value[], false) },
  NON_MAX_SUPPRESSION_V5: { operands: 6, run: (inputs) => suppressed(inputs as Value[], true) },
  REDUCE_ALL: { operands: 2, run: ([x, axes], { options }) => reduced('all', x!, axes!, options) },
  REDUCE_ANY: { operands: 2, run: ([x, axes], { options }) => reduced('any', x!, axes!, options) },
  REDUCE_MAX: { operands: 2, run: ([x, axes], { options }) => reduced('max', x!, axes!, options) },
  REDUCE_MIN: { operands: 2, run: ([x, axes], { options }) => reduced('min', x!, axes!, options) },
  REDUCE_PROD: {
    operands: 2,
    run: ([x, axes], { options }) => reduced('prod', x!, axes!, options),
  },
  SOFTMAX: {
    operands: 1,
    run: ([x], { options: { beta } }) =>
      softmax(beta === 1 ? x! : binary('mul', x!, Value.host([beta], [], 'float32')), -1),
  },
  SUM: { operands: 2, run: ([x, axes], { options }) => reduced('sum', x!, axes!, options) },
  TOPK_V2: { operands: 2, run: ([x, k]) => top(x!, k!) },
  WHERE: { operands: 1, run: ([condition]) => places(condition!) },
};
