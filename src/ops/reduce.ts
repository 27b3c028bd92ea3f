import { launch, LINE } from '../runtime/launch.js';
import { withScratch } from '../runtime/storage.js';
import { type Shape, sizeOf } from '../shape.js';

/** Float32 values in linear memory; a tensor is one. */
export interface Values {
  readonly pointer: number;
  readonly shape: Shape;
}

/** One call of a reducing kernel: [outer, reduced, inner] → [outer, inner]. */
export interface Pass {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/**
 * The calls that reduce some axes of a shape, one for each group of axes that lie side by side; the largest group
 * first, so that little is left for the others. It depends on the shape only.
 */
export function passesOf(shape: Shape, isReduced: readonly boolean[]): readonly Pass[] {
  const groups = groupsOf(shape, isReduced);
  const passes: Pass[] = [];
  while (groups.some((group) => group.reduced)) {
    const at = largestReduced(groups);
    const sizeOfGroups = (from: number, to?: number) =>
      groups.slice(from, to).reduce((product, { size }) => product * size, 1);
    const [outer, inner] = [sizeOfGroups(0, at), sizeOfGroups(at + 1)];
    passes.push({ outer, reduced: groups[at]!.size, inner });
    groups.splice(at, 1);
  }
  return passes.length > 0 ? passes : [{ outer: 1, reduced: 1, inner: sizeOf(shape) }];
}

interface Group {
  size: number;
  readonly reduced: boolean;
}

/** Neighbours of one kind as one; axes of size 1 are of no kind. */
function groupsOf(shape: Shape, isReduced: readonly boolean[]): Group[] {
  const groups: Group[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const last = groups.at(-1);
    if (last?.reduced === isReduced[axis]) last!.size *= size;
    else groups.push({ size, reduced: isReduced[axis]! });
  });
  return groups;
}

function largestReduced(groups: readonly Group[]): number {
  const sizes = groups.map(({ size, reduced }) => (reduced ? size : -1));
  return sizes.indexOf(Math.max(...sizes));
}

/** Runs one pass after another, from x to y, with memory lent for what is in between. */
export function runPasses(
  y: number,
  x: number,
  [pass, ...rest]: readonly Pass[],
  run: (y: number, x: number, pass: Pass, isFirst: boolean, isLast: boolean) => void,
  isFirst = true,
): void {
  if (rest.length === 0) return run(y, x, pass!, isFirst, true);
  withScratch(4 * pass!.outer * pass!.inner, (partial) => {
    run(partial, x, pass!, isFirst, false);
    runPasses(y, partial, rest, run, false);
  });
}

/**
 * Sums x over the axes that y has not, or has with size 1: what broadcasting y to the shape of x undoes.
 * @param accumulate adds to y instead of overwriting it
 * @param times of the shape of x: the terms are its products with x
 */
export function sumTo(y: Values, x: Values, accumulate: boolean, times?: Values): void {
  const missing = x.shape.length - y.shape.length;
  const isReduced = x.shape.map((_, axis) => axis < missing || y.shape[axis - missing] === 1);
  sumPasses(y.pointer, x.pointer, passesOf(x.shape, isReduced), { accumulate, times });
}

/** The mean of x over some of its axes. */
export function meanOver(y: Values, x: Values, axes: readonly number[]): void {
  const isReduced = x.shape.map((_, axis) => axes.includes(axis));
  const divisor = sizeOf(x.shape.filter((_, axis) => isReduced[axis]));
  sumPasses(y.pointer, x.pointer, passesOf(x.shape, isReduced), { accumulate: false, divisor });
}

interface SumOptions {
  readonly accumulate: boolean;
  /** What the sums are divided by, before they are stored or added. */
  readonly divisor?: number;
  /** What each value is multiplied by. */
  readonly times?: Values | undefined;
}

export function sumPasses(
  y: number,
  x: number,
  passes: readonly Pass[],
  options: SumOptions,
): void {
  runPasses(y, x, passes, (to, from, { outer, reduced, inner }, isFirst, isLast) => {
    const accumulate = isLast && options.accumulate;
    const divisor = isLast ? (options.divisor ?? 1) : 1;
    const tasks = outer * inner;
    const work = { elements: tasks * reduced, align: LINE };
    if (isFirst && options.times) {
      const values = [
        to,
        from,
        options.times.pointer,
        reduced,
        inner,
        divisor,
        accumulate,
      ] as const;
      launch('reduceSumOfProducts', [...values], tasks, work);
    } else launch('reduceSum', [to, from, reduced, inner, divisor, accumulate], tasks, work);
  });
}
