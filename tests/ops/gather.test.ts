import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import {
  embedding,
  gather,
  oneHot,
  ones,
  scatterAdd,
  scope,
  takeAlongAxis,
  tensor,
  type Tensor,
  topk,
} from '../../src/index.js';
import { Random } from '../../src/random.js';
import { ShapeError } from '../../src/errors.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { expectError } from '../support/memory.js';
import { expectGolden, leaf, randomLeaf } from '../support/op.js';
import * as reference from '../support/reference/gather.js';

type Sizes = readonly [outer: number, size: number, inner: number];

const int32 = (values: number[], shape: Shape = [values.length]) =>
  tensor(Int32Array.from(values), shape);

test.each(golden('gather').gather)('agrees with PyTorch: $name', (c) =>
  expectGolden((x) => gather(x, int32(c.indices, c.indicesShape), c.axis), c.inputs, c.output),
);

test.each(golden('gather').takeAlongAxis)('agrees with PyTorch: $name', (c) =>
  expectGolden(
    (x) => takeAlongAxis(x, int32(c.indices, c.indicesShape), c.axis),
    c.inputs,
    c.output,
  ),
);

test.each(golden('gather').scatterAdd)('agrees with PyTorch: $name', (c) =>
  expectGolden(
    (x, source) => scatterAdd(x, int32(c.indices, c.indicesShape), source!, c.axis),
    c.inputs,
    c.output,
  ),
);

test.each(golden('gather').embedding)('agrees with PyTorch: $name', (c) =>
  expectGolden(
    (weight) =>
      embedding(int32(c.indices, c.indicesShape), weight, {
        paddingIdx: c.paddingIdx ?? undefined,
      }),
    c.inputs,
    c.output,
  ),
);

test.each(golden('gather').topk)('agrees with PyTorch: $name', ({ k, axis, largest, ...c }) => {
  expectGolden((x) => topk(x, k, { axis, largest }).values, c.inputs, c.output);
  scope(() => {
    const { data, shape } = c.inputs[0]!;
    const { indices } = topk(leaf(data, shape), k, { axis, largest });
    expect([indices.dtype, indices.shape]).toEqual(['int32', c.output.shape]);
    expect([...indices.data()]).toEqual(c.indices);
  });
});

describe.each(Array.from({ length: 12 }, (_, seed) => seed))('random axes %i', (seed) => {
  const draw = () => {
    const random = new Random(seed);
    const shape = Array.from({ length: 1 + random.integer(4) }, () => 1 + random.integer(4));
    const axis = random.integer(shape.length);
    const taken = shape.map((size, a) => (a === axis ? random.integer(6) : size));
    const places = Array.from({ length: sizeOf(taken) }, () => random.integer(shape[axis]!));
    const sizes = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
    const x = randomLeaf(random, shape);
    return { random, shape, axis, taken, places, sizes: sizes as unknown as Sizes, x };
  };

  test('takeAlongAxis and scatterAdd are those of the reference, with all gradients', () =>
    scope(() => {
      const { random, shape, axis, taken, places, sizes, x } = draw();
      const [indices, source] = [int32(places, taken), randomLeaf(random, taken)];
      const y = takeAlongAxis(x, indices, axis - shape.length);
      expect([...y.data()]).toEqual([...reference.takeAlongAxis(x.data(), places, sizes)]);
      y.backward(source.detach());
      const sums = reference.scatterAdd(new Float32Array(x.size), places, source.data(), sizes);
      expectClose(x.grad!.data(), sums, { relative: 2e-6, absolute: 1e-6, label: 'dx' });
      const z = scatterAdd(x, indices, source, axis);
      const expected = reference.scatterAdd(x.data(), places, source.data(), sizes);
      expectClose(z.data(), expected, { relative: 2e-6, absolute: 1e-6, label: 'z' });
      z.backward(x.detach());
      z.backward(x.detach());
      const twice = [...reference.takeAlongAxis(x.data(), places, sizes)].map((v) => 2 * v);
      expect([...source.grad!.data()]).toEqual(twice);
    }));

  test('topk sorts', () =>
    scope(() => {
      const { random, shape, axis, x, sizes } = draw();
      // Many values are equal.
      x.assign(x.data().map(() => random.integer(3)));
      const k = random.integer(shape[axis]! + 1);
      for (const largest of [true, false]) {
        const { values, indices } = topk(x, k, { axis, largest });
        const places = reference.topk(x.data(), k, largest, sizes);
        expect([...indices.data()]).toEqual(places);
        expect([...values.data()]).toEqual([...reference.takeAlongAxis(x.data(), places, sizes)]);
      }
    }));
});

test('NaN is the largest', () =>
  scope(() => {
    const x = tensor([1, NaN, 3, Infinity, NaN]);
    expect(topk(x, 4).indices.toArray()).toEqual([1, 4, 3, 2]);
    expect(topk(x, 4, { largest: false }).indices.toArray()).toEqual([0, 2, 3, 1]);
  }));

test('the padding of an embedding keeps the gradient that it has', () =>
  scope(() => {
    const weight = leaf([1, 2, 3], [3, 1]);
    embedding(int32([0, 1, 1]), weight).backward(tensor([1, 10, 100], [3, 1]));
    embedding(int32([0, 1, 1]), weight, { paddingIdx: 1 }).backward(tensor([5, 6, 7], [3, 1]));
    expect(weight.grad!.toArray()).toEqual([[6], [110], [0]]);
  }));

test('gradient check', () =>
  scope(() => {
    const x = randomLeaf(new Random(92), [2, 4, 3]);
    checkGradients((v) => gather(v!, int32([3, 0, 3]), -2), [x]);
  }));

test('gradients of two uses add up', () =>
  scope(() => {
    const x = leaf([1, 2, 3], [3]);
    for (let i = 0; i < 2; i++) gather(x, int32([2, 2])).backward(tensor([1, 10], [2]));
    expect(x.grad!.toArray()).toEqual([0, 0, 22]);
  }));

test('integers are gathered as they are', () =>
  scope(() => {
    const y = gather(int32([5, -1, 7]), int32([1, 2], [2, 1]));
    expect([y.dtype, y.toArray()]).toEqual(['int32', [[-1], [7]]]);
  }));

test('oneHot', () =>
  scope(() => {
    expect(oneHot(int32([2, 0], [1, 2]), 3).toArray()).toEqual([
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
    ]);
    expect(oneHot(int32([]), 3).shape).toEqual([0, 3]);
  }));

describe('errors', () => {
  const x = () => ones([4, 3]);
  test.each<[() => unknown, new (message: string) => Error, string]>([
    [
      () => gather(x(), int32([0, 4])),
      RangeError,
      'gather: indices: expected integers in [0, 4), got 4 at element 1 of shape [2]',
    ],
    [
      () => gather(x(), int32([0, 1, 2, -1], [2, 2]), 1),
      RangeError,
      'gather: indices: expected integers in [0, 3), got -1 at element 3 of shape [2,2]',
    ],
    [() => gather(x(), ones([2])), TypeError, 'gather: indices: expected dtype int32, got float32'],
    [
      () => gather(x(), int32([0]), 2),
      RangeError,
      'gather: axis: expected an integer in [-2, 2), got 2',
    ],
    [
      () => takeAlongAxis(x(), int32([0, 1, 2, 3], [4, 1]), 0),
      ShapeError,
      'takeAlongAxis: indices: expected shape [any,3], got [4,1]',
    ],
    [
      () => takeAlongAxis(x(), int32([0, 3, 0, 0], [4, 1]), 1),
      RangeError,
      'takeAlongAxis: indices: expected integers in [0, 3), got 3 at element 1 of shape [4,1]',
    ],
    [
      () => scatterAdd(x(), int32([0, 0, 0], [1, 3]), ones([3]), 0),
      ShapeError,
      'scatterAdd: source: expected shape [1,3], got [3]',
    ],
    [
      () => scatterAdd(x(), int32([0, -1, 0], [1, 3]), ones([1, 3]), 0),
      RangeError,
      'scatterAdd: indices: expected integers in [0, 4), got -1 at element 1 of shape [1,3]',
    ],
    [
      () => embedding(int32([4]), x()),
      RangeError,
      'embedding: indices: expected integers in [0, 4), got 4 at element 0 of shape [1]',
    ],
    [
      () => embedding(int32([0]), x(), { paddingIdx: -1 }),
      RangeError,
      'embedding: paddingIdx: expected an integer in [0, 4), got -1',
    ],
    [() => topk(x(), 4).values, RangeError, 'topk: k: expected an integer in [0, 3], got 4'],
    [
      () => topk(x(), 1, { axis: 2 }).values,
      RangeError,
      'topk: axis: expected an integer in [-2, 2), got 2',
    ],
    [
      () => topk(x(), 1, { largest: 1 as never }).values,
      TypeError,
      'topk: largest: expected true or false, got 1',
    ],
    [
      () => oneHot(int32([3]), 3),
      RangeError,
      'oneHot: indices: expected integers in [0, 3), got 3 at element 0 of shape [1]',
    ],
    [
      () => oneHot(int32([0]), 0),
      RangeError,
      'oneHot: classes: expected an integer of at least 1, got 0',
    ],
  ])('%#', (call, kind, message) => expectError(() => scope(call as () => Tensor), kind, message));
});
