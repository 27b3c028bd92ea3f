import { expect, test } from 'vitest';
import { maxPool1d, maxPool2d, maxPool3d, noGrad, scope, type Tensor } from '../../src/index.js';
import { runtime } from '../../src/runtime/runtime.js';
import { golden } from '../support/golden.js';
import { leaf } from '../support/op.js';
import { SHAPES_1D, SHAPES_2D, testGolden, testGradient, testShapes } from '../support/pool-op.js';
import {
  dilationErrors1d,
  dilationErrors2d,
  testErrors1d,
  testErrors2d,
} from '../support/pool-op-errors.js';
import { floats } from '../support/tensors.js';

testGolden(golden('pool1d').maxPool1d, 0, (x, c) => {
  const { stride, padding, ceilMode, dilation } = c;
  return maxPool1d(x, c.kernelSize, { stride, padding, ceilMode, dilation });
});

testGolden(golden('pool2d').maxPool2d, 0, (x, c) => {
  const { stride, padding, ceilMode, dilation } = c;
  return maxPool2d(x, c.kernelSize, { stride, padding, ceilMode, dilation });
});

testGradient([2, 6, 5, 3], (x) => maxPool2d(x, [3, 2], { stride: [2, 1], padding: 1 }));

testGradient([2, 9, 3], (x) => maxPool1d(x, 3, { stride: 2, padding: 1 }));

testShapes<number, object>(maxPool1d, [
  ...SHAPES_1D,
  { x: [1, 7, 1], kernel: 3, options: { stride: 1, dilation: 2 }, y: [1, 3, 1] },
]);

testShapes<number | readonly number[], object>(maxPool2d, [
  ...SHAPES_2D,
  { x: [1, 7, 7, 1], kernel: 3, options: { stride: 1, dilation: 2 }, y: [1, 3, 3, 1] },
]);

test('the gradient of windows that are negative altogether does not vanish', () => {
  // A kernel whose maximum starts at 0, or that treats padding as 0, loses it.
  scope(() => {
    const x = leaf([-4, -3, -2, -1], [1, 2, 2, 1]);
    const y = maxPool2d(x, 3, { stride: 1, padding: 1 });
    expect([...y.data()]).toEqual([-1, -1, -1, -1]);
    y.backward(floats([1, 2, 4, 8], [1, 2, 2, 1]));
    expect([...x.grad!.data()]).toEqual([0, 0, 0, 15]);
  });
});

test('the indices live as long as the output, and no longer', () => {
  const { heap } = runtime();
  const before = heap.bytesInUse;
  const x = leaf([1, 4, 2, 3], [1, 2, 2, 1]);
  const y = scope(() => maxPool2d(x, 2));
  scope(() => {
    floats(new Float32Array(64).fill(3));
    y.backward(floats([5], [1, 1, 1, 1]));
  });
  expect([...x.grad!.data()]).toEqual([0, 5, 0, 0]);
  const inUse = heap.bytesInUse;
  const detached = x.detach();
  const inference = maxPool2d(detached, 2);
  const needed = heap.bytesInUse - inUse;
  const plain = floats([4], [1, 1, 1, 1]);
  expect(heap.bytesInUse - inUse).toBe(2 * needed);
  for (const each of [plain, inference, detached]) each.dispose();
  y.dispose();
  x.dispose();
  expect(heap.bytesInUse).toBe(before);
});

test('indices outlive the call of which the output alone is kept', () => {
  const x = leaf([1, 4, 2, 3], [1, 1, 2, 2, 1]);
  const y = scope(() => {
    const [output, indices] = maxPool3d(x, [1, 2, 2], { returnIndices: true });
    expect([...indices.data()]).toEqual([1]);
    return output;
  });
  scope(() => y.backward(floats([5], [1, 1, 1, 1, 1])));
  expect([...x.grad!.data()]).toEqual([0, 5, 0, 0]);
  for (const each of [x, y]) each.dispose();
});

testErrors1d('maxPool1d', maxPool1d, dilationErrors1d('maxPool1d', maxPool1d));

testErrors2d('maxPool2d', maxPool2d, dilationErrors2d('maxPool2d', maxPool2d));

test('without a gradient there are no indices', () => {
  const { heap } = runtime();
  const bytesOf = (pool: () => Tensor) => {
    const before = heap.bytesInUse;
    const y = pool();
    const bytes = heap.bytesInUse - before;
    expect([...y.data()]).toEqual([4, NaN]);
    y.dispose();
    return bytes;
  };
  const x = leaf([1, 4, 2, 3, 1, NaN, 2, 3], [2, 2, 2, 1]);
  const recorded = bytesOf(() => maxPool2d(x, 2));
  expect(bytesOf(() => noGrad(() => maxPool2d(x, 2)))).toBeLessThan(recorded);
  x.requiresGrad = false;
  expect(bytesOf(() => maxPool2d(x, 2))).toBeLessThan(recorded);
  x.dispose();
});
