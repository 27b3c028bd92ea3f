import { type Shape, sizeOf } from '../../shape.js';
import type { Value } from '../value.js';

/** The numbers of a value on the host that are reduced to one each. */
export function groupsOf(
  x: Value,
  reduced: readonly number[],
  keepDims: boolean,
): { groups: number[][]; shape: Shape } {
  const numbers = x.numbers();
  const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
  const groups = Array.from({ length: sizeOf(kept) }, (): number[] => []);
  for (let i = 0; i < numbers.length; i++) groups[groupOf(i, x.shape, kept)]!.push(numbers[i]!);
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !reduced.includes(axis));
  return { groups, shape };
}

/** Which element of the result, of the shape `kept`, an element goes to. */
function groupOf(index: number, shape: Shape, kept: Shape): number {
  let [rest, group, stride] = [index, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    if (kept[axis] !== 1) group += (rest % size) * stride;
    stride *= kept[axis]!;
    rest = Math.floor(rest / size);
  }
  return group;
}
