import { checkArity, wrongKind, wrongNumber } from './check.js';
import { typedArrayName } from './describe.js';
import { log } from './math.js';

/** The whole state of a `Random`: four unsigned 32-bit integers, fit for JSON. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number];

/** An array that can be shuffled in place. */
export interface Shuffleable {
  readonly length: number;
  [index: number]: unknown;
}

const TWO_32 = 2 ** 32;
const SEEDING_ROUNDS = 12;

/** @throws RangeError for a number out of range, TypeError for anything else */
function require(ok: boolean, method: string, argument: string, expected: string, got: unknown) {
  if (!ok) throw wrongNumber(`Random${method}`, argument, expected, got);
}

/**
 * A seeded random generator: sfc32 ("small fast chaotic", Chris Doty-Humphrey, PractRand 0.95),
 * in 32-bit integer operations only, so that a seed gives the same numbers on every engine.
 * Seeded as PractRand does: all 53 bits of the seed go into the state, then 12 rounds are discarded.
 */
export class Random {
  #a = 0;
  #b: number;
  #c: number;
  #counter = 1;

  /** `seed`: a safe non-negative integer; a RangeError, or a TypeError, otherwise. */
  constructor(seed: number) {
    checkArity('Random', arguments.length, 1);
    const ok = Number.isSafeInteger(seed) && seed >= 0;
    require(ok, '', 'seed', 'a safe non-negative integer', seed);
    this.#b = seed | 0;
    this.#c = (seed / TWO_32) | 0;
    for (let i = 0; i < SEEDING_ROUNDS; i++) this.uint32();
  }

  /** A uniform integer in [0, 2³²). */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A uniform number in [low, high) with 53 random bits. */
  uniform(low = 0, high = 1): number {
    require(typeof low === 'number', ': uniform', 'low', 'a number', low);
    require(typeof high === 'number', ': uniform', 'high', 'a number', high);
    const unit = ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) * 2 ** -53;
    return low + (high - low) * unit;
  }

  /** A uniform integer in [0, n) without bias, 1 ≤ n ≤ 2³²; a RangeError otherwise. */
  integer(n: number): number {
    const ok = Number.isInteger(n) && n >= 1 && n <= TWO_32;
    require(ok, ': integer', 'n', 'an integer in [1, 2^32]', n);
    // Values beyond the last whole multiple of n would favour small results: draw again.
    const limit = TWO_32 - (TWO_32 % n);
    let value = this.uint32();
    while (value >= limit) value = this.uint32();
    return value % n;
  }

  /**
   * The seed of a family of generators: `new Random(seed + n)` for n = 0, 1, 2 … are independent of each other and of
   * this one, and each can be made without those before it. Below 2^52, so that seed + n is a seed for any n.
   */
  seed(): number {
    return Math.floor(this.uniform(0, 2 ** 52));
  }

  /** A normally distributed number, by Marsaglia's polar method (1964); the second one is dropped. */
  normal(mean = 0, std = 1): number {
    require(typeof mean === 'number', ': normal', 'mean', 'a number', mean);
    require(typeof std === 'number', ': normal', 'std', 'a number', std);
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) return mean + std * u * Math.sqrt((-2 * log(s)) / s);
    }
  }

  /** Shuffles an array or a typed array in place (Fisher–Yates) and returns it. */
  shuffle<T extends Shuffleable>(array: T): T {
    const ok = Array.isArray(array) || typedArrayName(array) !== undefined;
    if (!ok) throw wrongKind('Random: shuffle', 'array', 'an array', array);
    const items: Shuffleable = array;
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = items[i];
      items[i] = items[j];
      items[j] = kept;
    }
    return array;
  }

  /** The integers 0 … n − 1 in random order. */
  permutation(n: number): Uint32Array {
    const ok = Number.isInteger(n) && n >= 0 && n < TWO_32;
    require(ok, ': permutation', 'n', 'an integer in [0, 2^32)', n);
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }

  /** The state, for `restore`: a generator restored from it goes on with the same numbers. */
  state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#counter >>> 0];
  }

  /** Goes back to a state that `state()` gave; a RangeError for anything else. */
  restore(state: RandomState): void {
    const ok =
      Array.isArray(state) &&
      state.length === 4 &&
      state.every((word) => Number.isInteger(word) && word >= 0 && word < TWO_32);
    require(ok, ': restore', 'state', 'four unsigned 32-bit integers', state);
    this.#a = state[0] | 0;
    this.#b = state[1] | 0;
    this.#c = state[2] | 0;
    this.#counter = state[3] | 0;
  }
}
