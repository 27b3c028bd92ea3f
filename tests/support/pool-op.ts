// What the op tests of all pools have in common.

import { expect, test } from 'vitest';
import { checkGradients } from '../../src/check-gradients.js';
import type { AvgPool1dOptions } from '../../src/ops/pool/avg-pool.js';
import type { AvgPool2dOptions } from '../../src/ops/pool/avg-pool.js';
import type { MaxPool1dOptions } from '../../src/ops/pool/max-pool.js';
import type { MaxPool2dOptions } from '../../src/ops/pool/max-pool.js';
import { Random } from '../../src/random.js';
import { type Shape, sizeOf } from '../../src/shape.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectClose } from './compare.js';
import type { AvgPool1dCase, AvgPool2dCase, MaxPool1dCase, MaxPool2dCase } from './golden.js';
import { leaf } from './op.js';
import { floats } from './tensors.js';

type Pool<KernelSize, Options> = (x: Tensor, kernelSize: KernelSize, options?: Options) => Tensor;
type Pair = number | readonly number[];
type Options1d = Omit<AvgPool1dOptions & MaxPool1dOptions, 'countIncludePad' | 'dilation'>;
type Options2d = Omit<AvgPool2dOptions & MaxPool2dOptions, 'countIncludePad' | 'dilation'>;

type GoldenCase = AvgPool1dCase | AvgPool2dCase | MaxPool1dCase | MaxPool2dCase;

interface ShapeCase<KernelSize, Options> {
  readonly x: Shape;
  readonly kernel: KernelSize;
  readonly options: Options;
  readonly y: Shape;
}

/** Output shapes of every 1-D pool. */
export const SHAPES_1D: readonly ShapeCase<number, Options1d>[] = [
  { x: [1, 10, 1], kernel: 3, options: {}, y: [1, 3, 1] },
  { x: [1, 10, 1], kernel: 3, options: { stride: 1 }, y: [1, 8, 1] },
  { x: [1, 10, 1], kernel: 3, options: { ceilMode: true }, y: [1, 4, 1] },
  { x: [2, 7, 3], kernel: 3, options: { stride: 2, padding: 'same' }, y: [2, 4, 3] },
  { x: [2, 7, 3], kernel: 3, options: { padding: 1 }, y: [2, 3, 3] },
  { x: [2, 7, 3], kernel: 3, options: { stride: 1, padding: [0, 1] }, y: [2, 6, 3] },
  { x: [0, 7, 3], kernel: 3, options: {}, y: [0, 2, 3] },
];

/** Output shapes of every 2-D pool. */
export const SHAPES_2D: readonly ShapeCase<Pair, Options2d>[] = [
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
];

/** The output is within `relative` of what PyTorch computed, as in `expectClose`, and the gradient within 2e-7. */
export function testGolden<Case extends GoldenCase>(
  cases: readonly Case[],
  relative: number,
  pool: (x: Tensor, c: Case) => Tensor,
): void {
  test.each(cases)('agrees with PyTorch: $name', (c) => {
    scope(() => {
      const x = leaf(c.x, c.xShape);
      const y = pool(x, c);
      expect(y.shape).toEqual(c.yShape);
      expectClose(y.data(), c.y, { relative, label: 'y' });
      y.backward(floats(c.dy, c.yShape));
      expectClose(x.grad!.data(), c.dx, { relative: 2e-7, label: 'dx' });
    });
  });
}

/** Central differences agree with the gradient, and a second `backward` adds the same again. */
export function testGradient(xShape: Shape, pool: (x: Tensor) => Tensor): void {
  test('gradient check, with fan-out', () => {
    scope(() => {
      const x = leaf(distinct(sizeOf(xShape)), xShape);
      checkGradients((v) => pool(v!), [x]);
      const y = pool(x);
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
}

/** Different multiples of 1/8 in random order: a step of 0.01 moves no maximum. */
function distinct(count: number): number[] {
  const values = Array.from({ length: count }, (_, i) => (i - count / 2) / 8);
  new Random(9).shuffle(values);
  return values;
}

/** The output has the shape `y` of each case. */
export function testShapes<KernelSize, Options>(
  pool: Pool<KernelSize, Options>,
  cases: readonly NoInfer<ShapeCase<KernelSize, Options>>[],
): void {
  test.each(cases)('shape $x, kernel $kernel, $options: $y', ({ x, kernel, options, y }) => {
    scope(() => {
      expect(pool(floats(new Float32Array(sizeOf(x)), x), kernel, options).shape).toEqual(y);
    });
  });
}
