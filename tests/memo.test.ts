import { expect, test } from 'vitest';
import { interned, type Memo, recall } from '../src/memo.js';

interface Sizes {
  height: number;
  width: number;
}

test('recall computes once for each key', () => {
  const keys: object[] = [];
  const memo: Memo<object, number> = { compute: (key) => keys.push(key) };
  const [a, b] = [{}, {}];
  expect([a, b, a, b].map((key) => recall(memo, key))).toEqual([1, 2, 1, 2]);
  expect(keys).toEqual([a, b]);
});

test('interned gives equal sizes one frozen object', () => {
  const table: Sizes[] = [];
  const first = interned(table, { height: 2, width: 3 });
  expect(Object.isFrozen(first)).toBe(true);
  expect(interned(table, { height: 2, width: 3 })).toBe(first);
  expect(interned(table, { height: 3, width: 2 })).toEqual({ height: 3, width: 2 });
});

test('interned never takes different sizes for equal, however many there are', () => {
  const table: Sizes[] = [];
  for (let round = 0; round < 2; round++) {
    for (let height = 0; height < 40; height++) {
      for (const width of [0, 1, 31, 2 ** 31 - 1]) {
        expect(interned(table, { height, width })).toEqual({ height, width });
      }
    }
  }
});
