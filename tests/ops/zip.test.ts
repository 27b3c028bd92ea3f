import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import * as library from '../../src/index.js';
import { broadcastShape } from '../../src/ops/zip/broadcast.js';
import { Random } from '../../src/random.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import { BINARY, type BinaryName, broadcast, sumTo } from '../support/reference/zip.js';

const NAMES = Object.keys(BINARY) as BinaryName[];

const SHAPES: readonly (readonly [a: Shape, b: Shape])[] = [
  [[], []],
  [[0], [0]],
  [[17], [17]],
  [
    [2, 3, 5],
    [2, 3, 5],
  ],
  [
    [2, 0, 3],
    [1, 1, 3],
  ],
  [[1], [0]],
  [[4], []],
  [[1, 1], [5]],
  [[30, 3], [3]],
  [
    [2, 3],
    [30, 1, 3],
  ],
  [
    [5, 1, 2],
    [4, 1],
  ],
  [
    [2, 1, 1, 2, 1, 1, 2, 1],
    [1, 2, 1, 1, 2, 1, 1, 2],
  ],
];

describe.each(NAMES)('%s', (name) => {
  const op = library[name];
  const { forward, gradients } = BINARY[name];

  test.each(golden('zip')[name])('agrees with PyTorch: $name', ({ inputs, output, exponents }) =>
    expectGolden((a, b) => op(a!, b ?? tensor(exponents!)), inputs, output),
  );

  test.each(SHAPES)('shapes %j and %j', (shapeA, shapeB) =>
    scope(() => {
      const random = new Random(41);
      const away = (x: Tensor) => {
        // From 0, where quotients and powers have no gradient.
        x.assign(x.data().map((value) => Math.abs(value) + 0.25));
        return x;
      };
      const [a, b] = [away(randomLeaf(random, shapeA)), away(randomLeaf(random, shapeB))];
      const shape = broadcastShape('test', shapeA, shapeB);
      const y = op(a, b);
      expect(y.shape).toEqual(shape);
      const [allA, allB] = [broadcast(a.data(), shapeA, shape), broadcast(b.data(), shapeB, shape)];
      const label = `${name}, seed 41`;
      const expected = allA.map((value, i) => forward(value, allB[i]!));
      expectClose(y.data(), expected, { relative: 1e-7, label });
      const dy = randomLeaf(random, shape).detach();
      const arrives = dy.data();
      y.backward(dy);
      for (const [index, x] of [a, b].entries()) {
        const dx = allA.map((value, i) => gradients(value, allB[i]!, arrives[i]!)[index]!);
        const summed = sumTo(dx, shape, x.shape);
        expectClose(x.grad!.data(), summed, { relative: 2e-6, label: `d${index} ${label}` });
      }
    }),
  );

  test('gradient check, and twice the gradient after two passes', () =>
    scope(() => {
      const [a, b] = [leaf([0.5, 1.25, 2, 3], [2, 2]), leaf([1.5, 0.75], [2])];
      checkGradients(op as (...inputs: Tensor[]) => Tensor, [a, b]);
      const y = op(a, b);
      const dy = ones([2, 2]);
      y.backward(dy);
      const once = [a, b].map((x) => x.grad!.data());
      y.backward(dy);
      expect([a, b].map((x) => x.grad!.data())).toEqual(
        once.map((gradient) => gradient.map((value) => 2 * value)),
      );
    }));

  test('numbers as operands give the bits of tensors', () =>
    scope(() => {
      const x = randomLeaf(new Random(3), [3, 5]);
      const number = 0.1;
      const same = tensor([number]);
      for (const [got, want] of [
        [op(x, number), op(x, same)],
        [op(number, x), op(same, x)],
      ] as const) {
        expect(got.shape).toEqual([3, 5]);
        expect(got.data()).toEqual(want.data());
        const gradientOf = (y: Tensor) => {
          x.grad = undefined;
          y.backward(ones([3, 5]));
          return x.grad!.data();
        };
        expect(gradientOf(got)).toEqual(gradientOf(want));
      }
    }));

  test('errors', () =>
    scope(() => {
      const x = ones([2]);
      const disposed = ones([2]);
      disposed.dispose();
      const wrong = (argument: string, expected: string) =>
        `${name}: ${argument}: expected ${expected}`;
      const rows = ones([2, 3]);
      expectError(
        () => op(rows, x),
        ShapeError,
        wrong('b', 'a shape that broadcasts with [2,3], got [2]'),
      );
      const nine = ones([2, 1, 1, 1, 1, 1, 1, 1, 1]);
      expectError(
        () => op(nine, x),
        ShapeError,
        wrong('a', 'at most 8 axes where shapes differ, got 9'),
      );
      expectError(
        () => op(x, nine),
        ShapeError,
        wrong('b', 'at most 8 axes where shapes differ, got 9'),
      );
      expect(op(nine, nine).shape).toEqual(nine.shape);
      expectError(() => op(1, 2), TypeError, wrong('b', 'a Tensor beside a number, got 2'));
      expectError(
        () => op(x, '1' as never),
        TypeError,
        wrong('b', 'a Tensor or a number, got "1"'),
      );
      expectError(
        () => op(undefined as never, x),
        TypeError,
        wrong('a', 'a Tensor or a number, got undefined'),
      );
      const integers = tensor(new Int32Array([1, 2]));
      expectError(() => op(integers, x), TypeError, wrong('a', 'dtype float32, got int32'));
      expectError(
        () => op(x, disposed),
        DisposedError,
        'a tensor of shape [2] was used after it was disposed; ' +
          'return it from its scope, or keep() it, to use it longer',
      );
    }));
});

test('the gradients of a sum are copies of gradOutput, not the tensor itself', () =>
  scope(() => {
    const [a, b] = [randomLeaf(new Random(1), [2]), randomLeaf(new Random(2), [2])];
    const gradOutput = tensor([3, 4]);
    library.add(a, b).backward(gradOutput);
    a.grad!.assign([0, 0]);
    expect([b.grad, gradOutput].map((t) => [...t!.data()])).toEqual([
      [3, 4],
      [3, 4],
    ]);
  }));

test('numbers that are not finite pass through', () =>
  scope(() => {
    const y = library.add(
      tensor([NaN, Infinity, Infinity, 1]),
      tensor([1, 1, -Infinity, -Infinity]),
    );
    expect([...y.data()]).toEqual([NaN, Infinity, NaN, -Infinity]);
  }));

/** As torch has it, but for the gradient of an exponent of a negative number, which is NaN in both. */
test.each<[string, number, number, number, number, number]>([
  ['0⁰', 0, 0, 1, 0, 0],
  ['0²', 0, 2, 0, 0, 0],
  ['a negative number', -2, 3, -8, 12, NaN],
  ['a root of a negative number', -2, 0.5, NaN, NaN, NaN],
])('pow: %s', (_, base, exponent, power, gradBase, gradExponent) =>
  scope(() => {
    const [a, b] = [leaf([base], [1]), leaf([exponent], [1])];
    const y = library.pow(a, b);
    y.backward(ones([1]));
    expect([y, a.grad, b.grad].map((t) => t!.item())).toEqual([power, gradBase, gradExponent]);
  }),
);

describe('addBias', () => {
  test.each([[[5]], [[3, 1]], [[2, 3, 7]], [[2, 2, 3, 9]], [[0, 3]]])('of %j', (shape) =>
    scope(() => {
      const random = new Random(51);
      const channels = shape.at(-1)!;
      const [x, bias] = [randomLeaf(random, shape), randomLeaf(random, [channels])];
      const y = library.addBias(x, bias);
      expect(y.shape).toEqual(shape);
      // Multiples of 1/64: the sums are exact.
      const expected = [...x.data()].map((value, i) => value + bias.data()[i % channels]!);
      expect([...y.data()]).toEqual(expected);
      if (sizeOf(shape) > 0)
        checkGradients(library.addBias as (...all: Tensor[]) => Tensor, [x, bias]);
    }),
  );

  test('a last axis of 0', () =>
    scope(() => expect(library.addBias(zeros([3, 0]), zeros([0])).shape).toEqual([3, 0])));

  test('numbers that are not finite stay in their channel', () =>
    scope(() => {
      const y = library.addBias(ones([2, 2]), tensor([NaN, Infinity]));
      expect(y.toArray()).toEqual([
        [NaN, Infinity],
        [NaN, Infinity],
      ]);
    }));

  test.each<[string, () => unknown, () => unknown, new (message: string) => Error, string]>([
    [
      'channels',
      () => ones([2, 3]),
      () => ones([2]),
      ShapeError,
      'bias: expected shape [3], got [2]',
    ],
    [
      'bias rank',
      () => ones([2, 3]),
      () => ones([1, 3]),
      ShapeError,
      'bias: expected 1 axes, got 2 (shape [1,3])',
    ],
    [
      'a scalar',
      () => ones([]),
      () => ones([1]),
      ShapeError,
      'input: expected at least one axis, got []',
    ],
    [
      'no tensor',
      () => ones([2, 3]),
      () => [1, 2, 3],
      TypeError,
      'bias: expected a Tensor, got [1, 2, 3]',
    ],
    [
      'integers',
      () => tensor(new Int32Array(3)),
      () => ones([3]),
      TypeError,
      'input: expected dtype float32, got int32',
    ],
  ])('errors: %s', (_, x, bias, kind, message) =>
    scope(() => {
      const inputs = [x(), bias()] as [Tensor, Tensor];
      expectError(() => library.addBias(...inputs), kind, `addBias: ${message}`);
    }),
  );
});
