import { expect, test } from 'vitest';
import { interned, memoized } from '../src/memoized.js';

test('memoized calls once for each key', () => {
  const keys: object[] = [];
  const of = memoized((key: object) => keys.push(key));
  const [a, b] = [{}, {}];
  expect([of(a), of(b), of(a), of(b)]).toEqual([1, 2, 1, 2]);
  expect(keys).toEqual([a, b]);
});

test('interned gives equal sizes one frozen object', () => {
  const intern = interned<{ height: number; width: number }>();
  const first = intern({ height: 2, width: 3 });
  expect(Object.isFrozen(first)).toBe(true);
  expect(intern({ height: 2, width: 3 })).toBe(first);
  expect(intern({ height: 3, width: 2 })).toEqual({ height: 3, width: 2 });
});

test('interned never takes different sizes for equal, however many there are', () => {
  const intern = interned<{ height: number; width: number }>();
  for (let round = 0; round < 2; round++) {
    for (let height = 0; height < 40; height++) {
      for (const width of [0, 1, 31, 2 ** 31 - 1]) {
        expect(intern({ height, width })).toEqual({ height, width });
      }
    }
  }
});
