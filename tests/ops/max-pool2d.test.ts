import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { maxPool2d, scope, ShapeError, type Tensor } from '../../src/index.js';
import { Random } from '../../src/random.js';
import { runtime } from '../../src/runtime/runtime.js';
import { fromData } from '../../src/tensor.js';
import { expectClose } from '../support/compare.js';
import { golden } from '../support/golden.js';
import { floats } from '../support/tensors.js';

function leaf(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  const result = floats(values, shape);
  result.requiresGrad = true;
  return result;
}

/** Different multiples of 1/8 in random order: a step of 0.01 moves no maximum. */
function distinct(count: number): number[] {
  const values = Array.from({ length: count }, (_, i) => (i - count / 2) / 8);
  new Random(9).shuffle(values);
  return values;
}

test.each(golden('pool2d').maxPool2d)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x, c.xShape);
    const y = maxPool2d(x, c.kernelSize, {
      stride: c.stride,
      padding: c.padding,
      ceilMode: c.ceilMode,
      dilation: c.dilation,
    });
    expect(y.shape).toEqual(c.yShape);
    expectClose(y.data(), c.y, { relative: 0, label: 'y' });
    y.backward(floats(c.dy, c.yShape));
    expectClose(x.grad!.data(), c.dx, { relative: 2e-7, label: 'dx' });
  });
});

test('gradient check, with fan-out', () => {
  scope(() => {
    const x = leaf(distinct(180), [2, 6, 5, 3]);
    const options = { stride: [2, 1], padding: 1 };
    checkGradients((v) => maxPool2d(v, [3, 2], options), [x]);
    const y = maxPool2d(x, [3, 2], options);
    const dy = floats(distinct(y.size), y.shape);
    y.backward(dy);
    const once = x.grad!.data();
    y.backward(dy);
    expectClose(
      x.grad!.data(),
      once.map((v) => 2 * v),
      { relative: 2e-7, label: 'twice' },
    );
  });
});

test.each([
  { x: [1, 4, 4, 1], kernel: 2, options: {}, y: [1, 2, 2, 1] },
  { x: [1, 5, 4, 1], kernel: 2, options: {}, y: [1, 2, 2, 1] },
  { x: [1, 5, 5, 2], kernel: 2, options: { ceilMode: true }, y: [1, 3, 3, 2] },
  { x: [3, 5, 7, 2], kernel: 3, options: { stride: 1 }, y: [3, 3, 5, 2] },
  { x: [3, 5, 7, 2], kernel: 3, options: { stride: 1, padding: 'same' }, y: [3, 5, 7, 2] },
  { x: [3, 5, 7, 2], kernel: 3, options: { stride: 2, padding: 'same' }, y: [3, 3, 4, 2] },
  { x: [3, 5, 7, 2], kernel: 3, options: { padding: 'valid' }, y: [3, 1, 2, 2] },
  { x: [1, 6, 6, 1], kernel: [2, 3], options: { stride: [1, 2] }, y: [1, 5, 2, 1] },
  { x: [1, 6, 6, 1], kernel: 3, options: { padding: [1, 0, 0, 1] }, y: [1, 2, 2, 1] },
  { x: [0, 6, 6, 1], kernel: 2, options: {}, y: [0, 3, 3, 1] },
  { x: [1, 1, 1, 4], kernel: 3, options: { padding: 1 }, y: [1, 1, 1, 4] },
  { x: [1, 3, 3, 1], kernel: 4, options: { ceilMode: true, stride: 2 }, y: [1, 1, 1, 1] },
  {
    x: [1, 5, 5, 1],
    kernel: 2,
    options: { stride: 3, padding: 1, ceilMode: true },
    y: [1, 2, 2, 1],
  },
  { x: [1, 7, 7, 1], kernel: 3, options: { stride: 1, dilation: 2 }, y: [1, 3, 3, 1] },
])('shape $x, kernel $kernel, $options: $y', ({ x, kernel, options, y }) => {
  scope(() => {
    const size = x.reduce((product, axis) => product * axis, 1);
    expect(maxPool2d(floats(new Float32Array(size), x), kernel, options as object).shape).toEqual(
      y,
    );
  });
});

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

describe('errors are raised before anything is allocated', () => {
  const picture = () => floats(new Float32Array(144), [2, 6, 6, 2]);
  test.each([
    {
      call: () => maxPool2d(floats([1, 2]), 1),
      type: ShapeError,
      message: 'maxPool2d: input: expected 4 axes, got 1 (shape [2])',
    },
    {
      call: () => maxPool2d(fromData('test', [1], [1, 1, 1, 1], 'int32'), 1),
      type: TypeError,
      message: 'maxPool2d: input: expected dtype float32, got int32',
    },
    {
      call: () => maxPool2d(null as never, 1),
      type: TypeError,
      message: 'maxPool2d: input: expected a Tensor, got null',
    },
    {
      call: () => maxPool2d(picture(), NaN),
      type: RangeError,
      message: 'maxPool2d: kernelSize: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool2d(picture(), 2, { stride: NaN }),
      type: RangeError,
      message: 'maxPool2d: stride: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool2d(picture(), 2, { dilation: NaN }),
      type: RangeError,
      message: 'maxPool2d: dilation: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool2d(picture(), 1.5),
      type: RangeError,
      message: 'maxPool2d: kernelSize: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool2d(picture(), 2, { stride: 1.5 }),
      type: RangeError,
      message: 'maxPool2d: stride: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool2d(picture(), 2, { dilation: 1.5 }),
      type: RangeError,
      message: 'maxPool2d: dilation: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool2d(picture(), -1),
      type: RangeError,
      message: 'maxPool2d: kernelSize: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool2d(picture(), 2, { stride: -1 }),
      type: RangeError,
      message: 'maxPool2d: stride: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool2d(picture(), 2, { dilation: -1 }),
      type: RangeError,
      message: 'maxPool2d: dilation: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool2d(picture(), 0),
      type: RangeError,
      message: 'maxPool2d: kernelSize: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool2d(picture(), 2, { stride: 0 }),
      type: RangeError,
      message: 'maxPool2d: stride: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool2d(picture(), 2, { dilation: 0 }),
      type: RangeError,
      message: 'maxPool2d: dilation: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool2d(picture(), 2 ** 31),
      type: RangeError,
      message: 'maxPool2d: kernelSize: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool2d(picture(), 2, { stride: 2 ** 31 }),
      type: RangeError,
      message: 'maxPool2d: stride: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool2d(picture(), 2, { dilation: 2 ** 31 }),
      type: RangeError,
      message: 'maxPool2d: dilation: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool2d(picture(), 2, { padding: -1 }),
      type: RangeError,
      message: 'maxPool2d: padding: expected an integer of at least 0, got -1',
    },
    {
      call: () => maxPool2d(picture(), 3, { padding: 2 }),
      type: RangeError,
      message:
        'maxPool2d: padding: expected at most half the height 3 of the kernel (dilation included), got 2 and 2',
    },
    {
      call: () => maxPool2d(picture(), 3, { padding: [0, 0, 0, 3] }),
      type: RangeError,
      message:
        'maxPool2d: padding: expected at most half the width 3 of the kernel (dilation included), got 0 and 3',
    },
    {
      call: () => maxPool2d(picture(), 7),
      type: ShapeError,
      message:
        'maxPool2d: height: expected at least 7 for a kernel of 7 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => maxPool2d(picture(), 9, { stride: 2, ceilMode: true }),
      type: ShapeError,
      message:
        'maxPool2d: height: expected at least 9 for a kernel of 9 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => maxPool2d(picture(), [1, 2, 3]),
      type: TypeError,
      message: 'maxPool2d: kernelSize: expected an integer or [height, width], got [1, 2, 3]',
    },
    {
      call: () => maxPool2d(picture(), undefined as never),
      type: TypeError,
      message: 'maxPool2d: kernelSize: expected an integer or [height, width], got undefined',
    },
    {
      call: () => maxPool2d(floats([], [1, 0, 3, 2]), 1),
      type: ShapeError,
      message: 'maxPool2d: input: expected at least one pixel and one channel, got [1,0,3,2]',
    },
    {
      call: () => maxPool2d(picture(), 3, { dilation: 2 ** 31 - 1 }),
      type: RangeError,
      message:
        'maxPool2d: height: expected a kernel and a padded input of at most 2147483647, got 4294967295 and 6',
    },
  ])('$message', ({ call, type, message }) => {
    const before = runtime().heap.blocksInUse;
    scope(() => expect(call).toThrow(new type(message)));
    expect(runtime().heap.blocksInUse).toBe(before);
  });
});
