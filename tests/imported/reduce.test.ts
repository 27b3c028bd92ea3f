// Functions along axes of values: on the host, and on tensors with their axes in any order.
import { describe, expect, test } from 'vitest';
import {
  argReduce,
  cumsum,
  logSoftmax,
  reduce,
  type ReductionName,
  softmax,
  topk,
} from '../../src/imported/ops/reduce.js';
import { type ElementType, type Order, Value } from '../../src/imported/value.js';
import { scope } from '../../src/tensor.js';

const SHAPE = [2, 3, 4];
const DATA = Array.from({ length: 24 }, (_, i) => ((7 * i) % 11) - 4);
const ORDERS: Order[] = [
  [0, 1, 2],
  [0, 2, 1],
  [2, 0, 1],
];

const host = (numbers: number[], shape: number[], dtype: ElementType = 'float32') =>
  Value.host(numbers, shape, dtype);
const onTensor = (value: Value, order: Order) => Value.of(value.tensor(order), order, value.dtype);
const list = (value: Value) => Array.from(value.numbers());
const forms = (x: Value) => [x, ...ORDERS.map((order) => onTensor(x, order))];

const total = (x: number[]) => x.reduce((a, b) => a + b, 0);
const EXPECTED: Record<ReductionName, (x: number[]) => number> = {
  sum: total,
  mean: (x) => total(x) / x.length,
  max: (x) => Math.max(...x),
  min: (x) => Math.min(...x),
  prod: (x) => x.reduce((a, b) => a * b, 1),
  l1: (x) => total(x.map(Math.abs)),
  l2: (x) => Math.hypot(...x),
  logSum: (x) => Math.log(total(x)),
  logSumExp: (x) => Math.log(total(x.map(Math.exp))),
  sumSquare: (x) => total(x.map((v) => v * v)),
  all: (x) => Number(x.every(Boolean)),
  any: (x) => Number(x.some(Boolean)),
};

/** The elements of [2, 3, 4] that are alike in all axes but those. */
function grouped(axes: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  DATA.forEach((value, i) => {
    const place = [Math.floor(i / 12), Math.floor(i / 4) % 3, i % 4];
    const key = place.filter((_, axis) => !axes.includes(axis)).join();
    groups.set(key, [...(groups.get(key) ?? []), value]);
  });
  return [...groups.values()];
}

describe('reduce', () => {
  for (const name of Object.keys(EXPECTED) as ReductionName[]) {
    test.each([[[0]], [[1]], [[2]], [[0, 2]], [[1, 2]], [[0, 1, 2]]])(`${name} over %j`, (axes) => {
      const expected = grouped(axes).map(EXPECTED[name]);
      scope(() => {
        for (const x of forms(host(DATA, SHAPE))) {
          const y = reduce(name, x, axes, false);
          expect(y.shape).toEqual(SHAPE.filter((_, axis) => !axes.includes(axis)));
          expect(y.dtype).toBe(name === 'all' || name === 'any' ? 'bool' : 'float32');
          const kept = reduce(
            name,
            x,
            axes.map((axis) => axis - 3),
            true,
          );
          expect(kept.shape).toEqual(SHAPE.map((size, axis) => (axes.includes(axis) ? 1 : size)));
          for (const [i, value] of list(y).entries()) {
            const error = Math.abs(value - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
            const isSame = error < 1e-5 || Object.is(value, expected[i]);
            expect(isSame, `${value}, expected ${expected[i]}`).toBe(true);
            expect(list(kept)[i]).toBe(value);
          }
        }
      });
    });
  }

  test('of all axes where none are given', () => {
    scope(() => {
      for (const x of forms(host(DATA, SHAPE))) {
        expect(list(reduce('sum', x, undefined, false))).toEqual([total(DATA)]);
        expect(reduce('sum', x, undefined, true).shape).toEqual([1, 1, 1]);
      }
    });
  });

  test('means of integers are cut off', () => {
    scope(() => {
      for (const x of forms(
        host(
          DATA.map((v) => v - 3),
          SHAPE,
          'int32',
        ),
      )) {
        expect(list(reduce('mean', x, undefined, false))).toEqual([
          Math.trunc(total(DATA) / 24 - 3),
        ]);
      }
    });
  });

  test('of no elements the largest is -∞ and the least ∞', () => {
    scope(() => {
      const none = host([], [2, 0]);
      for (const x of [none, onTensor(none, [0, 1])]) {
        expect(list(reduce('max', x, [1], false))).toEqual([-Infinity, -Infinity]);
        expect(list(reduce('min', x, [1], true))).toEqual([Infinity, Infinity]);
        expect(list(reduce('logSumExp', x, [1], false))).toEqual([-Infinity, -Infinity]);
        expect(list(reduce('prod', x, [1], false))).toEqual([1, 1]);
      }
    });
  });

  test('axes that are not there are an error', () => {
    expect(() => reduce('sum', host(DATA, SHAPE), [3], false)).toThrow(
      'sum: axes[0]: expected an integer in [-3, 3), got 3',
    );
  });
});

describe('along one axis', () => {
  test('argmax and argmin: the first of equal ones, or the last', () => {
    const x = host([1, 5, 5, 0, 0, 2], [2, 3]);
    scope(() => {
      for (const value of [x, onTensor(x, [0, 1]), onTensor(x, [1, 0])]) {
        const of = (name: 'argmax' | 'argmin', axis: number, selectLast = false) =>
          argReduce(name, value, { axis, keepDims: false, selectLast });
        expect(list(of('argmax', 1))).toEqual([1, 2]);
        expect(list(of('argmax', 1, true))).toEqual([2, 2]);
        expect(list(of('argmin', -1, true))).toEqual([0, 1]);
        expect(list(of('argmin', 0))).toEqual([1, 1, 1]);
        expect(of('argmax', 1).dtype).toBe('int64');
        const kept = argReduce('argmax', value, { axis: 0, keepDims: true, dtype: 'int32' });
        expect(kept.shape).toEqual([1, 3]);
        expect(kept.dtype).toBe('int32');
      }
    });
  });

  test.each([0, 1, 2, -1])('softmax and logSoftmax along %d', (axis) => {
    const groups = grouped([axis < 0 ? axis + 3 : axis]);
    const sums = groups.map((group) => total(group.map(Math.exp)));
    scope(() => {
      for (const x of forms(host(DATA, SHAPE))) {
        const y = softmax(x, axis);
        expect(y.shape).toEqual(SHAPE);
        expect(list(reduce('sum', y, [axis], false)).every((sum) => Math.abs(sum - 1) < 1e-5)).toBe(
          true,
        );
        const largest = list(reduce('max', y, [axis], false));
        groups.forEach((group, i) => {
          expect(largest[i]).toBeCloseTo(Math.exp(Math.max(...group)) / sums[i]!, 5);
        });
        const logs = list(logSoftmax(x, axis));
        list(y).forEach((p, i) => expect(logs[i]).toBeCloseTo(Math.log(p), 4));
      }
    });
  });

  test('topk gives the largest or the least with their places', () => {
    const x = host([3, 1, 2, 9, 8, 7], [2, 3]);
    scope(() => {
      for (const value of [x, onTensor(x, [1, 0])]) {
        const { values, indices } = topk(value, 2, { axis: 1 });
        expect([list(values), list(indices)]).toEqual([
          [3, 2, 9, 8],
          [0, 2, 0, 1],
        ]);
        expect(indices.dtype).toBe('int64');
        expect(list(topk(value, 1, { axis: 0, largest: false }).values)).toEqual([3, 1, 2]);
      }
    });
  });

  test('cumsum', () => {
    const x = host([1, 2, 3, 4, 5, 6], [2, 3]);
    scope(() => {
      for (const value of [x, onTensor(x, [1, 0])]) {
        const sums = (axis: number, exclusive: boolean, reverse: boolean) =>
          list(cumsum(value, axis, { exclusive, reverse }));
        expect(sums(1, false, false)).toEqual([1, 3, 6, 4, 9, 15]);
        expect(sums(-1, true, false)).toEqual([0, 1, 3, 0, 4, 9]);
        expect(sums(0, false, true)).toEqual([5, 7, 9, 4, 5, 6]);
      }
    });
  });
});
