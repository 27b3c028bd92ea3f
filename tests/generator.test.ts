import { expect, test } from 'vitest';
import { generator, manualSeed } from '../src/generator.js';
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

test.each([-1, 0.5, NaN, 2 ** 53, '1' as never])('the seed %s is refused', (seed) => {
  const before = generator().state();
  expect(() => manualSeed(seed)).toThrow(
    new RangeError(`manualSeed: seed: expected a safe non-negative integer, got ${seed}`),
  );
  expect(generator().state()).toEqual(before);
});
