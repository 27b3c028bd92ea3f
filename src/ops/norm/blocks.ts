import { LINE } from '../../runtime/launch.js';
import { isVirtual, NotRecordable } from '../../runtime/recording.js';
import { runtime } from '../../runtime/runtime.js';
import { withScratch } from '../../runtime/storage.js';
import { sumPasses } from '../reduce.js';

/** x is [outer, rows, channels]: mean and variance are [outer, channels], equal where channels share them. */
export interface Sizes {
  readonly outer: number;
  readonly rows: number;
  readonly channels: number;
}

/** Rows that the kernels sum on their own, `RUN` in assembly/lib/fold.ts. */
const RUN = 256;

/** What the sums over rows are lent: see `sumRows` in assembly/batch-norm.ts. */
export function scratchBytes(rows: number): number {
  const runs = Math.ceil(rows / RUN);
  return 64 * (1 + 32 - Math.clz32(runs - 1));
}

/** Of a value of every channel of every example, on cache lines of their own; the last vector may be read whole. */
export function channelBytes({ outer, channels }: Sizes): number {
  return 4 * LINE * Math.ceil((outer * channels + 3) / LINE);
}

/** Lends memory for `count` values of every channel of every example. */
export function withChannels(
  count: number,
  sizes: Sizes,
  body: (pointers: readonly number[]) => void,
): void {
  const bytes = channelBytes(sizes);
  withScratch(count * bytes, (pointer) =>
    body(Array.from({ length: count }, (_, i) => pointer + i * bytes)),
  );
}

/** Writes a value for every channel of every example: the mean of those of `together` channels, times a factor. */
export function fill(
  pointer: number,
  { outer, channels }: Sizes,
  valueOf: (i: number) => number,
  together = 1,
  factorOf: (i: number) => number = () => 1,
): void {
  if (isVirtual(pointer)) throw new NotRecordable();
  const { f32 } = runtime().heap;
  const at = pointer / 4;
  for (let i = 0; i < outer * channels; i += together) {
    let sum = 0;
    for (let j = 0; j < together; j++) sum += valueOf(i + j);
    f32.fill((sum / together) * factorOf(i), at + i, at + i + together);
  }
}

/** The rows in blocks that a cache holds: all channels of one are summed before the next is read. */
export function blocksOf({ outer, rows, channels }: Sizes): Sizes {
  let block = Math.min(rows, RUN);
  while (rows % block !== 0) block--;
  // Many small sums cost more than they gain.
  if (block < RUN / 8) block = rows;
  return { outer: (outer * rows) / block, rows: block, channels };
}

export function valuesAt(pointer: number): (i: number) => number {
  const { f32 } = runtime().heap;
  return (i) => f32[pointer / 4 + i]!;
}

/** Writes the values of every channel for every block of an example. */
export function repeat(
  to: number,
  { channels, rows }: Sizes,
  blocks: Sizes,
  valueOf: (i: number) => number,
) {
  const perExample = (rows / blocks.rows) * channels;
  fill(to, blocks, (i) => valueOf(Math.floor(i / perExample) * channels + (i % channels)));
}

/** The sums of the blocks of each example. */
export function addBlocks(
  to: number,
  parts: number,
  { outer, channels, rows }: Sizes,
  blocks: Sizes,
) {
  const pass = { outer, reduced: rows / blocks.rows, inner: channels };
  sumPasses(to, parts, [pass], { accumulate: false });
}
