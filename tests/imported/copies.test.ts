// Each op on host numbers, on tensors, and on tensors whose axes stand in another order gives the same; the host's values
// are NumPy's and TensorFlow's.
import { describe, expect, test } from 'vitest';
import * as copies from '../../src/imported/ops/copy-ops.js';
import * as indexed from '../../src/imported/ops/index-ops.js';
import * as shapes from '../../src/imported/ops/shape-ops.js';
import * as slices from '../../src/imported/ops/slice-ops.js';
import { sameOrder, Value } from '../../src/imported/value.js';
import { scope } from '../../src/tensor.js';

const counted = (...shape: number[]) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return Value.host(
    Array.from({ length: size }, (_, i) => i),
    shape,
    'float32',
  );
};
const ints = (numbers: number[], shape = [numbers.length]) => Value.host(numbers, shape, 'int32');

const asTensor = (x: Value) => Value.of(x.tensor(), sameOrder(x.rank), x.dtype);
const reordered = (x: Value) => {
  const order = [...sameOrder(x.rank).slice(1), ...sameOrder(x.rank).slice(0, 1)];
  return Value.of(x.tensor(order), order, x.dtype);
};

const results = (value: Value | readonly Value[]) =>
  (value instanceof Value ? [value] : value).map((each) => ({
    shape: each.shape,
    dtype: each.dtype,
    numbers: Array.from(each.numbers()),
  }));

interface Case {
  readonly inputs: readonly Value[];
  run(...inputs: Value[]): Value | readonly Value[];
  readonly shape: number[];
  readonly numbers?: number[];
}

const cases: Record<string, Case> = {
  'reshape -1': {
    inputs: [counted(2, 3, 4)],
    run: (x) => shapes.reshape(x, [4, -1]),
    shape: [4, 6],
  },
  'reshape 0 kept': {
    inputs: [counted(2, 3, 4)],
    run: (x) => shapes.reshape(x, [0, -1], { allowZero: false }),
    shape: [2, 12],
  },
  'reshape splits': {
    inputs: [counted(2, 6, 4)],
    run: (x) => shapes.reshape(x, [2, 3, 2, 4]),
    shape: [2, 3, 2, 4],
  },
  'reshape of ones': {
    inputs: [counted(1, 6, 1)],
    run: (x) => shapes.reshape(x, [6, 1, 1, 1]),
    shape: [6, 1, 1, 1],
  },
  'reshape to a scalar': {
    inputs: [counted(1, 1)],
    run: (x) => shapes.reshape(x, []),
    shape: [],
    numbers: [0],
  },
  'reshape of nothing': {
    inputs: [counted(0, 3)],
    run: (x) => shapes.reshape(x, [3, 0]),
    shape: [3, 0],
    numbers: [],
  },
  squeeze: {
    inputs: [counted(1, 3, 1, 2)],
    run: (x) => shapes.squeeze(x, [-2]),
    shape: [1, 3, 2],
  },
  'squeeze all': { inputs: [counted(1, 3, 1, 2)], run: (x) => shapes.squeeze(x), shape: [3, 2] },
  unsqueeze: {
    inputs: [counted(2, 3)],
    run: (x) => shapes.unsqueeze(x, [0, -1]),
    shape: [1, 2, 3, 1],
  },
  flatten: { inputs: [counted(2, 3, 4)], run: (x) => shapes.flatten(x, 2), shape: [6, 4] },
  transpose: {
    inputs: [counted(2, 3)],
    run: (x) => shapes.transpose(x),
    shape: [3, 2],
    numbers: [0, 3, 1, 4, 2, 5],
  },
  slice: {
    inputs: [counted(3, 4)],
    run: (x) => slices.slice(x, { starts: [-2, 9], ends: [99, -99], steps: [1, -2] }),
    shape: [2, 2],
    numbers: [7, 5, 11, 9],
  },
  'strided slice': {
    inputs: [counted(2, 3, 4)],
    run: (x) =>
      slices.stridedSlice(x, [0, 0, 0, 1], [0, 0, 1, 3], [1, 1, 1, 1], { ellipsis: 1, newAxis: 2 }),
    shape: [2, 1, 1, 2],
    numbers: [1, 2, 13, 14],
  },
  'strided slice, shrunk': {
    inputs: [counted(2, 3, 4)],
    run: (x) =>
      slices.stridedSlice(x, [-1, 0, 2], [0, 0, 0], [1, -1, 1], {
        begin: 2,
        end: 2,
        shrinkAxis: 5,
      }),
    shape: [3],
    numbers: [22, 18, 14],
  },
  reverse: {
    inputs: [counted(2, 3)],
    run: (x) => slices.reverse(x, [-1]),
    shape: [2, 3],
    numbers: [2, 1, 0, 5, 4, 3],
  },
  split: {
    inputs: [counted(2, 5)],
    run: (x) => slices.split(x, [1, 4], 1),
    shape: [2, 1],
    numbers: [0, 5],
  },
  unstack: {
    inputs: [counted(2, 3)],
    run: (x) => slices.unstack(x, 1),
    shape: [2],
    numbers: [0, 3],
  },
  concat: {
    inputs: [counted(2, 1), counted(2, 2)],
    run: (...values) => copies.concat(values, -1),
    shape: [2, 3],
    numbers: [0, 0, 1, 1, 2, 3],
  },
  stack: {
    inputs: [counted(2), counted(2)],
    run: (...values) => copies.stack(values, 1),
    shape: [2, 2],
    numbers: [0, 0, 1, 1],
  },
  pad: {
    inputs: [counted(2, 3)],
    run: (x) => copies.pad(x, [1, -1], [0, 1], { value: 9 }),
    shape: [3, 3],
    numbers: [9, 9, 9, 1, 2, 9, 4, 5, 9],
  },
  'pad by reflection': {
    inputs: [counted(2, 3)],
    run: (x) => copies.pad(x, [0, 2], [0, 1], { mode: 'reflect' }),
    shape: [2, 6],
    numbers: [2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4],
  },
  tile: {
    inputs: [counted(1, 2)],
    run: (x) => copies.tile(x, [2, 2]),
    shape: [2, 4],
    numbers: [0, 1, 0, 1, 0, 1, 0, 1],
  },
  expand: {
    inputs: [counted(2, 1)],
    run: (x) => copies.expand(x, [2, 1, 3]),
    shape: [2, 2, 3],
    numbers: [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1],
  },
  'depth to space': {
    inputs: [counted(1, 1, 1, 4)],
    run: (x) => copies.depthToSpace(x, 2, 'NHWC'),
    shape: [1, 2, 2, 1],
    numbers: [0, 1, 2, 3],
  },
  'depth to space, CRD': {
    inputs: [counted(1, 8, 1, 1)],
    run: (x) => copies.depthToSpace(x, 2, 'NCHW', 'CRD'),
    shape: [1, 2, 2, 2],
    numbers: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  'space to depth': {
    inputs: [counted(1, 2, 2, 2)],
    run: (x) => copies.spaceToDepth(x, 2, 'NHWC'),
    shape: [1, 1, 1, 8],
    numbers: [0, 1, 2, 3, 4, 5, 6, 7],
  },
  gather: {
    inputs: [counted(3, 2), ints([2, -3], [2, 1])],
    run: (x, indices) => indexed.gather(x, indices),
    shape: [2, 1, 2],
    numbers: [4, 5, 0, 1],
  },
  'gather a run': {
    inputs: [counted(2, 4), ints([1, 2])],
    run: (x, indices) => indexed.gather(x, indices, { axis: 1 }),
    shape: [2, 2],
    numbers: [1, 2, 5, 6],
  },
  'gather one': {
    inputs: [counted(2, 3), Value.host([-1], [], 'int64')],
    run: (x, indices) => indexed.gather(x, indices, { axis: -1 }),
    shape: [2],
    numbers: [2, 5],
  },
  'gather in batches': {
    inputs: [counted(2, 2, 3), ints([2, 0, 1, 1], [2, 2])],
    run: (x, indices) => indexed.gather(x, indices, { axis: 2, batchDims: 1 }),
    shape: [2, 2, 2],
    numbers: [2, 0, 5, 3, 7, 7, 10, 10],
  },
  'gather elements': {
    inputs: [counted(3, 2), ints([2, -1, 0, 1], [2, 2])],
    run: (x, indices) => indexed.gatherElements(x, indices, 0),
    shape: [2, 2],
    numbers: [4, 5, 0, 3],
  },
  gatherNd: {
    inputs: [counted(2, 2, 2), ints([1, 0, 0, -1], [2, 2])],
    run: (x, indices) => indexed.gatherNd(x, indices),
    shape: [2, 2],
    numbers: [4, 5, 2, 3],
  },
  'gatherNd in batches': {
    inputs: [counted(2, 2, 2), ints([1, 0], [2, 1])],
    run: (x, indices) => indexed.gatherNd(x, indices, 1),
    shape: [2, 2],
    numbers: [2, 3, 4, 5],
  },
  scatterNd: {
    inputs: [counted(3, 2), ints([2, 0], [2, 1]), counted(2, 2)],
    run: (x, indices, updates) => indexed.scatterNd(x, indices, updates),
    shape: [3, 2],
    numbers: [2, 3, 2, 3, 0, 1],
  },
  'scatterNd, added': {
    inputs: [counted(4), ints([1, 1, -1], [3, 1]), counted(3)],
    run: (x, indices, updates) => indexed.scatterNd(x, indices, updates, 'add'),
    shape: [4],
    numbers: [0, 2, 2, 5],
  },
  oneHot: {
    inputs: [ints([1, 3, -1])],
    run: (x) => indexed.oneHot(x, 3, 'float32', { on: 2, off: -1, axis: 0 }),
    shape: [3, 3],
    numbers: [-1, -1, -1, 2, -1, -1, -1, -1, -1],
  },
  'oneHot, wrapped': {
    inputs: [ints([1, 3, -1])],
    run: (x) => indexed.oneHot(x, 3, 'float32', { wraps: true }),
    shape: [3, 3],
    numbers: [0, 1, 0, 0, 0, 0, 0, 0, 1],
  },
};

describe.each(Object.entries(cases))('%s', (_, { inputs, run, shape, numbers }) => {
  test('on the host', () => {
    const onHost = scope(() => results(run(...inputs)));
    expect(onHost[0]!.shape).toEqual(shape);
    if (numbers) expect(onHost[0]!.numbers).toEqual(numbers);
  });

  test('on tensors, in the same order and in another', () => {
    scope(() => {
      const onHost = results(run(...inputs));
      for (const made of [asTensor, reordered]) {
        const values = inputs.map((value) => (value.rank > 0 ? made(value) : asTensor(value)));
        expect(results(run(...values))).toEqual(onHost);
        // The indices on the host.
        expect(results(run(...values.map((value, i) => (i === 1 ? inputs[i]! : value))))).toEqual(
          onHost,
        );
      }
    });
  });
});

test('a channel shuffle of pictures that are stored with channels last copies only once', () => {
  scope(() => {
    const order = [0, 2, 3, 1];
    const file = counted(2, 4, 3, 5);
    const picture = Value.of(file.tensor(order), order);
    const split = shapes.reshape(picture, [2, 2, 2, 3, 5]);
    expect(split.order).toEqual([0, 3, 4, 1, 2]);
    const joined = shapes.reshape(split.transposed([0, 2, 1, 3, 4]), [2, 4, 3, 5]);
    const expected = shapes.reshape(
      shapes.reshape(file, [2, 2, 2, 3, 5]).transposed([0, 2, 1, 3, 4]),
      [2, 4, 3, 5],
    );
    expect(Array.from(joined.numbers())).toEqual(Array.from(expected.numbers()));
  });
});

test('small values stay on the host', () => {
  const shape = shapes.shapeOf(counted(2, 3, 4));
  const joined = copies.concat([slices.slice(shape, { starts: [0], ends: [1] }), ints([-1])], 0);
  expect(joined.isHost).toBe(true);
  expect(Array.from(joined.numbers())).toEqual([2, -1]);
  expect(shapes.sizeOf(counted(2, 3)).numbers()).toEqual([6]);
  expect(Array.from(copies.fill([2], 3, 'int32').numbers())).toEqual([3, 3]);
  expect(Array.from(indexed.range(5, 0, -2, 'int32').numbers())).toEqual([5, 3, 1]);
  expect(slices.partSizes(7, 3)).toEqual([3, 3, 1]);
});

test.each<[string, () => unknown, string]>([
  ['reshape', () => shapes.reshape(counted(6), [4, -1]), 'reshape: shape: expected 6 elements'],
  ['squeeze', () => shapes.squeeze(counted(2, 3), [0]), 'squeeze: axes: expected axes of size 1'],
  ['transpose', () => shapes.transpose(counted(2, 3), [0, 0]), 'transpose: axes: expected each'],
  [
    'slice',
    () => slices.slice(counted(2), { starts: [0], ends: [1], steps: [0] }),
    'slice: steps: expected none that is 0',
  ],
  [
    'stridedSlice',
    () => slices.stridedSlice(counted(2), [0, 0], [1, 1], [1, 1]),
    'stridedSlice: input: expected at least 2 axes, got [2]',
  ],
  ['concat', () => copies.concat([], 0), 'concat: values: expected at least one'],
  [
    'concat',
    () => copies.concat([counted(2, 1), counted(3, 1)], 1),
    'concat: values: expected shapes that differ along axis 1, got [2,1] and [3,1]',
  ],
  ['split', () => slices.split(counted(3), [1, 1], 0), 'split: sizes: expected ones that add up'],
  ['partSizes', () => slices.partSizes(2, 3), 'split: parts: expected 1 to 2, got 3'],
  ['tile', () => copies.tile(counted(3), [1, 1]), 'tile: repeats: expected 1, got 2'],
  ['expand', () => copies.expand(counted(3), [2]), 'expand: shapes: expected ones that fit'],
  ['gather', () => indexed.gather(counted(3), ints([3])), 'gather: indices: expected integers in'],
  ['gatherNd', () => indexed.gatherNd(counted(3), ints([0, 0])), 'gatherNd: indices: expected'],
  [
    'scatterNd',
    () => indexed.scatterNd(counted(3), ints([0], [1, 1]), counted(2)),
    'scatterNd: updates: expected 1 elements, got [2]',
  ],
  ['range', () => indexed.range(0, 1, 0, 'float32'), 'range: expected finite numbers'],
])('%s refuses what it cannot mean', (_, call, message) => {
  expect(call).toThrow(message);
});
