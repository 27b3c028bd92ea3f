import type { Shape } from '../../shape.js';

/** The axes of a tensor in the order that the file has them in: its axis i is the tensor's axis `axes[i]`. */
export type Axes = readonly number[];

export function sameAxes(rank: number): Axes {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** [N, …, C] as [N, C, …]. */
export function channelsFirst(rank: number): Axes {
  return [0, rank - 1, ...sameAxes(rank).slice(1, -1)];
}

/** [K…, in, out] as [out, in, K…]: weights of convolutions. */
export function outputsFirst(rank: number): Axes {
  return [rank - 1, rank - 2, ...sameAxes(rank).slice(0, -2)];
}

export function equalAxes(a: Axes, b: Axes): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

export function ordered<T>(values: readonly T[], axes: Axes): T[] {
  return axes.map((axis) => values[axis]!);
}

/** The axes that are left, numbered anew, where some of the tensor's are dropped. */
export function withoutAxes(axes: Axes, isDropped: (axis: number) => boolean): Axes {
  const left = [...axes].sort((a, b) => a - b).filter((axis) => !isDropped(axis));
  return axes.filter((axis) => !isDropped(axis)).map((axis) => left.indexOf(axis));
}

/** Whether a transposition moves nothing: axes of one element change their places, the others keep their order. */
export function movesNothing(shape: Shape, from: Axes, to: Axes): boolean {
  const long = (axes: Axes) => axes.filter((axis) => shape[axis] !== 1);
  return equalAxes(long(from), long(to));
}

/** Values of a row-major array with its axes in this order. */
export function permuted<T extends Float32Array | Int32Array>(
  data: T,
  shape: Shape,
  axes: Axes,
): T {
  if (movesNothing(shape, sameAxes(shape.length), axes)) return data;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = ordered(shape, axes);
  const steps = ordered(strides, axes);
  const result = data.slice() as T;
  const index = sizes.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < sizes[axis]!) break;
      from -= sizes[axis]! * steps[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
