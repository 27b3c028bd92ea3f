import { describe, expect, test } from 'vitest';
import { zeros } from '../src/creation.js';
import { manualSeed } from '../src/generator.js';
import {
  fans,
  kaimingNormal,
  kaimingUniform,
  normal,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../src/initializers.js';
import { Random } from '../src/random.js';
import { scope, type Tensor } from '../src/tensor.js';

const SHAPE = [3, 3, 32, 64];
const [FAN_IN, FAN_OUT] = [9 * 32, 9 * 64];

test.each([
  [[3, 5], 3, 5],
  [[3, 3, 4, 8], 36, 72],
  [[5, 2, 6], 10, 30],
  [[7], 1, 7],
])('%j has fan-in %i and fan-out %i', (shape, fanIn, fanOut) => {
  expect(fans(shape)).toEqual({ fanIn, fanOut });
});

type Initializer = (weight: Tensor, random: Random) => void;

const DISTRIBUTIONS: { name: string; initialize: Initializer; std: number; bound?: number }[] = [
  {
    name: 'uniform',
    initialize: (w, random) => uniform(w, -2, 2, { random }),
    std: 2 / Math.sqrt(3),
    bound: 2,
  },
  { name: 'normal', initialize: (w, random) => normal(w, 0, 0.3, { random }), std: 0.3 },
  {
    name: 'kaimingUniform',
    initialize: (w, random) => kaimingUniform(w, { random }),
    std: Math.sqrt(2 / FAN_IN),
    bound: Math.sqrt(6 / FAN_IN),
  },
  {
    name: 'kaimingUniform with gain 1',
    initialize: (w, random) => kaimingUniform(w, { random, gain: 1 }),
    std: Math.sqrt(1 / FAN_IN),
    bound: Math.sqrt(3 / FAN_IN),
  },
  {
    name: 'kaimingNormal',
    initialize: (w, random) => kaimingNormal(w, { random }),
    std: Math.sqrt(2 / FAN_IN),
  },
  {
    name: 'xavierUniform',
    initialize: (w, random) => xavierUniform(w, { random }),
    std: Math.sqrt(2 / (FAN_IN + FAN_OUT)),
    bound: Math.sqrt(6 / (FAN_IN + FAN_OUT)),
  },
  {
    name: 'xavierNormal with gain 3',
    initialize: (w, random) => xavierNormal(w, { random, gain: 3 }),
    std: 3 * Math.sqrt(2 / (FAN_IN + FAN_OUT)),
  },
];

describe.each(DISTRIBUTIONS)('$name', ({ initialize, std, bound }) => {
  test('has the standard deviation and the bounds of its formula, and mean 0', () =>
    scope(() => {
      const seed = 111;
      const weight = zeros(SHAPE);
      initialize(weight, new Random(seed));
      const values = [...weight.data()];
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean), `seed ${seed}`).toBeLessThan(0.03 * std);
      expect(Math.sqrt(variance) / std, `seed ${seed}`).toBeCloseTo(1, 1.7);
      const largest = Math.max(...values.map(Math.abs));
      if (bound === undefined) expect(largest, `seed ${seed}`).toBeGreaterThan(3 * std);
      else {
        expect(largest, `seed ${seed}`).toBeLessThanOrEqual(Math.fround(bound));
        expect(largest, `seed ${seed}`).toBeGreaterThan(0.99 * bound);
      }
    }));

  test('gives the same bits for the same seed', () =>
    scope(() => {
      const bits = [1, 1, 2].map((seed) => {
        const weight = zeros([4, 4]);
        initialize(weight, new Random(seed));
        return weight.data();
      });
      expect(bits[1]).toEqual(bits[0]);
      expect(bits[2]).not.toEqual(bits[0]);
    }));
});

test('they draw from the generator of the library by default, and mark the weight as changed', () =>
  scope(() => {
    const [a, b] = [zeros([3]), zeros([3])];
    manualSeed(4);
    uniform(a);
    uniform(b, 0, 1, { random: new Random(4) });
    expect(a.data()).toEqual(b.data());
    expect(a.version).toBe(1);
  }));

describe('errors, which change nothing', () => {
  test.each<[string, (w: Tensor) => void, string]>([
    [
      'bounds in reverse',
      (w) => uniform(w, 1, 0),
      'uniform: high: expected a number in [1, Infinity], got 0',
    ],
    [
      'a bound of NaN',
      (w) => uniform(w, NaN, 1),
      'uniform: low: expected a finite number, got NaN',
    ],
    [
      'a negative deviation',
      (w) => normal(w, 0, -1),
      'normal: std: expected a number in [0, Infinity], got -1',
    ],
    [
      'an infinite mean',
      (w) => normal(w, Infinity, 1),
      'normal: mean: expected a finite number, got Infinity',
    ],
    [
      'a gain of NaN',
      (w) => kaimingNormal(w, { gain: NaN }),
      'kaimingNormal: gain: expected a number in [0, Infinity], got NaN',
    ],
  ])('%s', (_, initialize, message) =>
    scope(() => {
      const weight = zeros([2, 2]);
      expect(() => initialize(weight)).toThrow(new RangeError(message));
      expect([[...weight.data()], weight.version]).toEqual([[0, 0, 0, 0], 0]);
    }),
  );
});
