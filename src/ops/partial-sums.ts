import { withScratch } from '../runtime/storage.js';
import type { Tensor } from '../tensor.js';
import { sumTo } from './reduce.js';

/** Sums that a gradient of weights is made of where it is small: tasks enough for the threads of most machines. */
const SUMS = 8;
/** More than that costs more to write and to add up than the threads gain. */
const MOST_BYTES = 256 * 1024;

/** Sums that a gradient of `floats` values is made of, where `parts` can be summed on their own; 0 where it is one. */
export function partialSums(parts: number, floats: number): number {
  return parts >= SUMS && 4 * floats <= MOST_BYTES ? SUMS : 0;
}

/**
 * Lends memory for `count` sums, each of the tensor's size, that `body` is to write, and adds them up in order, the
 * same in every number of threads. Where there are none, it writes the tensor itself.
 */
export function withPartialSums(
  tensor: Tensor,
  count: number,
  accumulate: boolean,
  body: (to: number, accumulate: boolean) => void,
): void {
  if (count === 0) return body(tensor.pointer, accumulate);
  withScratch(4 * count * tensor.size, (sums) => {
    body(sums, false);
    sumTo(tensor, { pointer: sums, shape: [count, ...tensor.shape] }, accumulate);
  });
}
