// Functions of values along axes, which are those of the file.
import { log } from '../../math.js';
import { checkAxes, checkAxis } from '../../ops/axes.js';
import { cast as castTensor } from '../../ops/cast.js';
import { flip } from '../../ops/copy/rearrange.js';
import { abs, log as logTensor, square } from '../../ops/map/functions.js';
import { logSoftmax as logSoftmaxTensor, logSumExp, norm } from '../../ops/moments.js';
import { all, any, cumsum as cumsumTensor, prod } from '../../ops/products.js';
import { argmax, argmin, max, mean, min, type ReduceOptions, sum } from '../../ops/reductions.js';
import { softmax as softmaxTensor } from '../../ops/softmax.js';
import { topk as topkTensor } from '../../ops/topk.js';
import { add, sub } from '../../ops/zip/functions.js';
import type { Tensor } from '../../tensor.js';
import { type ElementType, isFloat, type Order, Value } from '../value.js';
import { mapped } from './elementwise.js';
import { groupsOf } from './groups.js';

/** A function of the elements along some axes. */
interface Reduction {
  tensor(x: Tensor, options: ReduceOptions): Tensor;
  /** The same of numbers on the host; left out where shapes and indices never need it. */
  readonly host?: (numbers: readonly number[]) => number;
  /** Of no elements, where the op refuses them. */
  readonly ofNone?: number;
  readonly isTest?: boolean;
}

const total = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

const REDUCTIONS = {
  sum: { tensor: (x, options) => sum(x, options), host: total },
  mean: {
    tensor: (x, options) => mean(x, options),
    host: (numbers) => total(numbers) / numbers.length,
  },
  max: {
    tensor: (x, options) => max(x, options),
    host: (numbers) => numbers.reduce((a, b) => Math.max(a, b), -Infinity),
    ofNone: -Infinity,
  },
  min: {
    tensor: (x, options) => min(x, options),
    host: (numbers) => numbers.reduce((a, b) => Math.min(a, b), Infinity),
    ofNone: Infinity,
  },
  prod: {
    tensor: (x, options) => prod(x, options),
    host: (numbers) => numbers.reduce((a, b) => a * b, 1),
  },
  l1: { tensor: (x, options) => sum(abs(x), options) },
  l2: { tensor: (x, options) => norm(x, options) },
  logSum: {
    tensor: (x, options) => logTensor(sum(x, options)),
    host: (numbers) => log(total(numbers)),
  },
  logSumExp: { tensor: (x, options) => logSumExp(x, options), ofNone: -Infinity },
  sumSquare: { tensor: (x, options) => sum(square(x), options) },
  all: {
    tensor: (x, options) => all(x, options),
    host: (numbers) => Number(numbers.every((x) => x !== 0)),
    isTest: true,
  },
  any: {
    tensor: (x, options) => any(x, options),
    host: (numbers) => Number(numbers.some((x) => x !== 0)),
    isTest: true,
  },
} satisfies Record<string, Reduction>;

/** The name of a function of the elements along some axes. */
export type ReductionName = keyof typeof REDUCTIONS;

/**
 * One number for the elements along some axes. Integers stay integers: the fractions of means are cut off.
 * @param axes negative: counted from the last; left out, all
 * @throws RangeError
 */
export function reduce(
  name: ReductionName,
  x: Value,
  axes: readonly number[] | undefined,
  keepDims: boolean,
): Value {
  const { tensor, host, ofNone, isTest }: Reduction = REDUCTIONS[name];
  const reduced =
    axes === undefined ? x.shape.map((_, axis) => axis) : checkAxes(name, 'axes', axes, x.rank);
  const dtype = isTest ? 'bool' : x.dtype;
  if (x.isHost && host) {
    const { groups, shape } = groupsOf(x, reduced, keepDims);
    const whole = (value: number) => (isFloat(dtype) ? value : Math.trunc(value));
    const numbers = groups.map((group) => whole(host(group)));
    return Value.host(numbers, shape, dtype);
  }
  const isNone = ofNone !== undefined && reduced.some((axis) => x.shape[axis] === 0);
  const options = { axes: reduced.map((axis) => x.order.indexOf(axis)), keepDims };
  const y = isNone
    ? add(sum(x.tensor(x.order), options), ofNone)
    : tensor(x.tensor(x.order), options);
  const result = Value.of(y, keepDims ? x.order : without(x.order, reduced), dtype);
  return name === 'mean' && !isFloat(dtype) ? mapped(result, truncated) : result;
}

const truncated = (x: Tensor) => castTensor(x, 'int32');

/** The order of the axes that are left. */
function without(order: Order, removed: readonly number[]): Order {
  const kept = order.filter((axis) => !removed.includes(axis));
  return kept.map((axis) => axis - removed.filter((other) => other < axis).length);
}

/** Options of `argReduce`. */
export interface ArgReduceValueOptions {
  readonly axis: number;
  readonly keepDims: boolean;
  /** Of equal ones the last. Default: the first. */
  readonly selectLast?: boolean;
  /** Default int64. */
  readonly dtype?: ElementType;
}

/** Where along an axis the largest or the least element is. @throws RangeError */
export function argReduce(
  name: 'argmax' | 'argmin',
  x: Value,
  options: ArgReduceValueOptions,
): Value {
  const { keepDims, selectLast = false, dtype = 'int64' } = options;
  const axis = checkAxis(name, 'axis', options.axis, x.rank);
  const place = x.order.indexOf(axis);
  const choose = name === 'argmax' ? argmax : argmin;
  const tensor = x.tensor(x.order);
  const y = choose(selectLast ? flip(tensor, place) : tensor, { axis: place, keepDims });
  const result = Value.of(y, keepDims ? x.order : without(x.order, [axis]), dtype);
  if (!selectLast) return result;
  return mapped(result, (places) => sub(x.shape[axis]! - 1, places));
}

/** Softmax along an axis. @throws RangeError */
export function softmax(x: Value, axis: number): Value {
  const along = checkAxis('softmax', 'axis', axis, x.rank);
  return mapped(x, (tensor) => softmaxTensor(tensor, lastIfSo(x.order, along)));
}

/** Logarithm of the softmax along an axis. @throws RangeError */
export function logSoftmax(x: Value, axis: number): Value {
  const along = checkAxis('logSoftmax', 'axis', axis, x.rank);
  return mapped(x, (tensor) => logSoftmaxTensor(tensor, lastIfSo(x.order, along)));
}

/** Where a file's axis is in a tensor; the last is counted from the end, for which ops have the shorter way. */
function lastIfSo(order: Order, axis: number): number {
  const place = order.indexOf(axis);
  return place === order.length - 1 ? -1 : place;
}

/** The k largest, or least, elements along an axis, in order, and where they are. @throws RangeError */
export function topk(
  x: Value,
  k: number,
  options: { readonly axis: number; readonly largest?: boolean; readonly dtype?: ElementType },
): { values: Value; indices: Value } {
  const axis = x.order.indexOf(checkAxis('topk', 'axis', options.axis, x.rank));
  const { largest = true, dtype = 'int64' } = options;
  const { values, indices } = topkTensor(x.tensor(x.order), k, { axis, largest });
  return { values: Value.of(values, x.order, x.dtype), indices: Value.of(indices, x.order, dtype) };
}

/** Running sums along an axis. @throws RangeError */
export function cumsum(
  x: Value,
  axis: number,
  options: { readonly exclusive: boolean; readonly reverse: boolean },
): Value {
  const place = x.order.indexOf(checkAxis('cumsum', 'axis', axis, x.rank));
  return mapped(x, (tensor) => cumsumTensor(tensor, place, options));
}
