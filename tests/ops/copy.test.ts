import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import * as library from '../../src/index.js';
import { concat, ones, scope, ShapeError, tensor, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import type { Shape } from '../../src/shape.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { floats } from '../support/tensors.js';

const CASES = golden('copies');
const NAMES = Object.keys(CASES) as (keyof typeof CASES)[];

/** The op called with tensors and further arguments. */
function call(
  name: keyof typeof CASES,
  tensors: readonly Tensor[],
  args: readonly unknown[],
): Tensor {
  const op = library[name] as (...values: unknown[]) => Tensor;
  return name === 'concat' || name === 'stack' ? op(tensors, ...args) : op(tensors[0], ...args);
}

describe.each(NAMES)('%s', (name) => {
  test.each(CASES[name])('agrees with PyTorch: $name', ({ inputs, output, args }) =>
    expectGolden((...tensors) => call(name, tensors, args), inputs, output),
  );

  test.each(CASES[name])('gradient check: $name', ({ inputs, args }) =>
    scope(() => {
      const leaves = inputs.map(({ data, shape }) => leaf(data, shape));
      checkGradients((...tensors) => call(name, tensors, args), leaves);
    }),
  );

  test('gradients of two uses add up', () =>
    scope(() => {
      const { inputs, output, args } = CASES[name].at(-1)!;
      const leaves = inputs.map(({ data, shape }) => leaf(data, shape));
      for (let i = 0; i < 2; i++) {
        call(name, leaves, args).backward(tensor([...output.gradient], output.shape));
      }
      inputs.forEach(({ gradient }, i) => {
        const twice = Array.from(gradient, (value) => Math.fround(2 * value));
        expect([...leaves[i]!.grad!.data()]).toEqual(twice);
      });
    }));
});

const row = (...values: number[]) => tensor(Int32Array.from(values), [values.length]);

test('integers are copied as they are', () =>
  scope(() => {
    const x = row(1, -1, 2 ** 31 - 1);
    expect(library.flip(x, 0).toArray()).toEqual([2 ** 31 - 1, -1, 1]);
    expect(library.pad(x, [[1, 0]], { value: -7 }).toArray()).toEqual([-7, 1, -1, 2 ** 31 - 1]);
    expect(library.stack([x, x]).dtype).toBe('int32');
    expect(library.permute(library.expand(x, [2, 3]), [1, 0]).toArray()).toEqual([
      [1, 1],
      [-1, -1],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ]);
  }));

describe('slice is that of Python', () => {
  const SIZE = 7;
  const PLACES = [-9, -8, -7, -3, -1, 0, 1, 3, 6, 7, 9];
  test.each([1, 2, 3, -1, -2, -5])('step %i', (step) =>
    scope(() => {
      const x = floats([0, 1, 2, 3, 4, 5, 6]);
      for (const start of PLACES) {
        for (const end of PLACES) {
          const y = library.slice(x, [start], [end], { steps: [step] });
          expect([...y.data()], `${start}:${end}:${step}`).toEqual(python(start, end, step, SIZE));
        }
      }
    }),
  );

  /** The places that range(*slice(start, end, step).indices(size)) gives. */
  function python(start: number, end: number, step: number, size: number): number[] {
    const all = [...Array(size).keys()];
    const from = start < 0 ? start + size : start;
    const to = end < 0 ? end + size : end;
    if (step > 0)
      return all.filter((i) => i >= from && i < to && (i - Math.max(from, 0)) % step === 0);
    const first = Math.min(from, size - 1);
    return all.reverse().filter((i) => i <= first && i > to && (first - i) % -step === 0);
  }

  test('backwards, and its gradient', () =>
    scope(() => {
      const x = randomLeaf(new Random(93), [3, 8, 2]);
      checkGradients((v) => library.slice(v!, [-1], [-9], { axes: [1], steps: [-3] }), [x]);
    }));
});

describe('split', () => {
  const parts = (x: Tensor, ...args: [number | number[], number?]) =>
    library.split(x, ...args).map((part) => part.toArray());

  test('cuts into parts of one size, or of given sizes', () =>
    scope(() => {
      const x = floats([0, 1, 2, 3, 4], [5]);
      expect(parts(x, 2)).toEqual([[0, 1], [2, 3], [4]]);
      expect(parts(x, 9)).toEqual([[0, 1, 2, 3, 4]]);
      expect(parts(x, [1, 0, 4])).toEqual([[0], [], [1, 2, 3, 4]]);
      expect(parts(floats([0, 1, 2, 3], [2, 2]), 1, -1)).toEqual([
        [[0], [2]],
        [[1], [3]],
      ]);
    }));

  test('chunk and unstack, with their gradients', () =>
    scope(() => {
      const { chunk, stack, unstack } = library;
      const x = floats([0, 1, 2, 3, 4], [5]);
      expect(chunk(x, 3).map((part) => part.toArray())).toEqual([[0, 1], [2, 3], [4]]);
      expect(chunk(x, 4).map((part) => part.size)).toEqual([2, 2, 1]);
      expect(chunk(floats([], [0]), 2).map((part) => part.size)).toEqual([0]);
      expect(unstack(x)[3]!.toArray()).toBe(3);
      expect(unstack(floats([], [2, 0]), 1)).toEqual([]);
      const y = randomLeaf(new Random(95), [2, 3, 2]);
      checkGradients((v) => concat(chunk(v!, 2, 1).reverse(), 1), [y]);
      checkGradients((v) => stack(unstack(v!, -2).reverse(), 1), [y]);
      expect(stack(unstack(y, 1), 1).data()).toEqual(y.data());
    }));

  test('undoes concat, with its gradients', () =>
    scope(() => {
      const x = randomLeaf(new Random(94), [2, 7, 3]);
      checkGradients((v) => concat(library.split(v!, [2, 1, 4], 1).reverse(), 1), [x]);
      const y = concat(library.split(x, 3, 1), 1);
      expect(y.data()).toEqual(x.data());
    }));

  test('the parts that are not used have a gradient of 0', () =>
    scope(() => {
      const x = leaf([1, 2, 3], [3]);
      library.split(x, 1)[1]!.backward(floats([5]));
      expect(x.grad!.toArray()).toEqual([0, 5, 0]);
    }));
});

describe('errors', () => {
  const x = () => ones([2, 3]);
  const { expand, flip, pad, permute, slice, split, stack, transpose } = library;
  test.each<[() => unknown, new (message: string) => Error, string]>([
    [
      () => permute(x(), [0]),
      RangeError,
      'permute: axes: expected an array of 2 integers, got [0]',
    ],
    [() => permute(x(), [0, 0]), RangeError, 'permute: axes: expected each axis once, got [0, 0]'],
    [
      () => permute(x(), [0, 2]),
      RangeError,
      'permute: axes[1]: expected an integer in [-2, 2), got 2',
    ],
    [
      () => transpose(x(), 0, 3),
      RangeError,
      'transpose: axis1: expected an integer in [-2, 2), got 3',
    ],
    [
      () => flip(x(), '0' as never),
      TypeError,
      'flip: axes: expected an integer or an array of integers, got "0"',
    ],
    [() => expand(x(), [3]), ShapeError, 'expand: shape: expected [...,2,3], got [3]'],
    [() => expand(x(), [-1, 2, 3]), ShapeError, 'expand: shape: expected [...,2,3], got [-1,2,3]'],
    [
      () => expand(ones([1, 3]), [2, 4]),
      ShapeError,
      'expand: shape: expected [...,any,3], got [2,4]',
    ],
    [
      () => slice(x(), [0], [1, 2]),
      RangeError,
      'slice: ends: expected an array of 1 integers, got [1, 2]',
    ],
    [
      () => slice(x(), [0], [1], { steps: [0] }),
      RangeError,
      'slice: steps[0]: expected not 0, got 0',
    ],
    [() => slice(x(), [0.5], [1]), RangeError, 'slice: starts[0]: expected an integer, got 0.5'],
    [
      () => pad(x(), [[0, 1]]),
      RangeError,
      'pad: padding: expected an array of 2 pairs of integers of at least 0, got [[0, 1]]',
    ],
    [
      () =>
        pad(
          x(),
          [
            [0, 1],
            [0, 0],
          ],
          { value: NaN },
        ),
      RangeError,
      'pad: value: expected a finite number, got NaN',
    ],
    [
      () => library.depthToSpace(ones([1, 2, 6]), 2),
      ShapeError,
      'depthToSpace: channels: expected a multiple of 4, got 6 (input [1,2,6])',
    ],
    [
      () => library.pixelUnshuffle(ones([4, 3, 1]), 2),
      ShapeError,
      'pixelUnshuffle: width: expected a multiple of 2, got 3 (input [4,3,1])',
    ],
    [
      () => library.pixelShuffle(x(), 2),
      ShapeError,
      'pixelShuffle: input: expected [...,height,width,channels], got 2 axes (input [2,3])',
    ],
    [
      () => library.spaceToDepth(ones([1, 1, 1]), 0),
      RangeError,
      'spaceToDepth: blockSize: expected an integer of at least 1, got 0',
    ],
    [
      () => library.channelShuffle(x(), 2),
      ShapeError,
      'channelShuffle: channels: expected a multiple of 2, got 3 (input [2,3])',
    ],
    [
      () => library.tile(x(), [2, -1]),
      RangeError,
      'tile: repeats[1]: expected an integer of at least 0, got -1',
    ],
    [
      () => library.repeatInterleave(x(), 2, 2),
      RangeError,
      'repeatInterleave: axis: expected an integer in [-2, 2), got 2',
    ],
    [
      () => library.roll(x(), [1, 2], 1),
      RangeError,
      'roll: shifts: expected an array of 1 integers, got [1, 2]',
    ],
    [
      () => library.chunk(x(), 0),
      RangeError,
      'chunk: chunks: expected an integer of at least 1, got 0',
    ],
    [
      () => split(x(), [1, 3], 1),
      ShapeError,
      'split: size: expected sizes that add up to 3, got [1,3]',
    ],
    [() => split(x(), 0), RangeError, 'split: size: expected an integer of at least 1, got 0'],
    [
      () => stack([x(), ones([2, 4])]),
      ShapeError,
      'stack: tensors[1]: expected shape [2,3], got [2,4]',
    ],
    [() => stack([]), RangeError, 'stack: tensors: expected at least one tensor, got none'],
  ])('%#', (body, kind, message) => expectError(() => scope(body as () => Tensor), kind, message));
});

test.each<[Shape[], number, Shape]>([
  [[[3]], 0, [3]],
  [[[2], [0], [3]], 0, [5]],
  [
    [
      [2, 3],
      [4, 3],
    ],
    0,
    [6, 3],
  ],
  [
    [
      [2, 3],
      [2, 1],
    ],
    -1,
    [2, 4],
  ],
  [
    [
      [0, 3],
      [0, 1],
    ],
    1,
    [0, 4],
  ],
  [
    [
      [2, 3, 0],
      [2, 4, 0],
    ],
    -2,
    [2, 7, 0],
  ],
  [
    [
      [1, 2, 2, 3],
      [1, 2, 2, 5],
      [1, 2, 2, 1],
    ],
    3,
    [1, 2, 2, 9],
  ],
])('concat of %j along axis %i gives %j', (shapes, axis, expected) =>
  scope(() => {
    const random = new Random(61);
    const inputs = shapes.map((shape) => randomLeaf(random, shape));
    expect(concat(inputs, axis).shape).toEqual(expected);
    checkGradients((...tensors) => concat(tensors, axis), inputs);
  }),
);

test('concat joins the first axis by default, and copies', () =>
  scope(() => {
    const x = floats([1, 2], [1, 2]);
    const y = concat([x, floats([3, 4], [1, 2])]);
    expect(y.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(concat([x]).pointer).not.toBe(x.pointer);
  }));

test('a tensor that is given twice gets the sum of both gradients', () =>
  scope(() => {
    const x = leaf([1, 2], [2]);
    concat([x, x]).backward(floats([1, 2, 30, 40]));
    expect(x.grad!.toArray()).toEqual([31, 42]);
  }));

test('an input that needs no gradient gets none', () =>
  scope(() => {
    const [x, constant] = [leaf([1], [1]), floats([2])];
    concat([constant, x]).backward(floats([3, 4]));
    expect(x.grad!.toArray()).toEqual([4]);
    expect(constant.grad).toBeUndefined();
  }));

describe('errors of concat', () => {
  const two = () => [ones([2, 3]), ones([2, 3])];
  test.each<[() => unknown, unknown, new (message: string) => Error, string]>([
    [() => [], 0, RangeError, 'tensors: expected at least one tensor, got none'],
    [() => ones([1]), 0, TypeError, 'tensors: expected an array of tensors, got a Tensor'],
    [() => [ones([1]), 2], 0, TypeError, 'tensors[1]: expected a Tensor, got 2'],
    [
      () => [ones([1]), tensor(new Int32Array(1))],
      0,
      TypeError,
      'tensors[1]: expected dtype float32, got int32',
    ],
    [two, 2, RangeError, 'axis: expected an integer in [-2, 2), got 2'],
    [two, -3, RangeError, 'axis: expected an integer in [-2, 2), got -3'],
    [two, 0.5, RangeError, 'axis: expected an integer in [-2, 2), got 0.5'],
    [two, '1', TypeError, 'axis: expected an integer in [-2, 2), got "1"'],
    [() => [ones([])], 0, RangeError, 'axis: expected an integer in [0, 0), got 0'],
    [
      () => [...two(), ones([2, 4])],
      0,
      ShapeError,
      'tensors[2]: expected shape [any,3], got [2,4]',
    ],
    [() => [ones([2, 3]), ones([6])], 1, ShapeError, 'tensors[1]: expected shape [2,any], got [6]'],
  ])('%# axis %j', (tensors, axis, kind, message) =>
    scope(() => {
      const list = tensors() as Tensor[];
      expectError(() => concat(list, axis as number), kind, `concat: ${message}`);
    }),
  );
});
