import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { ones, tensor, zeros } from '../../src/creation.js';
import { DisposedError, ShapeError } from '../../src/errors.js';
import { matmul, type MatmulOptions } from '../../src/ops/matmul.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, randomLeaf } from '../support/op.js';
import { pick, randomValues } from '../support/random.js';
import * as reference from '../support/reference/linear.js';
import { matmul as matmulReference } from '../support/reference/matmul.js';
import { floats } from '../support/tensors.js';

test.each(golden('linear').matmul)('$name: what PyTorch computes', ({ inputs, output, options }) =>
  expectGolden((a, b) => matmul(a!, b!, options), inputs, output),
);

describe.each(Array.from({ length: 16 }, (_, seed) => seed))('random batches %i', (seed) => {
  test('agree with the reference, forward and backward', () =>
    scope(() => {
      const random = new Random(seed);
      const [rows, inner, columns] = [pick(random, [1, 3, 9]), pick(random, [1, 5]), 7];
      const batch = Array.from({ length: random.integer(4) }, () => pick(random, [1, 2, 3]));
      const [transposeA, transposeB] = [random.integer(2) === 1, random.integer(2) === 1];
      const own = () =>
        batch.map((size) => pick(random, [1, size])).slice(random.integer(batch.length + 1));
      const a = randomLeaf(random, [...own(), ...(transposeA ? [inner, rows] : [rows, inner])]);
      const b = randomLeaf(random, [
        ...own(),
        ...(transposeB ? [columns, inner] : [inner, columns]),
      ]);
      const y = matmul(a, b, { transposeA, transposeB });
      const dy = floats(randomValues(y.size, random), y.shape);
      y.backward(dy);
      y.backward(dy);
      const expected = matmulReference(a, b, dy, { transposeA, transposeB });
      const close = (label: string, got: Tensor, values: Float64Array) =>
        expectClose(got.data(), values, { relative: 2e-6, absolute: 2e-6, label });
      close('y', y, expected.y);
      close(
        'da',
        a.grad!,
        expected.da.map((value) => 2 * value),
      );
      close(
        'db',
        b.grad!,
        expected.db.map((value) => 2 * value),
      );
    }));
});

test('of no matrices: zeros come back', () =>
  scope(() => {
    const [a, b] = [randomLeaf(new Random(1), [2, 3]), randomLeaf(new Random(2), [0, 3, 2])];
    const y = matmul(a, b);
    expect(y.shape).toEqual([0, 2, 2]);
    y.backward(zeros([0, 2, 2]));
    expect(a.grad!.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(b.grad!.shape).toEqual([0, 3, 2]);
  }));

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
    options?: MatmulOptions;
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
      a: () => ones([]),
      kind: ShapeError,
      message: 'matmul: a: expected at least 1 axis, got 0 (shape [])',
    },
    {
      name: 'a vector that is transposed',
      b: () => ones([3]),
      options: { transposeB: true },
      kind: ShapeError,
      message: 'matmul: b: expected at least 2 axes of what is transposed, got 1 (shape [3])',
    },
    {
      name: 'batch axes',
      a: () => ones([4, 2, 3]),
      b: () => ones([5, 3, 2]),
      kind: ShapeError,
      message: 'matmul: batch axes: b: expected a shape that broadcasts with [4], got [5]',
    },
    {
      name: 'no boolean',
      options: { transposeA: 1 as never },
      kind: TypeError,
      message: 'matmul: transposeA: expected true or false, got 1',
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
  ])('$name', ({ a = () => ones([2, 3]), b = () => ones([3, 2]), options, kind, message }) =>
    scope(() => {
      const inputs = [a(), b()] as [Tensor, Tensor];
      expectError(() => matmul(...inputs, options), kind, message);
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
