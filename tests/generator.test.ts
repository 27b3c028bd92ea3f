import { expect, test } from 'vitest';
import { generator, manualSeed } from '../src/generator.js';
import { describe } from '../src/describe.js';
import { Random } from '../src/random.js';

const numbers = (random: Random) => Array.from({ length: 5 }, () => random.uint32());

test('the seed is 0 until another is set', () => {
  expect(numbers(generator())).toEqual(numbers(new Random(0)));
});

test('manualSeed starts the same generator anew', () => {
  const kept = generator();
  manualSeed(7);
  expect(generator()).toBe(kept);
  expect(numbers(kept)).toEqual(numbers(new Random(7)));
  manualSeed(7);
  expect(numbers(kept)).toEqual(numbers(new Random(7)));
});

test.each([
  [-1, RangeError],
  [0.5, RangeError],
  [NaN, RangeError],
  [2 ** 53, RangeError],
  ['1' as never, TypeError],
])('the seed %j is refused', (seed, Kind) => {
  const before = generator().state();
  expect(() => manualSeed(seed)).toThrow(
    new Kind(`manualSeed: seed: expected a safe non-negative integer, got ${describe(seed)}`),
  );
  expect(generator().state()).toEqual(before);
});
