import type { Random } from '../../src/random.js';

/** Multiples of 1/64 in [-1, 1): exact in float32, and so are their short sums. */
export function randomValues(count: number, random: Random): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = (random.integer(128) - 64) / 64;
  return values;
}

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!;
}
