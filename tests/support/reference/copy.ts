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
