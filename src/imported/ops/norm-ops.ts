import { ShapeError } from '../../errors.js';
import { expand } from '../../ops/copy/repeat.js';
import { square } from '../../ops/map/functions.js';
import { variance } from '../../ops/moments.js';
import { batchNorm as batchNormTensor } from '../../ops/norm/batch-norm.js';
import { groupNorm as groupNormTensor } from '../../ops/norm/group-norm.js';
import {
  layerNorm as layerNormTensor,
  rmsNorm as rmsNormTensor,
} from '../../ops/norm/layer-norm.js';
import {
  localResponseNorm,
  type LocalResponseNormOptions,
  normalize,
} from '../../ops/norm/normalize.js';
import { mean } from '../../ops/reductions.js';
import { add, div, mul, pow, sub } from '../../ops/zip/functions.js';
import { formatShape, sameShape, type Shape } from '../../shape.js';
import type { Tensor } from '../../tensor.js';
import { sameOrder, Value } from '../value.js';
import { type Layout, layoutOrder } from './layout.js';

/** What scales and shifts the channels of a normalization; undefined: 1 and 0. */
export interface Affine {
  readonly scale: Value | undefined;
  readonly bias: Value | undefined;
}

/** Batch normalization by the running statistics. @param mean, variance [channels] @throws ShapeError */
export function batchNorm(
  x: Value,
  { scale, bias, mean, variance }: Affine & { mean: Value; variance: Value },
  { layout, eps }: { layout: Layout; eps: number },
): Value {
  const order = layoutOrder(layout, x.rank);
  const y = batchNormTensor(
    x.tensor(order),
    mean.tensor(),
    variance.tensor(),
    scale?.tensor(),
    bias?.tensor(),
    { eps },
  );
  return Value.of(y, order, x.dtype);
}

/**
 * Batch normalization by the statistics of x itself.
 * @returns the output, the mean and the (biased) variance [channels]
 */
export function batchNormOfInput(
  x: Value,
  { scale, bias }: Affine,
  { layout, eps }: { layout: Layout; eps: number },
): [y: Value, mean: Value, variance: Value] {
  const order = layoutOrder(layout, x.rank);
  const tensor = x.tensor(order);
  const axes = sameOrder(x.rank - 1);
  const y = batchNormTensor(tensor, undefined, undefined, scale?.tensor(), bias?.tensor(), {
    eps,
    training: true,
  });
  const statistics = [mean(tensor, { axes }), variance(tensor, { axes, correction: 0 })];
  return [Value.of(y, order, x.dtype), ...statistics.map((each) => Value.of(each))] as never;
}

/**
 * Normalization of every example over its positions and the channels of a group; with a channel a group it is instance
 * normalization. @param scale, bias [channels] @throws RangeError, ShapeError
 */
export function groupNorm(
  x: Value,
  groups: number,
  { scale, bias }: Affine,
  { layout, eps }: { layout: Layout; eps: number },
): Value {
  const order = layoutOrder(layout, x.rank);
  const y = groupNormTensor(x.tensor(order), groups, scale?.tensor(), bias?.tensor(), { eps });
  return Value.of(y, order, x.dtype);
}

/** Layer normalization over the axes from `axis` on. @param scale, bias broadcast to these @throws ShapeError */
export function layerNorm(
  x: Value,
  axis: number,
  { scale, bias }: Affine,
  { eps }: { eps: number },
): Value {
  const over = lastAxes('layerNorm', x, axis);
  const y = layerNormTensor(x.tensor(), over, expanded(scale, over), expanded(bias, over), { eps });
  return Value.of(y, undefined, x.dtype);
}

/** The mean over the axes from `axis` on, and 1 / √(variance + eps); these axes stay with size 1. */
export function layerStatistics(
  x: Value,
  axis: number,
  eps: number,
): [mean: Value, inverse: Value] {
  const axes = sameOrder(x.rank).slice(axis);
  const over = { axes, keepDims: true };
  const spread = variance(x.tensor(), { ...over, correction: 0 });
  return [Value.of(mean(x.tensor(), over)), Value.of(pow(add(spread, eps), -0.5))];
}

/** Root mean square normalization over the axes from `axis` on. @throws ShapeError */
export function rmsNorm(
  x: Value,
  axis: number,
  scale: Value | undefined,
  { eps }: { eps: number },
): Value {
  const over = lastAxes('rmsNorm', x, axis);
  return Value.of(
    rmsNormTensor(x.tensor(), over, expanded(scale, over), { eps }),
    undefined,
    x.dtype,
  );
}

function lastAxes(op: string, { shape }: Value, axis: number): Shape {
  if (axis >= 0 && axis < shape.length) return shape.slice(axis);
  throw new ShapeError(`${op}: axis: expected one of ${formatShape(shape)}, got ${axis}`);
}

function expanded(value: Value | undefined, shape: Shape): Tensor | undefined {
  if (!value) return undefined;
  const tensor = value.tensor();
  return sameShape(tensor.shape, shape) ? tensor : expand(tensor, shape);
}

/** Local response normalization over the channels. @throws RangeError */
export function lrn(
  x: Value,
  size: number,
  { layout, ...options }: LocalResponseNormOptions & { layout: Layout },
): Value {
  const order = layoutOrder(layout, x.rank);
  return Value.of(localResponseNorm(x.tensor(order), size, options), order, x.dtype);
}

/** x / ‖x‖_p along an axis; where the norm is 0, so is the result. */
export function lpNormalize(x: Value, axis: number, p: number): Value {
  const y = normalize(x.tensor(x.order), { axis: x.order.indexOf(axis), p });
  return Value.of(y, x.order, x.dtype);
}

/** (x − mean) / (√variance + 1e-9) over some axes, as ONNX's MeanVarianceNormalization. */
export function meanVarianceNormalize(x: Value, axes: readonly number[]): Value {
  const tensor = x.tensor(x.order);
  const over = { axes: axes.map((axis) => x.order.indexOf(axis)), keepDims: true };
  const middle = mean(tensor, over);
  const spread = sub(mean(square(tensor), over), square(middle));
  return Value.of(div(sub(tensor, middle), add(pow(spread, 0.5), 1e-9)), x.order, x.dtype);
}

/** Running statistics: `old · momentum + now · (1 − momentum)`. */
export function runningMean(old: Value, now: Value, momentum: number): Value {
  return Value.of(add(mul(old.tensor(), momentum), mul(now.tensor(), 1 - momentum)));
}
