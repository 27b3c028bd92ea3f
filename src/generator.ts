import { checkArity, checkMethods, wrongNumber } from './check.js';
import { evaluationRandom } from './evaluating.js';
import { checkOptions } from './options.js';
import { Random } from './random.js';

/** Options of what draws random numbers. */
export interface RandomOptions {
  /** What random numbers are drawn from. Default: the library's generator (`manualSeed`). */
  random?: Random;
}

let shared: Random | undefined;

function sharedRandom(): Random {
  return (shared ??= new Random(0));
}

/**
 * The generator that initial weights, dropout and shuffling draw from unless they are given another. What `predict` and
 * `evaluate` run draws from one of theirs: they leave this one as it is.
 */
export function generator(): Random {
  return evaluationRandom() ?? sharedRandom();
}

/**
 * What an op with these options draws from.
 * @param more names of further options of the op
 * @throws TypeError
 */
export function randomOf(op: string, options: RandomOptions, more: readonly string[] = []): Random {
  checkOptions(op, options, [...more, 'random']);
  const { random = generator() } = options;
  checkMethods(op, 'random', random, 'a Random', ['uint32', 'uniform', 'normal']);
  return random;
}

/**
 * Seeds the library's generator: the same seed and the same calls give the same numbers on every engine.
 * Without it the seed is 0.
 * @throws RangeError unless `seed` is a safe non-negative integer
 */
export function manualSeed(seed: number): void {
  checkArity('manualSeed', arguments.length, 1);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw wrongNumber('manualSeed', 'seed', 'a safe non-negative integer', seed);
  }
  sharedRandom().restore(new Random(seed).state());
}
