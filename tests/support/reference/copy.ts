// to[i · toStrides] = from[i · fromStrides] for every index i of an array of these sizes, the axes one by one.

interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The place in `to`, and in `from`, of every element. */
export function places(
  sizes: readonly number[],
  to: Layout,
  from: Layout,
): (readonly [to: number, from: number])[] {
  return sizes.reduce<(readonly [number, number])[]>(
    (all, size, axis) =>
      all.flatMap(([t, f]) =>
        Array.from(
          { length: size },
          (_, i) => [t + i * to.strides[axis]!, f + i * from.strides[axis]!] as const,
        ),
      ),
    [[to.offset, from.offset]],
  );
}

/** Of every element of an axis with a border the place in the axis: counted step by step from the element nearest. */
export function bordered(
  size: number,
  [before, after]: readonly [number, number],
  mode: 'reflect' | 'replicate' | 'circular',
): number[] {
  return Array.from({ length: before + size + after }, (_, i) => {
    const place = i - before;
    if (mode === 'circular') return (place + size) % size;
    if (mode === 'replicate') return Math.min(Math.max(place, 0), size - 1);
    return place < 0 ? -place : place < size ? place : 2 * (size - 1) - place;
  });
}
