// The error messages that the ops of all pools have in common.

import { describe, test } from 'vitest';
import { ShapeError } from '../../src/errors.js';
import { fromData, scope, type Tensor } from '../../src/tensor.js';
import { expectError } from './memory.js';
import { floats } from './tensors.js';

type Pool<Options> = (x: Tensor, kernelSize: number, options?: Options) => Tensor;
type Pool1d = Pool<{ stride?: number; padding?: number | readonly number[]; ceilMode?: boolean }>;
type Pool2d = (
  x: Tensor,
  kernelSize: number | readonly number[],
  options?: NonNullable<Parameters<Pool1d>[2]>,
) => Tensor;

interface ErrorCase {
  readonly input: () => Tensor;
  readonly call: (x: Tensor) => Tensor;
  readonly type: new (message: string) => Error;
  readonly message: string;
}

const signal = () => floats(new Float32Array(24), [2, 6, 2]);
const picture = () => floats(new Float32Array(144), [2, 6, 6, 2]);

/** The tests of what every 1-D pool refuses, and of `more`. */
export function testErrors1d(op: string, pool: Pool1d, more: readonly ErrorCase[] = []): void {
  testErrors([
    ...inputErrors(op, pool, 3),
    {
      input: () => floats([], [1, 0, 2]),
      call: (x) => pool(x, 1),
      type: ShapeError,
      message: `${op}: input: expected at least one pixel and one channel, got [1,0,2]`,
    },
    ...windowErrors(op, pool, signal, 'width'),
    rightPaddingError(op, signal, (x) => pool(x, 3, { padding: [0, 3] })),
    ...more,
  ]);
}

/** The tests of what every 2-D pool refuses, and of `more`. */
export function testErrors2d(op: string, pool: Pool2d, more: readonly ErrorCase[] = []): void {
  testErrors([
    ...inputErrors(op, pool, 4),
    {
      input: () => floats([], [1, 0, 3, 2]),
      call: (x) => pool(x, 1),
      type: ShapeError,
      message: `${op}: input: expected at least one pixel and one channel, got [1,0,3,2]`,
    },
    ...windowErrors(op, pool, picture, 'height'),
    rightPaddingError(op, picture, (x) => pool(x, 3, { padding: [0, 0, 0, 3] })),
    {
      input: picture,
      call: (x) => pool(x, [1, 2, 3]),
      type: TypeError,
      message: `${op}: kernelSize: expected an integer or [height, width], got [1, 2, 3]`,
    },
    {
      input: picture,
      call: (x) => pool(x, undefined as never),
      type: TypeError,
      message: `${op}: kernelSize: expected an integer or [height, width], got undefined`,
    },
    ...more,
  ]);
}

/** What every 1-D pool with dilation refuses. */
export function dilationErrors1d(op: string, pool: Pool<{ dilation?: number }>): ErrorCase[] {
  return dilationErrors(op, pool, signal, 'width');
}

/** What every 2-D pool with dilation refuses. */
export function dilationErrors2d(op: string, pool: Pool<{ dilation?: number }>): ErrorCase[] {
  return dilationErrors(op, pool, picture, 'height');
}

function testErrors(cases: readonly ErrorCase[]): void {
  describe('errors are raised before anything is allocated', () => {
    test.each(cases)('$message', ({ input, call, type, message }) => {
      scope(() => {
        const x = input();
        expectError(() => call(x), type, message);
      });
    });
  });
}

function inputErrors(op: string, pool: Pool1d, rank: number): ErrorCase[] {
  return [
    {
      input: () => floats([1, 2]),
      call: (x) => pool(x, 1),
      type: ShapeError,
      message: `${op}: input: expected ${rank} axes, got 1 (shape [2])`,
    },
    {
      input: () => fromData('test', [1], Array<number>(rank).fill(1), 'int32'),
      call: (x) => pool(x, 1),
      type: TypeError,
      message: `${op}: input: expected dtype float32, got int32`,
    },
    {
      input: () => null as never,
      call: (x) => pool(x, 1),
      type: TypeError,
      message: `${op}: input: expected a Tensor, got null`,
    },
  ];
}

/** `axis` is the one that is checked first; the input has 6 pixels along it. */
function windowErrors(
  op: string,
  pool: Pool1d,
  input: () => Tensor,
  axis: 'height' | 'width',
): ErrorCase[] {
  const tooLarge = (kernel: number) =>
    `${op}: ${axis}: expected at least ${kernel} for a kernel of ${kernel} with dilation 1, got 6 and 0 of padding`;
  return [
    ...sizeErrors(op, 'kernelSize', input, (x, kernelSize) => pool(x, kernelSize)),
    ...sizeErrors(op, 'stride', input, (x, stride) => pool(x, 2, { stride })),
    {
      input,
      call: (x) => pool(x, 2, { padding: -1 }),
      type: RangeError,
      message: `${op}: padding: expected an integer of at least 0, got -1`,
    },
    {
      input,
      call: (x) => pool(x, 3, { padding: 3 }),
      type: RangeError,
      message: `${op}: padding: expected less than the ${axis} 3 of the kernel (dilation included), got 3 and 3`,
    },
    { input, call: (x) => pool(x, 7), type: ShapeError, message: tooLarge(7) },
    {
      input,
      call: (x) => pool(x, 9, { stride: 2, ceilMode: true }),
      type: ShapeError,
      message: tooLarge(9),
    },
  ];
}

function rightPaddingError(
  op: string,
  input: () => Tensor,
  call: (x: Tensor) => Tensor,
): ErrorCase {
  return {
    input,
    call,
    type: RangeError,
    message: `${op}: padding: expected less than the width 3 of the kernel (dilation included), got 0 and 3`,
  };
}

function dilationErrors(
  op: string,
  pool: Pool<{ dilation?: number }>,
  input: () => Tensor,
  axis: 'height' | 'width',
): ErrorCase[] {
  return [
    ...sizeErrors(op, 'dilation', input, (x, dilation) => pool(x, 2, { dilation })),
    {
      input,
      call: (x) => pool(x, 3, { dilation: 2 ** 31 - 1 }),
      type: RangeError,
      message: `${op}: ${axis}: expected a kernel and a padded input of at most 2147483647, got 4294967295 and 6`,
    },
  ];
}

function sizeErrors(
  op: string,
  argument: string,
  input: () => Tensor,
  call: (x: Tensor, size: number) => Tensor,
): ErrorCase[] {
  const error = (size: number, expected: string): ErrorCase => ({
    input,
    call: (x) => call(x, size),
    type: RangeError,
    message: `${op}: ${argument}: expected an integer ${expected}, got ${size}`,
  });
  return [
    ...[NaN, 1.5, -1, 0].map((size) => error(size, 'of at least 1')),
    error(2 ** 31, 'below 2^31'),
  ];
}
