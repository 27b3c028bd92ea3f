import {
  argReduce,
  cumsum,
  logSoftmax,
  reduce,
  type ReductionName,
  softmax,
  topk,
} from '../../imported/ops/reduce.js';
import { oneHot } from '../../imported/ops/index-ops.js';
import { reshape } from '../../imported/ops/shape-ops.js';
import { axisOf } from '../../imported/ops/copies.js';
import { cast } from '../../imported/ops/elementwise.js';
import { sizeOf } from '../../shape.js';
import type { Value } from '../../imported/value.js';
import type { OnnxAttributes } from '../attributes.js';
import { listOf, numberOf, type OnnxHandler, type OnnxHandlers } from './handler.js';

const REDUCTIONS: Readonly<Record<string, ReductionName>> = {
  ReduceL1: 'l1',
  ReduceL2: 'l2',
  ReduceLogSum: 'logSum',
  ReduceLogSumExp: 'logSumExp',
  ReduceMax: 'max',
  ReduceMean: 'mean',
  ReduceMin: 'min',
  ReduceProd: 'prod',
  ReduceSum: 'sum',
  ReduceSumSquare: 'sumSquare',
};

/** One number for the elements along some axes. */
export function reductionHandlers(): OnnxHandlers {
  const handlers: Record<string, OnnxHandler> = {};
  for (const [op, name] of Object.entries(REDUCTIONS)) {
    handlers[op] = {
      run([x, given], attributes) {
        const axes = listOf(attributes, 'axes', given);
        const isNone = axes === undefined || axes.length === 0;
        if (isNone && attributes.flag('noop_with_empty_axes')) return x!;
        return reduce(name, x!, isNone ? undefined : axes, attributes.flag('keepdims', true));
      },
    };
  }
  return handlers;
}

/** Functions along an axis. */
export const ALONG_AXES: OnnxHandlers = {
  ArgMax: { run: ([x], attributes) => place('argmax', x!, attributes) },
  ArgMin: { run: ([x], attributes) => place('argmin', x!, attributes) },
  Softmax: { run: ([x], attributes) => overClasses(softmax, x!, attributes) },
  LogSoftmax: { run: ([x], attributes) => overClasses(logSoftmax, x!, attributes) },
  Hardmax: {
    run: ([x], attributes) => overClasses(hardmax, x!, attributes),
  },
  CumSum: {
    needs: 2,
    run: ([x, axis], attributes) =>
      cumsum(x!, numberOf('axis', axis!), {
        exclusive: attributes.flag('exclusive'),
        reverse: attributes.flag('reverse'),
      }),
  },
  TopK: {
    run([x, count], attributes) {
      const k = count ? numberOf('k', count) : attributes.needed('k', attributes.int('k'));
      const { values, indices } = topk(x!, k, {
        axis: attributes.int('axis') ?? -1,
        largest: attributes.flag('largest', true),
      });
      return [values, indices];
    },
  },
};

function place(name: 'argmax' | 'argmin', x: Value, attributes: OnnxAttributes): Value {
  return argReduce(name, x, {
    axis: attributes.int('axis') ?? 0,
    keepDims: attributes.flag('keepdims', true),
    selectLast: attributes.flag('select_last_index'),
  });
}

/** Along an axis or, up to opset 12, over all axes from there on. */
function overClasses(
  compute: (x: Value, axis: number) => Value,
  x: Value,
  attributes: OnnxAttributes,
): Value {
  if (attributes.opset >= 13) return compute(x, attributes.int('axis') ?? -1);
  const given = attributes.int('axis') ?? 1;
  const axis = given === x.rank ? given : axisOf('axis', given, x.rank);
  const classes = sizeOf(x.shape.slice(axis));
  if (axis < x.rank && classes === x.shape[axis]) return compute(x, axis);
  const rows = reshape(x, [sizeOf(x.shape.slice(0, axis)), classes]);
  return reshape(compute(rows, 1), x.shape);
}

/** 1 where the largest element is, else 0. */
function hardmax(x: Value, axis: number): Value {
  const along = axisOf('hardmax', axis, x.rank);
  const places = argReduce('argmax', x, { axis: along, keepDims: false });
  return cast(oneHot(places, x.shape[along]!, 'float32', { axis: along }), x.dtype);
}
