import { checkArity, checkBoolean, wrongNumber } from '../check.js';
import { checkOptions } from '../options.js';
import { sizeOf } from '../shape.js';
import { scope, type Tensor } from '../tensor.js';
import { takeAlongAxis } from './along-axis.js';
import { checkAxis } from './axes.js';
import { apply, type Op, type Plan } from './op.js';

/** Options of `topk`. */
export interface TopkOptions {
  /** Negative: counted from the last. Default −1. */
  axis?: number;
  /** Whether the largest are wanted, or the smallest. Default true. */
  largest?: boolean;
}

interface TopkPlan extends Plan {
  readonly size: number;
  readonly inner: number;
  readonly k: number;
  readonly largest: boolean;
}

const PLACES: Op<TopkOptions & { readonly k: number }, TopkPlan> = {
  name: 'topk',
  family: {
    operands: [{ name: 'input', dtype: 'any' }],
    plan({ name }, [x], { k, axis = -1, largest = true }) {
      const { shape } = x!;
      const along = checkAxis(name, 'axis', axis, shape.length);
      const size = shape[along]!;
      if (!Number.isInteger(k) || k < 0 || k > size) {
        throw wrongNumber(name, 'k', `an integer in [0, ${size}]`, k);
      }
      checkBoolean(name, 'largest', largest);
      return {
        shape: shape.map((own, a) => (a === along ? k : own)),
        dtype: 'int32',
        size,
        inner: sizeOf(shape.slice(along + 1)),
        k,
        largest,
      };
    },
    forward(y, [x], { size, inner, k, largest }) {
      const [values, places] = [x!.view(), y.view()];
      const along = new Float64Array(size);
      for (let row = 0; row < y.size / k; row++) {
        const [outer, i] = [Math.floor(row / inner), row % inner];
        for (let j = 0; j < size; j++) along[j] = values[(outer * size + j) * inner + i]!;
        const first = largest ? firstOf(along, k, isLarger) : firstOf(along, k, isLess);
        first.forEach((place, rank) => (places[(outer * k + rank) * inner + i] = place));
      }
    },
    gradients: [undefined],
  },
};

/** Nothing is larger than NaN. */
function isLarger(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}

const isLess = (a: number, b: number) => isLarger(b, a);

/** The places of the first `k` values, in order. */
function firstOf(
  values: Float64Array,
  k: number,
  isBefore: (a: number, b: number) => boolean,
): number[] {
  const first: number[] = [];
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    if (first.length === k && !isBefore(value, values[first[k - 1]!]!)) continue;
    let [low, high] = [0, first.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(value, values[first[middle]!]!)) high = middle;
      else low = middle + 1;
    }
    first.splice(low, 0, place);
    if (first.length > k) first.pop();
  }
  return first;
}

/**
 * The largest elements along an axis, the largest first, and their places, as torch.topk; of equal ones the first.
 * NaN counts as the largest. The gradient of the values goes to where they were.
 * @param k how many, at most the size of the axis
 * @returns both of the shape of x, with size k along the axis; the indices int32
 * @throws TypeError, RangeError
 */
export function topk(
  x: Tensor,
  k: number,
  options: TopkOptions = {},
): { values: Tensor; indices: Tensor } {
  checkArity('topk', arguments.length, 3);
  checkOptions('topk', options, ['axis', 'largest']);
  return scope(() => {
    const indices = apply(PLACES, [x], { ...options, k });
    return { values: takeAlongAxis(x, indices, options.axis ?? -1), indices };
  });
}
