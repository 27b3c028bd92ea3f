import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, OutOfMemoryError, ShapeError } from '../../src/errors.js';
import { linear } from '../../src/ops/linear.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { golden } from '../support/golden.js';
import { expectError, expectNothingLeft } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';

describe('what PyTorch computes', () => {
  test.each(golden('linear').linear)('$name', (c) => {
    const { rows, inFeatures, outFeatures } = c;
    const inputs = [
      { name: 'x', shape: [rows, inFeatures], data: c.x, gradient: c.dx },
      { name: 'w', shape: [inFeatures, outFeatures], data: c.w, gradient: c.dw },
      ...(c.b ? [{ name: 'b', shape: [outFeatures], data: c.b, gradient: c.db! }] : []),
    ];
    const output = { shape: [rows, outFeatures], data: c.y, gradient: c.dy };
    expectGolden((x, w, b) => linear(x!, w!, b), inputs, output);
  });
});

describe('gradients', () => {
  test.each([
    { x: [3, 5], w: [5, 9] },
    { x: [2, 3, 4], w: [4, 1] },
    { x: [7], w: [7, 3] },
  ])('of $x with $w are those of central differences', ({ x, w }) =>
    scope(() => {
      const random = new Random(31);
      const inputs = [x, w, [w[1]!]].map((shape) => randomLeaf(random, shape));
      checkGradients((input, weight, bias) => linear(input!, weight!, bias), inputs);
    }),
  );

  test('of a tensor that is input and weight at once are summed', () =>
    scope(() => {
      const t = tensor(
        [
          [1, 2],
          [3, 4],
        ],
        undefined,
        { requiresGrad: true },
      );
      linear(t, t).backward(ones([2, 2]));
      // dy·tᵀ + tᵀ·dy for dy of ones: row sums + column sums.
      expect(t.grad!.toArray()).toEqual([
        [3 + 4, 7 + 4],
        [3 + 6, 7 + 6],
      ]);
    }));

  test('of an empty batch are zeros', () =>
    scope(() => {
      const random = new Random(32);
      const [w, b] = [randomLeaf(random, [3, 2]), randomLeaf(random, [2])];
      const y = linear(zeros([0, 3]), w, b);
      expect(y.shape).toEqual([0, 2]);
      y.backward(zeros([0, 2]));
      expect([...w.grad!.data(), ...b.grad!.data()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    }));
});

test.each([
  [[3], [4]],
  [
    [2, 3],
    [2, 4],
  ],
  [
    [5, 1, 2, 3],
    [5, 1, 2, 4],
  ],
  [
    [2, 0, 3],
    [2, 0, 4],
  ],
])('output shape of %j is %j', (x, expected) =>
  scope(() => expect(linear(ones(x), ones([3, 4])).shape).toEqual(expected)),
);

describe('errors', () => {
  interface Case {
    name: string;
    input?: () => unknown;
    weight?: () => unknown;
    bias?: () => unknown;
    kind: new (message: string) => Error;
    message: string;
  }

  test.each<Case>([
    {
      name: 'input features',
      input: () => ones([2, 4]),
      kind: ShapeError,
      message: 'linear: input features: expected 3 (weight [3,2]), got 4 (input [2,4])',
    },
    {
      name: 'a scalar',
      input: () => ones([]),
      kind: ShapeError,
      message: 'linear: input features: expected 3 (weight [3,2]), got none (input [])',
    },
    {
      name: 'weight rank',
      weight: () => ones([3, 2, 1]),
      kind: ShapeError,
      message: 'linear: weight: expected 2 axes, got 3 (shape [3,2,1])',
    },
    {
      name: 'a weight without inputs',
      input: () => ones([2, 0]),
      weight: () => ones([0, 2]),
      kind: ShapeError,
      message: 'linear: weight: expected axes of at least 1, got [0,2]',
    },
    {
      name: 'a weight without outputs',
      weight: () => ones([3, 0]),
      kind: ShapeError,
      message: 'linear: weight: expected axes of at least 1, got [3,0]',
    },
    {
      name: 'bias length',
      bias: () => ones([3]),
      kind: ShapeError,
      message: 'linear: bias: expected shape [2], got [3]',
    },
    {
      name: 'bias rank',
      bias: () => ones([]),
      kind: ShapeError,
      message: 'linear: bias: expected 1 axes, got 0 (shape [])',
    },
    {
      name: 'bias null',
      bias: () => null,
      kind: TypeError,
      message: 'linear: bias: expected a Tensor, got null',
    },
    {
      name: 'integers',
      input: () => tensor(new Int32Array(6), [2, 3]),
      kind: TypeError,
      message: 'linear: input: expected dtype float32, got int32',
    },
    {
      name: 'no tensor',
      weight: () => 'weight',
      kind: TypeError,
      message: 'linear: weight: expected a Tensor, got "weight"',
    },
    {
      name: 'disposed',
      input: () => {
        const t = ones([2, 3]);
        t.dispose();
        return t;
      },
      kind: DisposedError,
      message:
        'a tensor of shape [2,3] was used after it was disposed; ' +
        'return it from its scope, or keep() it, to use it longer',
    },
  ])(
    '$name',
    ({ input = () => ones([2, 3]), weight = () => ones([3, 2]), bias, kind, message }) =>
      scope(() => {
        const inputs = [input(), weight(), bias?.()] as [Tensor, Tensor, Tensor];
        expectError(() => linear(...inputs), kind, message);
      }),
  );
});

test('out of memory for the packed weights leaves nothing behind', () => {
  const { heap } = runtime();
  const free = heap.maxBytes - heap.bytes;
  expect(free).toBeGreaterThan(2 ** 30);
  scope(() => {
    // Five output columns are packed as eight: 8 · 4 · 2^26 bytes do not fit below 2 GiB.
    const fake = ones([1, 1]).shareStorage([2 ** 26, 5]);
    const x = ones([1]).shareStorage([2 ** 26]);
    expectNothingLeft(() => expect(() => linear(x, fake)).toThrow(OutOfMemoryError));
  });
});

test('numbers that are not finite stay in their rows', () =>
  scope(() => {
    const y = linear(
      tensor([
        [1, NaN],
        [1, 2],
        [Infinity, 1],
      ]),
      ones([2, 1]),
    );
    expect([...y.data()]).toEqual([NaN, 3, Infinity]);
  }));
