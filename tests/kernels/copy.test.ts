import { describe, expect, test } from 'vitest';
import { copiesOf, COPY_FIELDS, fill, type Move, stridesOf } from '../../src/ops/copy/strided.js';
import { Random } from '../../src/random.js';
import { geometryBlock } from '../../src/runtime/geometry-block.js';
import { runtime } from '../../src/runtime/runtime.js';
import { sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/copy.js';
import { floats, ranges, unwritten } from '../support/tensors.js';

const PARTS = [1, 2, 5];

/** The elements that a layout reaches, beside the first: from … to. */
function reach(sizes: readonly number[], strides: readonly number[]): [number, number] {
  const ends = sizes.map((size, axis) => (size - 1) * strides[axis]!);
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return [sum(ends.filter((end) => end < 0)), sum(ends.filter((end) => end > 0))];
}

/** Shuffled in place. */
function shuffled<T>(values: T[], random: Random): T[] {
  random.shuffle(values);
  return values;
}

/** Strides of a layout in any order of the axes, with gaps, each element once. */
function apart(sizes: readonly number[], random: Random): number[] {
  const order = shuffled([...sizes.keys()], random);
  const strides = new Array<number>(sizes.length);
  let stride = pick(random, [1, 1, 2]);
  for (const axis of order) {
    strides[axis] = stride * pick(random, [1, 1, 1, -1]);
    stride *= sizes[axis]! + pick(random, [0, 0, 0, 3]);
  }
  return strides;
}

const layoutOf = (sizes: readonly number[], strides: readonly number[]) => ({
  offset: -reach(sizes, strides)[0],
  strides,
});

/** A move with random axes and strides. */
function randomMove(seed: number): Move {
  const random = new Random(seed);
  const sizes = Array.from({ length: random.integer(6) }, () => pick(random, [1, 2, 3, 4, 5]));
  if (seed % 3 === 0) sizes.splice(0, 3, pick(random, [17, 33, 70]));
  if (seed % 7 === 0) sizes.splice(1, 1, pick(random, [16, 21, 40]));
  const to = seed % 2 === 0 ? stridesOf(sizes) : apart(sizes, random);
  const from = apart(sizes, random).map((stride) => (random.integer(6) === 0 ? 0 : stride));
  return { sizes, to: layoutOf(sizes, to), from: layoutOf(sizes, from) };
}

const transposition = (rows: number, columns: number): Move => ({
  sizes: [rows, columns],
  to: { offset: 0, strides: [columns, 1] },
  from: { offset: 0, strides: [1, rows] },
});

const MOVES: Move[] = [
  ...Array.from({ length: 100 }, (_, seed) => randomMove(seed)),
  ...[1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 37].flatMap((rows) =>
    [2, 3, 4, 5, 31, 64, 300].map((columns) => transposition(rows, columns)),
  ),
  transposition(16, 1024),
  transposition(1024, 16),
  transposition(1400, 3),
];

interface Mode {
  readonly name: string;
  readonly kernels: readonly [
    'copyElements' | 'copyElementsGradInput',
    'copyTiles' | 'copyTilesGradInput',
  ];
  readonly values: readonly (number | boolean)[];
  /** What becomes of an element. */
  expected(from: number, before: number): number;
}

const MODES: readonly Mode[] = [
  {
    name: 'copied',
    kernels: ['copyElements', 'copyTiles'],
    values: [],
    expected: (from) => from,
  },
  {
    name: 'scaled',
    kernels: ['copyElementsGradInput', 'copyTilesGradInput'],
    values: [0.5, false],
    expected: (from) => 0.5 * from,
  },
  {
    name: 'scaled and added',
    kernels: ['copyElementsGradInput', 'copyTilesGradInput'],
    values: [-2, true],
    expected: (from, before) => before - 2 * from,
  },
];

/** The whole move, in so many parts. */
function run(mode: Mode, move: Move, to: Tensor, from: Tensor, parts: number): void {
  for (const { toOffset, fromOffset, isTiled, tasks, geometry } of copiesOf(move)) {
    const name = mode.kernels[isTiled ? 1 : 0];
    const kernel = runtime().kernels[name] as (...values: (number | boolean)[]) => void;
    for (const [begin, end] of ranges(tasks, parts)) {
      const block = geometryBlock(COPY_FIELDS, geometry);
      const pointers = [to.pointer + 4 * toOffset, from.pointer + 4 * fromOffset];
      kernel(...pointers, ...mode.values, block, begin, end);
    }
  }
}

describe.each(MODES)('$name', (mode) => {
  test.each(MOVES.map((move, i) => ({ i, move, sizes: move.sizes })))(
    '$i: $sizes',
    ({ i, move }) => {
      const random = new Random(i);
      const [, toEnd] = reach(move.sizes, move.to.strides);
      const [, fromEnd] = reach(move.sizes, move.from.strides);
      const before = randomValues(move.to.offset + toEnd + 1, random);
      const values = randomValues(move.from.offset + fromEnd + 1, random);
      const expected = Float32Array.from(before);
      for (const [to, from] of reference.places(move.sizes, move.to, move.from)) {
        expected[to] = mode.expected(values[from]!, before[to]!);
      }
      for (const parts of PARTS) {
        scope(() => {
          const to = floats(before);
          run(mode, move, to, floats(values), parts);
          expect(to.data(), `seed ${i}, ${parts} parts`).toEqual(expected);
        });
      }
    },
  );
});

test('any bits are copied as they are', () =>
  scope(() => {
    const bits = Int32Array.from({ length: 40 }, (_, i) => (i % 2 ? 0x7f800001 + i : -1 - i));
    const from = unwritten(40);
    runtime().heap.i32.set(bits, from.pointer / 4);
    for (const move of [
      transposition(8, 5),
      { ...transposition(8, 5), from: { offset: 0, strides: [5, 1] } },
    ]) {
      const to = unwritten(40);
      run(MODES[0]!, move, to, from, 1);
      const expected = reference.places(move.sizes, move.to, move.from).map(([, at]) => bits[at]);
      expect([...new Int32Array((to.data() as Float32Array).buffer)]).toEqual(expected);
    }
  }));

describe('copiesOf', () => {
  const of = (sizes: number[], to: number[], from: number[]) =>
    copiesOf({ sizes, to: { offset: 0, strides: to }, from: { offset: 0, strides: from } });

  test('merges what lies side by side on both sides', () => {
    const [{ geometry }] = of([2, 1, 3, 4], [12, 12, 4, 1], [24, 7, 4, 1]) as [never];
    expect(geometry).toMatchObject({ rows: 2, columns: 12, toRow: 12, fromRow: 24, outerAxes: 0 });
  });

  test('asks for tiles where rows lie side by side in `from`', () => {
    expect(of([5, 6], [6, 1], [1, 5])).toMatchObject([{ isTiled: true, tasks: 1, elements: 30 }]);
    expect(of([5, 6], [6, 1], [2, 10])).toMatchObject([{ isTiled: false, tasks: 30 }]);
  });

  test('has nothing to do where there is nothing', () => {
    expect(of([3, 0], [0, 1], [1, 3])).toEqual([]);
  });

  test('is several copies of more than eight axes', () => {
    const sizes = Array<number>(10).fill(2);
    const copies = of(sizes, stridesOf(sizes), [...stridesOf(sizes)].reverse());
    expect(copies).toHaveLength(4);
    expect(copies.reduce((sum, { elements }) => sum + elements, 0)).toBe(sizeOf(sizes));
  });
});

test.each([0, 1, 5, 64, 70])('fill writes %i elements and no more', (count) =>
  scope(() => {
    const to = floats(new Float32Array(count + 3));
    fill(to.pointer, count, 0x3f800000);
    expect([...to.data()]).toEqual([...Array<number>(count).fill(1), 0, 0, 0]);
  }),
);
