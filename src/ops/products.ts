// Products and running sums, of log₂ n steps over the whole tensor. No gradient divides: zeros have theirs too.
import { compose } from '../autograd.js';
import { checkArity, checkBoolean } from '../check.js';
import { checkOptions } from '../options.js';
import type { Tensor } from '../tensor.js';
import { checkAxis } from './axes.js';
import { checkTensor } from './check.js';
import { concat } from './copy/join.js';
import { pad } from './copy/pad.js';
import { permute, slice } from './copy/rearrange.js';
import { axesOf } from './moments.js';
import { type ReduceOptions, sum } from './reductions.js';
import { reshape } from './reshape.js';
import { equal, greater, notEqual } from './zip/comparisons.js';
import { add, mul } from './zip/functions.js';

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** Whether an element is left out of its own sum. Default false. */
  exclusive?: boolean;
  /** Whether the sums begin at the end. Default false. */
  reverse?: boolean;
}

/**
 * Product over some axes, as torch.prod; 1 of no elements.
 * @throws TypeError, RangeError
 */
export function prod(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkArity('prod', arguments.length, 2);
  const axes = axesOf('prod', x, options, []);
  const kept = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const sizes = kept.map((axis) => x.shape[axis]!);
  const shape = options.keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : sizes;
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  return compose(() => {
    const last = reshape(permute(x, [...kept, ...axes]), [...sizes, count]);
    return reshape(count === 0 ? onesFor(last) : productOf(last), shape);
  });
}

/** The product of nothing, which is recorded as that of x. */
function onesFor(x: Tensor): Tensor {
  return add(sum(x, { axes: -1 }), 1);
}

/** The product over the last axis: of one half with the other until one element is left. */
function productOf(x: Tensor): Tensor {
  const size = x.shape.at(-1)!;
  if (size === 1) return x;
  const half = size >> 1;
  const part = (start: number, end: number) => slice(x, [start], [end], { axes: [-1] });
  const products = mul(part(0, half), part(half, 2 * half));
  return productOf(size % 2 === 0 ? products : concat([products, part(size - 1, size)], -1));
}

/**
 * Running sums along an axis, as torch.cumsum and ONNX's CumSum: `y[i] = Σ_{k ≤ i} x[k]`; of `k < i` where exclusive, of
 * `k ≥ i` in reverse.
 * @param axis negative: counted from the last
 * @throws TypeError, RangeError
 */
export function cumsum(x: Tensor, axis: number, options: CumsumOptions = {}): Tensor {
  checkArity('cumsum', arguments.length, 3);
  checkTensor('cumsum', 'input', x);
  const along = checkAxis('cumsum', 'axis', axis, x.rank);
  checkOptions('cumsum', options, ['exclusive', 'reverse']);
  const { exclusive = false, reverse = false } = options;
  checkBoolean('cumsum', 'exclusive', exclusive);
  checkBoolean('cumsum', 'reverse', reverse);
  const size = x.shape[along]!;
  return compose(() => {
    // Sums of 1, 2, 4, … elements that end at each.
    let y = exclusive && size > 0 ? shifted(x, along, 1, reverse) : mul(x, 1);
    for (let step = 1; step < size; step *= 2) y = add(y, shifted(y, along, step, reverse));
    return y;
  });
}

/** Each element at a place further on, or back; zeros come in. */
function shifted(x: Tensor, axis: number, by: number, isBack: boolean): Tensor {
  const size = x.shape[axis]!;
  const [start, end] = isBack ? [by, size] : [0, size - by];
  const padding = x.shape.map((_, i) => (i !== axis ? [0, 0] : isBack ? [0, by] : [by, 0]));
  return pad(slice(x, [start], [end], { axes: [axis] }), padding as [number, number][]);
}

/**
 * 1 where no element over some axes is 0, else 0, as float32; 1 of no elements. There is no gradient.
 * @throws TypeError, RangeError
 */
export function all(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkArity('all', arguments.length, 2);
  const axes = axesOf('all', x, options, []);
  return compose(() => equal(sum(equal(x, 0), { ...options, axes }), 0));
}

/**
 * 1 where any element over some axes is not 0, else 0, as float32; 0 of no elements. There is no gradient.
 * @throws TypeError, RangeError
 */
export function any(x: Tensor, options: ReduceOptions = {}): Tensor {
  checkArity('any', arguments.length, 2);
  const axes = axesOf('any', x, options, []);
  return compose(() => greater(sum(notEqual(x, 0), { ...options, axes }), 0));
}
