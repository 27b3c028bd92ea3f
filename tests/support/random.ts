import type { Random } from '../../src/random.js';

/** Multiples of 1/64 in [-1, 1): exact in float32, and so are their short sums. */
export function randomValues(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => (random.integer(128) - 64) / 64);
}

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}
