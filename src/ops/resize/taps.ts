import { launch } from '../../runtime/launch.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch, withTable } from '../../runtime/storage.js';
import { type Shape, sizeOf } from '../../shape.js';

/** Which of `size` values along an axis each position is the weighted sum of: those from first[j] to first[j + 1]. */
export interface Taps {
  readonly size: number;
  readonly first: readonly number[];
  readonly index: readonly number[];
  readonly weight: readonly number[];
}

/** What is done along one axis. */
export interface Step {
  readonly axis: number;
  readonly taps: Taps;
}

/** Every position's taps, as `weigh` adds them; weights of one index that follow one another are one. */
export function tapsOf(
  size: number,
  positions: number,
  weigh: (position: number, add: (index: number, weight: number) => void) => void,
): Taps {
  const [first, index, weight]: number[][] = [[0], [], []];
  for (let j = 0; j < positions; j++) {
    weigh(j, (i, w) => {
      const last = index!.length - 1;
      if (last >= first![j]! && index![last] === i) weight![last]! += w;
      else {
        index!.push(i);
        weight!.push(w);
      }
    });
    first!.push(index!.length);
  }
  return { size, first: first!, index: index!, weight: weight! };
}

/** The mean of the values that each position covers of the axis, as adaptive average pooling takes them. */
export function meanTaps(size: number, positions: number): Taps {
  return tapsOf(size, positions, (j, add) => {
    const begin = Math.floor((j * size) / positions);
    const end = Math.ceil(((j + 1) * size) / positions);
    for (let i = begin; i < end; i++) add(i, 1 / (end - begin));
  });
}

/** Where the gradient of each value comes from, with the same weights. */
function transposed({ size, first, index, weight }: Taps): Taps {
  const from: [position: number, weight: number][][] = Array.from({ length: size }, () => []);
  for (let j = 0; j + 1 < first.length; j++) {
    for (let t = first[j]!; t < first[j + 1]!; t++) from[index[t]!]!.push([j, weight[t]!]);
  }
  return tapsOf(first.length - 1, size, (i, add) => {
    for (const [j, w] of from[i]!) add(j, w);
  });
}

/** The shape with another number of positions along the axis. */
function shapeAfter(shape: Shape, { axis, taps }: Step): Shape {
  return shape.map((size, i) => (i === axis ? taps.first.length - 1 : size));
}

/** Writes y, of x of a shape, axis by axis, with memory lent for what is in between. */
export function resampleAxes(
  y: number,
  x: number,
  shape: Shape,
  [step, ...rest]: readonly Step[],
  accumulate = false,
): void {
  if (rest.length === 0) return resampleAxis(y, x, shape, step!, accumulate);
  const between = shapeAfter(shape, step!);
  withScratch(4 * sizeOf(between), (partial) => {
    resampleAxis(partial, x, shape, step!, false);
    resampleAxes(y, partial, between, rest, accumulate);
  });
}

/** The gradient of x, of a shape, from that of y. */
export function resampleAxesGradient(
  dx: number,
  dy: number,
  shape: Shape,
  steps: readonly Step[],
  accumulate: boolean,
): void {
  const back = steps.map(({ axis, taps }) => ({ axis, taps: transposed(taps) })).reverse();
  resampleAxes(dx, dy, steps.reduce(shapeAfter, shape), back, accumulate);
}

function resampleAxis(
  y: number,
  x: number,
  shape: Shape,
  { axis, taps }: Step,
  accumulate: boolean,
): void {
  const { size, first, index, weight } = taps;
  const positions = first.length - 1;
  const outer = sizeOf(shape.slice(0, axis));
  const inner = sizeOf(shape.slice(axis + 1));
  const write = (table: number) => {
    const { i32, f32 } = runtime().heap;
    i32.set(first, table / 4);
    i32.set(index, table / 4 + first.length);
    f32.set(weight, table / 4 + first.length + index.length);
  };
  withTable(4 * (first.length + 2 * index.length), [], write, (table) =>
    launch('resample', [y, x, table, size, positions, inner, accumulate], outer * positions, {
      elements: outer * inner * index.length,
    }),
  );
}
