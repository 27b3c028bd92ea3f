import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/reduce.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

type Sizes = readonly [outer: number, reduced: number, inner: number];

const REDUCED = [0, 1, 2, 3, 4, 5, 255, 256, 257, 600, 1024, 1300];
/** Of x [outer, reduced, inner]. */
const SIZES: readonly Sizes[] = [
  ...REDUCED.flatMap((reduced): Sizes[] => [
    [1, reduced, 1],
    [7, reduced, 1],
    ...Array.from({ length: 17 }, (_, i): Sizes => [i % 3, reduced, i + 2]),
  ]),
  [2, 33, 64],
  [1, 2 * 256 * 256 + 300, 1],
];
const PARTS = [1, 2, 5];

interface Kernel {
  readonly name: string;
  /** Writes the elements [begin, end) of y. */
  run(y: number, x: number, other: number, sizes: Sizes, begin: number, end: number): void;
  /** What it makes of float64 values; `before` is what y held. */
  expected(x: Float32Array, other: Float32Array, sizes: Sizes, before: Float32Array): Float64Array;
  /** Whether y is int32. */
  readonly isIndex?: true;
  /** Whether there must be a value. */
  readonly ofSome?: true;
}

const products = (a: Float32Array, b: Float32Array) => new Float64Array(a).map((v, i) => v * b[i]!);
const extreme = (name: 'max' | 'min' | 'argmax' | 'argmin'): Kernel => ({
  name,
  run: (y, x, _, [, reduced, inner], begin, end) => {
    const { reduceArgmax, reduceMax } = runtime().kernels;
    const kernel = name.startsWith('arg') ? reduceArgmax : reduceMax;
    kernel(y, x, reduced, inner, name.endsWith('min'), begin, end);
  },
  expected: (x, _, sizes) => reference.reduce(x, sizes, reference[name]),
  ...(name.startsWith('arg') && { isIndex: true }),
  ofSome: true,
});

const KERNELS: readonly Kernel[] = [
  {
    name: 'Σ x',
    run: (y, x, _, [, reduced, inner], begin, end) =>
      runtime().kernels.reduceSum(y, x, reduced, inner, 1, false, begin, end),
    expected: (x, _, sizes) => reference.reduce(x, sizes, reference.sum),
  },
  {
    name: 'y + Σ x / 8',
    run: (y, x, _, [, reduced, inner], begin, end) =>
      runtime().kernels.reduceSum(y, x, reduced, inner, 8, true, begin, end),
    expected: (x, _, sizes, before) =>
      reference.reduce(x, sizes, reference.sum).map((value, i) => value / 8 + before[i]!),
  },
  {
    name: 'Σ a·b',
    run: (y, a, b, [, reduced, inner], begin, end) =>
      runtime().kernels.reduceSumOfProducts(y, a, b, reduced, inner, 1, false, begin, end),
    expected: (a, b, sizes) => reference.reduce(products(a, b), sizes, reference.sum),
  },
  {
    name: 'y + Σ a·b / 4',
    run: (y, a, b, [, reduced, inner], begin, end) =>
      runtime().kernels.reduceSumOfProducts(y, a, b, reduced, inner, 4, true, begin, end),
    expected: (a, b, sizes, before) =>
      reference
        .reduce(products(a, b), sizes, reference.sum)
        .map((value, i) => value / 4 + before[i]!),
  },
  extreme('max'),
  extreme('min'),
  extreme('argmax'),
  extreme('argmin'),
];

/** Each element of y, written in so many parts. */
function run(
  kernel: Kernel,
  x: Tensor,
  other: Tensor,
  sizes: Sizes,
  before: Float32Array,
  parts: number,
): Float32Array | Int32Array {
  const y = floats(before);
  for (const [begin, end] of ranges(y.size, parts)) {
    kernel.run(y.pointer, x.pointer, other.pointer, sizes, begin, end);
  }
  const values = y.data() as Float32Array;
  return kernel.isIndex ? new Int32Array(values.buffer) : values;
}

describe.each(KERNELS)('$name', (kernel) => {
  test.each(SIZES.filter(([, reduced]) => reduced > 0 || !kernel.ofSome))(
    '[%i,%i,%i]',
    (...sizes) => {
      const [outer, reduced, inner] = sizes;
      const seed = 1000 * reduced + 10 * inner + outer;
      const random = new Random(seed);
      const x = randomValues(outer * reduced * inner, random);
      const other = randomValues(x.length, random);
      const before = randomValues(outer * inner, random);
      const expected = kernel.expected(x, other, sizes, before);
      // Sums of multiples of 1/4096 below 2^12 are exact.
      for (const parts of PARTS) {
        scope(() => {
          const y = run(kernel, floats(x), floats(other), sizes, before, parts);
          expectClose(y, expected, { relative: 0, label: `seed ${seed}, ${parts} parts` });
        });
      }
    },
  );
});

describe.each(KERNELS)('$name of values whose sums round', (kernel) => {
  const sizes: Sizes[] = [
    [1, 30_000, 7],
    [6, 5000, 1],
    [3, 700, 1],
    [1, 300_000, 1],
    [1, 3000, 21],
  ];
  test.each(sizes)('[%i,%i,%i] has the same bits in any number of parts', (...sizes) => {
    const [outer, reduced, inner] = sizes;
    const random = new Random(77);
    const draw = (length: number) => new Float32Array(length).map(() => random.uniform(0, 1));
    const x = draw(outer * reduced * inner);
    const other = draw(x.length);
    const before = draw(outer * inner);
    scope(() => {
      const [tx, tother] = [floats(x), floats(other)];
      const whole = run(kernel, tx, tother, sizes, before, 1);
      const expected = kernel.expected(x, other, sizes, before);
      expectClose(whole, expected, { relative: 2e-6, label: 'seed 77' });
      for (const parts of [2, 5, 7]) {
        expect(run(kernel, tx, tother, sizes, before, parts), `${parts} parts`).toEqual(whole);
      }
    });
  });
});

const EXTREMES = (['max', 'min', 'argmax', 'argmin'] as const).map(extreme);

describe.each(EXTREMES)('$name', (kernel) => {
  test.each([1, 2, 3, 4, 6, 17])('of values that are not finite, inner %i', (inner) => {
    const seed = 80 + inner;
    const random = new Random(seed);
    const values = [NaN, Infinity, -Infinity, -Infinity, 1, -1, 0];
    for (let reduced = 1; reduced < 20; reduced++) {
      const sizes: Sizes = [5, reduced, inner];
      const x = Float32Array.from({ length: 5 * reduced * inner }, () =>
        random.integer(4) === 0 ? pick(random, values) : -Infinity,
      );
      const before = new Float32Array(5 * inner);
      const expected = kernel.expected(x, x, sizes, before);
      scope(() => {
        const tx = floats(x);
        for (const parts of PARTS) {
          const y = run(kernel, tx, tx, sizes, before, parts);
          expectClose(y, expected, { relative: 0, label: `seed ${seed}, ${reduced} values` });
        }
      });
    }
  });
});

test('argmax of a long row, with a NaN and without', () =>
  scope(() => {
    const x = new Float32Array(1003).fill(-1);
    const [argmax, sizes] = [extreme('argmax'), [1, 1003, 1] as const];
    const place = () => run(argmax, floats(x), floats(x), sizes, new Float32Array(1), 1)[0];
    x[1002] = 3;
    expect(place()).toBe(1002);
    x[700] = x[701] = 3;
    expect(place()).toBe(700);
    x[1001] = NaN;
    expect(place()).toBe(1001);
    x[600] = x[602] = NaN;
    expect(place()).toBe(600);
  }));

describe('reduceMaxGradInput', () => {
  const sizes = REDUCED.slice(1).flatMap((reduced): Sizes[] => [
    [1, reduced, 1],
    [7, reduced, 1],
    ...Array.from({ length: 9 }, (_, i): Sizes => [1 + (i % 3), reduced, i + 2]),
  ]);
  test.each(sizes)('[%i,%i,%i]', (...sizes) => {
    const [outer, reduced, inner] = sizes;
    const seed = 1000 * reduced + 10 * inner + outer;
    const random = new Random(seed);
    // Few values, so that many are equal.
    const x = Float32Array.from({ length: outer * reduced * inner }, () => random.integer(3));
    if (seed % 4 === 0) x[0] = NaN;
    const y = reference.reduce(x, sizes, reference.max);
    const dy = randomValues(y.length, random);
    const dx = reference.maxGradInput(dy, x, y, sizes);
    const more = dx.map((value, i) => value + x[i]!);
    for (const parts of PARTS) {
      const label = `seed ${seed}, ${parts} parts`;
      scope(() => {
        const [fresh, sum] = [unwritten(x.length), floats(x)];
        const [tdy, tx, ty] = [floats(dy), floats(x), floats(y)];
        const operands = [tdy.pointer, tx.pointer, ty.pointer, reduced, inner] as const;
        for (const [begin, end] of ranges(y.length, parts)) {
          const { kernels } = runtime();
          kernels.reduceMaxGradInput(fresh.pointer, ...operands, false, begin, end);
          kernels.reduceMaxGradInput(sum.pointer, ...operands, true, begin, end);
        }
        expectClose(fresh.data(), dx, { relative: 2e-7, label });
        expectClose(sum.data(), more, { relative: 2e-7, label: `+ ${label}` });
      });
    }
  });
});

/** One sum after another, as lib/fold.ts orders them, in float32. */
function sumOfRuns(values: Float32Array): number {
  const RUN = 256;
  const add = (a: number, b: number) => Math.fround(a + b);
  const runsOf = (array: Float32Array) =>
    Array.from({ length: Math.floor(array.length / RUN) + 1 }, (_, i) =>
      array.subarray(i * RUN, (i + 1) * RUN).reduce(add, 0),
    );
  const blocks = runsOf(Float32Array.from(runsOf(values)));
  const rest = blocks.pop()!;
  return add(blocks.reduce(add, 0), rest);
}

test('a column, a row and four rows are summed in one order', () =>
  scope(() => {
    const random = new Random(78);
    const { kernels } = runtime();
    for (const length of [1, 3, 255, 256, 1023, 1025, 5000, 256 * 256 + 777]) {
      const x = Float32Array.from({ length }, () => random.uniform(0, 1));
      const [columns, rows] = [unwritten(2), unwritten(5)];
      const pairs = Float32Array.from({ length: 2 * length }, (_, i) => x[i >> 1]!);
      const five = Float32Array.from({ length: 5 * length }, (_, i) => x[i % length]!);
      kernels.reduceSum(columns.pointer, floats(pairs).pointer, length, 2, 1, false, 0, 2);
      kernels.reduceSum(rows.pointer, floats(five).pointer, length, 1, 1, false, 0, 5);
      const expected = sumOfRuns(x);
      expect([...columns.data(), ...rows.data()], `${length}`).toEqual(Array(7).fill(expected));
    }
  }));

test('a long sum keeps its last digits', () =>
  scope(() => {
    const x = floats(new Float32Array(2 ** 18 * 17).fill(0.1));
    const y = unwritten(17);
    runtime().kernels.reduceSum(y.pointer, x.pointer, 2 ** 18, 17, 2 ** 18, false, 0, 17);
    // One running sum of 2^18 terms would be off by 1e-3.
    expectClose(y.data(), Array<number>(17).fill(0.1), { relative: 2e-5, label: 'mean of 0.1' });
  }));

test('numbers that are not finite stay in their channel', () =>
  scope(() => {
    const x = new Float32Array(2 * 2 * 5).fill(1);
    x[1] = NaN;
    x[12] = Infinity;
    const y = unwritten(10);
    runtime().kernels.reduceSum(y.pointer, floats(x).pointer, 2, 5, 2, false, 0, 10);
    expect([...y.data()]).toEqual([1, NaN, 1, 1, 1, 1, 1, Infinity, 1, 1]);
  }));
