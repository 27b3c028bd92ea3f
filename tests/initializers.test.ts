import { describe, expect, test } from 'vitest';
import { ones, tensor, zeros } from '../src/creation.js';
import { ShapeError } from '../src/errors.js';
import { manualSeed } from '../src/generator.js';
import {
  constant,
  dirac,
  fans,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  normal,
  orthogonal,
  truncNormal,
  uniform,
  xavierNormal,
  xavierUniform,
} from '../src/initializers.js';
import { conv1d, conv2d } from '../src/ops/conv/conv.js';
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

type ErrorClass = new (message: string) => Error;
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
  {
    name: 'kaimingUniform of the fan-out',
    initialize: (w, random) => kaimingUniform(w, { random, mode: 'fanOut' }),
    std: Math.sqrt(2 / FAN_OUT),
    bound: Math.sqrt(6 / FAN_OUT),
  },
  {
    name: 'kaimingNormal of the fan-out',
    initialize: (w, random) => kaimingNormal(w, { random, mode: 'fanOut' }),
    std: Math.sqrt(2 / FAN_OUT),
  },
  {
    name: 'lecunUniform',
    initialize: (w, random) => lecunUniform(w, { random }),
    std: Math.sqrt(1 / FAN_IN),
    bound: Math.sqrt(3 / FAN_IN),
  },
  {
    name: 'lecunNormal with gain 2',
    initialize: (w, random) => lecunNormal(w, { random, gain: 2 }),
    std: 2 * Math.sqrt(1 / FAN_IN),
  },
  {
    name: 'truncNormal within one deviation',
    initialize: (w, random) => truncNormal(w, 0, 0.5, { random, min: -0.5, max: 0.5 }),
    // √(1 − 2φ(1) / (Φ(1) − Φ(−1))) of the deviation.
    std: 0.5 * 0.5396,
    bound: 0.5,
  },
  {
    name: 'orthogonal',
    initialize: (w, random) => orthogonal(w, { random }),
    std: Math.sqrt(1 / FAN_IN),
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

test('truncNormal is within ±2 unless told otherwise, and takes bounds beside the mean', () =>
  scope(() => {
    const weight = zeros([10000]);
    truncNormal(weight, 0, 3, { random: new Random(1) });
    expect(Math.max(...weight.data().map(Math.abs))).toBeLessThanOrEqual(2);
    truncNormal(weight, 0, 1, { random: new Random(1), min: 1 });
    expect(Math.min(...weight.data())).toBeGreaterThanOrEqual(1);
    truncNormal(weight, 1.5, 0);
    expect(new Set(weight.data())).toEqual(new Set([1.5]));
  }));

test('constant fills with its number', () =>
  scope(() => {
    const weight = zeros([2, 2]);
    constant(weight, 0.5);
    expect([...weight.data()]).toEqual([0.5, 0.5, 0.5, 0.5]);
  }));

test.each([
  [[5, 3], 1],
  [[3, 5], 1],
  [[4, 4], 2],
  [[3, 3, 2, 8], 1],
  [[2, 1, 9], 0.5],
  [[1, 1], 1],
  [[16, 16], 1],
])('orthogonal of %j with gain %d has orthogonal columns, or rows', (shape, gain) =>
  scope(() => {
    const weight = zeros(shape);
    orthogonal(weight, { gain, random: new Random(5) });
    const values = weight.data();
    const columns = shape.at(-1)!;
    const rows = values.length / columns;
    const vectors =
      rows < columns
        ? Array.from({ length: rows }, (_, r) => [...values.slice(r * columns, (r + 1) * columns)])
        : Array.from({ length: columns }, (_, c) => [
            ...values.filter((_, i) => i % columns === c),
          ]);
    for (const [i, a] of vectors.entries()) {
      for (const [j, b] of vectors.entries()) {
        const product = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
        expect(Math.abs(product - (i === j ? gain ** 2 : 0)), `${i}, ${j}`).toBeLessThan(1e-5);
      }
    }
  }),
);

test.each([[[0, 3]], [[3, 0]], [[0, 2, 2]]])(
  'orthogonal and dirac of %j, which is empty',
  (shape) =>
    scope(() => {
      const weight = zeros(shape);
      orthogonal(weight);
      if (shape.length > 2) dirac(weight);
      expect(weight.size).toBe(0);
    }),
);

describe('dirac gives back the input', () => {
  test.each([1, 2, 3])('of conv2d with %i groups', (groups) =>
    scope(() => {
      const [x, weight] = [zeros([2, 5, 4, 6]), ones([3, 5, 6 / groups, 6])];
      normal(x);
      dirac(weight, { groups });
      const y = conv2d(x, weight, undefined, { padding: [1, 2], groups });
      expect(y.data()).toEqual(x.data());
    }),
  );

  test('of conv1d, as far as there are outputs, and 0 where there are more', () =>
    scope(() => {
      const x = tensor([[[1, 2, 3]], [[4, 5, 6]]]);
      const fewer = ones([1, 3, 2]);
      dirac(fewer);
      expect([...conv1d(x, fewer).data()]).toEqual([1, 2, 4, 5]);
      const more = ones([1, 3, 5]);
      dirac(more);
      expect([...conv1d(x, more).data()]).toEqual([1, 2, 3, 0, 0, 4, 5, 6, 0, 0]);
    }));
});

describe('errors, which change nothing', () => {
  test.each<[string, (w: Tensor) => void, string, ErrorClass?]>([
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
    [
      'a constant of NaN',
      (w) => constant(w, NaN),
      'constant: value: expected a finite number, got NaN',
    ],
    [
      'a bound below the other',
      (w) => truncNormal(w, 0, 1, { min: 1, max: 0 }),
      'truncNormal: max: expected a number in [1, Infinity], got 0',
    ],
    [
      'bounds far from the mean',
      (w) => truncNormal(w, 9),
      'truncNormal: options: expected min and max around the mean 9 of deviation 1, got -2 and 2',
    ],
    [
      'no groups',
      (w) => dirac(w, { groups: 0 }),
      'dirac: groups: expected an integer of at least 1, got 0',
    ],
    [
      'a weight of two axes for a convolution',
      (w) => dirac(w),
      'dirac: weight: expected at least 3 axes, got [2,2]',
      ShapeError,
    ],
    [
      'groups that do not divide the outputs',
      () => dirac(zeros([3, 2, 4]), { groups: 3 }),
      'dirac: weight: expected outChannels of a multiple of groups 3, got [3,2,4]',
      ShapeError,
    ],
    [
      'one axis',
      () => orthogonal(zeros([4])),
      'orthogonal: weight: expected at least 2 axes, got [4]',
      ShapeError,
    ],
    [
      'another mode',
      (w) => kaimingUniform(w, { mode: 'fan_in' as 'fanIn' }),
      "kaimingUniform: mode: expected 'fanIn' or 'fanOut', got \"fan_in\"",
      TypeError,
    ],
  ])('%s', (_, initialize, message, kind = RangeError) =>
    scope(() => {
      const weight = zeros([2, 2]);
      expect(() => initialize(weight)).toThrow(new kind(message));
      expect([[...weight.data()], weight.version]).toEqual([[0, 0, 0, 0], 0]);
    }),
  );
});
