import { expect, test } from 'vitest';
import { cast, tensor } from '../../src/index.js';
import { expectError } from '../support/memory.js';
import { castForward } from '../support/reference/map.js';

test('cuts off what is behind the point', () => {
  const values = [0, -0.9, 1.5, -2.5, 2 ** 31, -(2 ** 33) - 2048, NaN];
  const y = cast(tensor(values), 'int32');
  expect(y.dtype).toBe('int32');
  expect(y.data()).toEqual(castForward(values));
  expect(cast(y, 'float32').data()).toEqual(Float32Array.from(castForward(values)));
});

test('knows two element types', () => {
  const x = tensor([1]);
  expectError(
    () => cast(x, 'int64' as never),
    TypeError,
    "cast: dtype: expected 'float32' or 'int32', got \"int64\"",
  );
});
