import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { matmul } from '../../src/ops/matmul.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { randomValues } from '../support/random.js';
import * as reference from '../support/reference/linear.js';
import { floats } from '../support/tensors.js';

test.each(golden('linear').matmul)('$name: what PyTorch computes', (c) => {
  const inputs = [
    { name: 'a', shape: c.aShape, data: c.a, gradient: c.da },
    { name: 'b', shape: c.bShape, data: c.b, gradient: c.db },
  ];
  const output = { shape: c.yShape, data: c.y, gradient: c.dy };
  expectGolden((a, b) => matmul(a!, b!), inputs, output);
});

test('a product worked by hand', () =>
  scope(() => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(matmul(a, b).toArray()).toEqual([
      [22, 28],
      [49, 64],
    ]);
  }));

test.each([
  [1, 1, 1],
  [5, 7, 9],
  [33, 70, 41],
  [64, 1000, 24],
  [130, 129, 131],
  [600, 12, 20],
])('%i x %i x %i agrees with the reference, forward and backward', (rows, inner, columns) =>
  scope(() => {
    const seed = 41;
    const random = new Random(seed);
    const s = { rows, inFeatures: inner, outFeatures: columns };
    const [a, b] = [randomLeaf(random, [rows, inner]), randomLeaf(random, [inner, columns])];
    const dy = randomValues(rows * columns, random);
    const y = matmul(a, b);
    y.backward(floats(dy, y.shape));
    const close = (name: string, got: Tensor, expected: Float64Array) =>
      expectClose(got.data(), expected, { relative: 2e-6, label: `${name} seed ${seed}` });
    close('y', y, reference.linearForward(a.data(), b.data(), null, s));
    close('da', a.grad!, reference.linearGradInput(dy, b.data(), s));
    close('db', b.grad!, reference.linearGradWeight(a.data(), dy, s));
  }),
);

describe('gradients', () => {
  test('are those of central differences', () =>
    scope(() => {
      const random = new Random(42);
      const inputs = [randomLeaf(random, [3, 5]), randomLeaf(random, [5, 9])];
      checkGradients((a, b) => matmul(a!, b!), inputs);
    }));

  test('of a matrix that is multiplied by itself are summed', () =>
    scope(() => {
      const random = new Random(43);
      checkGradients((a) => matmul(a!, a!), [randomLeaf(random, [4, 4])]);
    }));

  test('follow values that are changed in place', () =>
    scope(() => {
      const [a, b] = [ones([2, 3]), randomLeaf(new Random(44), [3, 2])];
      matmul(a, b);
      b.assign([1, 2, 3, 4, 5, 6]);
      expect(matmul(a, b).toArray()).toEqual([
        [9, 12],
        [9, 12],
      ]);
    }));
});

test.each([
  [0, 3, 2],
  [2, 0, 3],
  [2, 3, 0],
  [0, 0, 0],
])('an axis of 0: %i x %i x %i has zeros where sums are empty', (rows, inner, columns) =>
  scope(() => {
    const random = new Random(45);
    const [a, b] = [randomLeaf(random, [rows, inner]), randomLeaf(random, [inner, columns])];
    const y = matmul(a, b);
    expect(y.shape).toEqual([rows, columns]);
    expect([...y.data()]).toEqual(Array.from({ length: rows * columns }, () => 0));
    y.backward(zeros([rows, columns]));
    expect([...a.grad!.data()]).toEqual(Array.from({ length: rows * inner }, () => 0));
    expect([...b.grad!.data()]).toEqual(Array.from({ length: inner * columns }, () => 0));
  }),
);

describe('errors', () => {
  interface Case {
    name: string;
    a?: () => unknown;
    b?: () => unknown;
    kind: new (message: string) => Error;
    message: string;
  }

  test.each<Case>([
    {
      name: 'inner axes',
      a: () => ones([2, 4]),
      kind: ShapeError,
      message: 'matmul: inner axes: expected 3 (b [3,2]), got 4 (a [2,4])',
    },
    {
      name: 'rank of a',
      a: () => ones([3]),
      kind: ShapeError,
      message: 'matmul: a: expected 2 axes, got 1 (shape [3])',
    },
    {
      name: 'rank of b',
      b: () => ones([1, 3, 2]),
      kind: ShapeError,
      message: 'matmul: b: expected 2 axes, got 3 (shape [1,3,2])',
    },
    {
      name: 'integers',
      a: () => tensor(new Int32Array(6), [2, 3]),
      kind: TypeError,
      message: 'matmul: a: expected dtype float32, got int32',
    },
    {
      name: 'no tensor',
      b: () => [[1]],
      kind: TypeError,
      message: 'matmul: b: expected a Tensor, got [[1]]',
    },
    {
      name: 'disposed',
      a: () => {
        const t = ones([2, 3]);
        t.dispose();
        return t;
      },
      kind: DisposedError,
      message:
        'a tensor of shape [2,3] was used after it was disposed; ' +
        'return it from its scope, or keep() it, to use it longer',
    },
  ])('$name', ({ a = () => ones([2, 3]), b = () => ones([3, 2]), kind, message }) =>
    scope(() => {
      const inputs = [a(), b()] as [Tensor, Tensor];
      expectError(() => matmul(...inputs), kind, message);
    }),
  );

  test('too large a result', () =>
    scope(() => {
      const a = ones([1, 1]).shareStorage([2 ** 20, 1]);
      const b = ones([1, 1]).shareStorage([1, 2 ** 20]);
      expectError(
        () => matmul(a, b),
        ShapeError,
        `matmul: output: [1048576,1048576] has ${2 ** 40} elements, the limit is 536870911 (2 GiB)`,
      );
    }));
});
