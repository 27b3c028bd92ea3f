import { describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import { maxPool1d, scope, ShapeError, type Tensor } from '../../src/index.js';
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

test.each(golden('pool1d').maxPool1d)('agrees with PyTorch: $name', (c) => {
  scope(() => {
    const x = leaf(c.x, c.xShape);
    const y = maxPool1d(x, c.kernelSize, {
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
    const x = leaf(distinct(54), [2, 9, 3]);
    const options = { stride: 2, padding: 1 };
    checkGradients((v) => maxPool1d(v, 3, options), [x]);
    const y = maxPool1d(x, 3, options);
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
  { x: [1, 10, 1], kernel: 3, options: {}, y: [1, 3, 1] },
  { x: [1, 10, 1], kernel: 3, options: { stride: 1 }, y: [1, 8, 1] },
  { x: [1, 10, 1], kernel: 3, options: { ceilMode: true }, y: [1, 4, 1] },
  { x: [2, 7, 3], kernel: 3, options: { stride: 2, padding: 'same' }, y: [2, 4, 3] },
  { x: [2, 7, 3], kernel: 3, options: { padding: 1 }, y: [2, 3, 3] },
  { x: [2, 7, 3], kernel: 3, options: { stride: 1, padding: [0, 1] }, y: [2, 6, 3] },
  { x: [0, 7, 3], kernel: 3, options: {}, y: [0, 2, 3] },
  { x: [1, 7, 1], kernel: 3, options: { stride: 1, dilation: 2 }, y: [1, 3, 1] },
])('shape $x, kernel $kernel, $options: $y', ({ x, kernel, options, y }) => {
  scope(() => {
    const size = x.reduce((product, axis) => product * axis, 1);
    expect(maxPool1d(floats(new Float32Array(size), x), kernel, options as object).shape).toEqual(
      y,
    );
  });
});

describe('errors are raised before anything is allocated', () => {
  const picture = () => floats(new Float32Array(24), [2, 6, 2]);
  test.each([
    {
      call: () => maxPool1d(floats([1, 2]), 1),
      type: ShapeError,
      message: 'maxPool1d: input: expected 3 axes, got 1 (shape [2])',
    },
    {
      call: () => maxPool1d(fromData('test', [1], [1, 1, 1], 'int32'), 1),
      type: TypeError,
      message: 'maxPool1d: input: expected dtype float32, got int32',
    },
    {
      call: () => maxPool1d(null as never, 1),
      type: TypeError,
      message: 'maxPool1d: input: expected a Tensor, got null',
    },
    {
      call: () => maxPool1d(picture(), NaN),
      type: RangeError,
      message: 'maxPool1d: kernelSize: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool1d(picture(), 2, { stride: NaN }),
      type: RangeError,
      message: 'maxPool1d: stride: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool1d(picture(), 2, { dilation: NaN }),
      type: RangeError,
      message: 'maxPool1d: dilation: expected an integer of at least 1, got NaN',
    },
    {
      call: () => maxPool1d(picture(), 1.5),
      type: RangeError,
      message: 'maxPool1d: kernelSize: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool1d(picture(), 2, { stride: 1.5 }),
      type: RangeError,
      message: 'maxPool1d: stride: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool1d(picture(), 2, { dilation: 1.5 }),
      type: RangeError,
      message: 'maxPool1d: dilation: expected an integer of at least 1, got 1.5',
    },
    {
      call: () => maxPool1d(picture(), -1),
      type: RangeError,
      message: 'maxPool1d: kernelSize: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool1d(picture(), 2, { stride: -1 }),
      type: RangeError,
      message: 'maxPool1d: stride: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool1d(picture(), 2, { dilation: -1 }),
      type: RangeError,
      message: 'maxPool1d: dilation: expected an integer of at least 1, got -1',
    },
    {
      call: () => maxPool1d(picture(), 0),
      type: RangeError,
      message: 'maxPool1d: kernelSize: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool1d(picture(), 2, { stride: 0 }),
      type: RangeError,
      message: 'maxPool1d: stride: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool1d(picture(), 2, { dilation: 0 }),
      type: RangeError,
      message: 'maxPool1d: dilation: expected an integer of at least 1, got 0',
    },
    {
      call: () => maxPool1d(picture(), 2 ** 31),
      type: RangeError,
      message: 'maxPool1d: kernelSize: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool1d(picture(), 2, { stride: 2 ** 31 }),
      type: RangeError,
      message: 'maxPool1d: stride: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool1d(picture(), 2, { dilation: 2 ** 31 }),
      type: RangeError,
      message: 'maxPool1d: dilation: expected an integer below 2^31, got 2147483648',
    },
    {
      call: () => maxPool1d(picture(), 2, { padding: -1 }),
      type: RangeError,
      message: 'maxPool1d: padding: expected an integer of at least 0, got -1',
    },
    {
      call: () => maxPool1d(picture(), 3, { padding: 2 }),
      type: RangeError,
      message:
        'maxPool1d: padding: expected at most half the width 3 of the kernel (dilation included), got 2 and 2',
    },
    {
      call: () => maxPool1d(picture(), 3, { padding: [0, 3] }),
      type: RangeError,
      message:
        'maxPool1d: padding: expected at most half the width 3 of the kernel (dilation included), got 0 and 3',
    },
    {
      call: () => maxPool1d(picture(), 7),
      type: ShapeError,
      message:
        'maxPool1d: width: expected at least 7 for a kernel of 7 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => maxPool1d(picture(), 9, { stride: 2, ceilMode: true }),
      type: ShapeError,
      message:
        'maxPool1d: width: expected at least 9 for a kernel of 9 with dilation 1, got 6 and 0 of padding',
    },
    {
      call: () => maxPool1d(floats([], [1, 0, 2]), 1),
      type: ShapeError,
      message: 'maxPool1d: input: expected at least one pixel and one channel, got [1,1,0,2]',
    },
    {
      call: () => maxPool1d(picture(), 3, { dilation: 2 ** 31 - 1 }),
      type: RangeError,
      message:
        'maxPool1d: width: expected a kernel and a padded input of at most 2147483647, got 4294967295 and 6',
    },
  ])('$message', ({ call, type, message }) => {
    const before = runtime().heap.blocksInUse;
    scope(() => expect(call).toThrow(new type(message)));
    expect(runtime().heap.blocksInUse).toBe(before);
  });
});
