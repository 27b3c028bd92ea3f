import { Random } from './random.js';

/** Options of what draws random numbers. */
export interface RandomOptions {
  /** What random numbers are drawn from. Default: the library's generator (`manualSeed`). */
  random?: Random;
}

const shared = /* @__PURE__ */ new Random(0);

/** The generator that initial weights, dropout and shuffling draw from unless they are given another. */
export function generator(): Random {
  return shared;
}

/**
 * Seeds the library's generator: the same seed and the same calls give the same numbers on every engine.
 * Without it the seed is 0.
 * @throws RangeError unless `seed` is a safe non-negative integer
 */
export function manualSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(
      `manualSeed: seed: expected a safe non-negative integer, got ${String(seed)}`,
    );
  }
  shared.restore(new Random(seed).state());
}
