import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { avgPool2d, scope, ShapeError, type Tensor } from '../../src/index.js';
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

test.each(golden('pool2d').avgPool2d)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x, c.xShape);
    const y = avgPool2d(x, c.kernelSize, {
      stride: c.stride,
      padding: c.padding,
      ceilMode: c.ceilMode,
      countIncludePad: c.countIncludePad,
    });
    expect(y.shape).toEqual(c.yShape);
    expectClose(y.data(), c.y, { relative: 3e-7, label: 'y' });
    y.backward(floats(c.dy, c.yShape));
    expectClose(x.grad!.data(), c.dx, { relative: 2e-7, label: 'dx' });
  });
});

test('gradient check, with fan-out', () => {
  scope(() => {
    const x = leaf(distinct(180), [2, 6, 5, 3]);
    const options = { stride: [2, 1], padding: 1 };
    checkGradients((v) => avgPool2d(v, [3, 2], options), [x]);
    const y = avgPool2d(x, [3, 2], options);
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
])('shape $x, kernel $kernel, $options: $y', ({ x, kernel, options, y }) => {
  scope(() => {
    const size = x.reduce((product, axis) => product * axis, 1);
    expect(avgPool2d(floats(new Float32Array(size), x), kernel, options as object).shape).toEqual(
      y,
    );
  });
});

describe('errors are raised before anything is allocated', () => {
  const picture = () => floats(new Float32Array(144), [2, 6, 6, 2]);
  test.each([
    {
      call: () => avgPool2d(floats([1, 2]), 1),
      type: ShapeError,
      message: 'avgPool2d: input: expected 4 axes, got 1 (shape [2])',
    },
    {
      call: () => avgPool2d(fromData('test', [1], [1, 1, 1, 1], 'int32'), 1),
      type: TypeError,
      message: 'avgPool2d: input: expected dtype float32, got int32',
    },
    {
      call: () => avgPool2d(null as never, 1),
      type: TypeError,
      message: 'avgPool2d: input: expected a Tensor, got null',
    },
    {
      call: () => avgPool2d(picture(), NaN),
      type: RangeError,
      message: 'avgPool2d: kernelSize: expected an integer of at least 1, got NaN',
    },
    {
      call: () => avgPool2d(picture(), 2, { stride: NaN }),
      type: RangeError,
      message: 'avgPool2d: stride: expected an integer of at least 1, got NaN',
    },
    {
      call: () => avgPool2d(picture(), 1.5),
      type: RangeError,
      message: 'avgPool2d: kernelSize: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => avgPool2d(picture(), 2, { stride: 1.5 }),
      type: RangeError,
      message: 'avgPool2d: stride: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => avgPool2d(picture(), -1),
      type: RangeError,
      message: 'avgPool2d: kernelSize: expected an integer of at least 1, got -1',
    },
    {
      call: () => avgPool2d(picture(), 2, { stride: -1 }),
      type: RangeError,
      message: 'avgPool2d: stride: expected an integer of at least 1, got -1',
    },
    {
      call: () => avgPool2d(picture(), 0),
      type: RangeError,
      message: 'avgPool2d: kernelSize: expected an integer of at least 1, got 0',
    },
    {
      call: () => avgPool2d(picture(), 2, { stride: 0 }),
      type: RangeError,
      message: 'avgPool2d: stride: expected an integer of at least 1, got 0',
    },
    {
      call: () => avgPool2d(picture(), 2 ** 31),
      type: RangeError,
      message: 'avgPool2d: kernelSize: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => avgPool2d(picture(), 2, { stride: 2 ** 31 }),
      type: RangeError,
      message: 'avgPool2d: stride: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => avgPool2d(picture(), 2, { padding: -1 }),
      type: RangeError,
      message: 'avgPool2d: padding: expected an integer of at least 0, got -1',
    },
    {
      call: () => avgPool2d(picture(), 3, { padding: 2 }),
      type: RangeError,
      message:
        'avgPool2d: padding: expected at most half the height 3 of the kernel (dilation included), got 2 and 2',
    },
    {
      call: () => avgPool2d(picture(), 3, { padding: [0, 0, 0, 3] }),
      type: RangeError,
      message:
        'avgPool2d: padding: expected at most half the width 3 of the kernel (dilation included), got 0 and 3',
    },
    {
      call: () => avgPool2d(picture(), 7),
      type: ShapeError,
      message:
        'avgPool2d: height: expected at least 7 for a kernel of 7 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => avgPool2d(picture(), 9, { stride: 2, ceilMode: true }),
      type: ShapeError,
      message:
        'avgPool2d: height: expected at least 9 for a kernel of 9 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => avgPool2d(picture(), [1, 2, 3]),
      type: TypeError,
      message: 'avgPool2d: kernelSize: expected an integer or [height, width], got [1, 2, 3]',
    },
    {
      call: () => avgPool2d(picture(), undefined as never),
      type: TypeError,
      message: 'avgPool2d: kernelSize: expected an integer or [height, width], got undefined',
    },
    {
      call: () => avgPool2d(floats([], [1, 0, 3, 2]), 1),
      type: ShapeError,
      message: 'avgPool2d: input: expected at least one pixel and one channel, got [1,0,3,2]',
    },
  ])('$message', ({ call, type, message }) => {
    const before = runtime().heap.blocksInUse;
    scope(() => expect(call).toThrow(new type(message)));
    expect(runtime().heap.blocksInUse).toBe(before);
  });
});
