// One value of many: y over the axes that are left, each of all x that lie over it. Arrays are row-major.

/** How values become one, in float64. */
export type Fold = (values: Float64Array) => number;

export const sum: Fold = (values) => values.reduce((total, value) => total + value, 0);

/** NaN if one value is. */
export const max: Fold = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
export const min: Fold = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);

/** The first NaN, or the first of the largest values. */
export const argmax: Fold = (values) => firstOf(values, max(values));
export const argmin: Fold = (values) => firstOf(values, min(values));

function firstOf(values: Float64Array, value: number): number {
  return values.findIndex((other) => other === value || (value !== value && other !== other));
}

/** Folds the middle axis of x [outer, reduced, inner]. */
export function reduce(
  x: ArrayLike<number>,
  [outer, reduced, inner]: readonly [number, number, number],
  fold: Fold,
): Float64Array {
  const y = new Float64Array(outer * inner);
  const values = new Float64Array(reduced);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      for (let r = 0; r < reduced; r++) values[r] = x[(o * reduced + r) * inner + i]!;
      y[o * inner + i] = fold(values);
    }
  }
  return y;
}

/** The gradient of max or min over the middle axis: shared evenly among the values that y was; NaN where y is. */
export function maxGradInput(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  [outer, reduced, inner]: readonly [number, number, number],
): Float64Array {
  return Float64Array.from({ length: outer * reduced * inner }, (_, at) => {
    const [o, i] = [Math.floor(at / (reduced * inner)), at % inner];
    const to = o * inner + i;
    const isY = (r: number) => (x[(o * reduced + r) * inner + i] === y[to] ? 1 : 0);
    let count = 0;
    for (let r = 0; r < reduced; r++) count += isY(r);
    return (dy[to]! * (x[at] === y[to] ? 1 : 0)) / count;
  });
}

/** Folds the axes of a shape that are marked. */
export function reduceAxes(
  x: ArrayLike<number>,
  shape: readonly number[],
  isReduced: readonly boolean[],
  fold: Fold,
): Float64Array {
  const kept = shape.map((size, axis) => (isReduced[axis] ? 1 : size));
  const over: number[][] = Array.from({ length: kept.reduce((a, b) => a * b, 1) }, () => []);
  for (let at = 0; at < x.length; at++) {
    let [rest, to, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = (rest - index) / shape[axis]!;
      if (!isReduced[axis]) to += index * stride;
      stride *= kept[axis]!;
    }
    over[to]!.push(x[at]!);
  }
  return Float64Array.from(over, (values) => fold(Float64Array.from(values)));
}
