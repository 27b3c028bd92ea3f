// How far the algorithms of a convolution are from the exact result: measured by bench/accuracy.ts, bounded by
// tests/ops/conv2d-winograd.test.ts.
import type { Conv2dAlgorithm } from '../../src/ops/conv/algorithm.js';
import { depthwise } from '../../src/ops/conv/depthwise.js';
import { conv2dGeometry, type Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Conv2dOptions } from '../../src/ops/conv/options.js';
import { winograd } from '../../src/ops/conv/winograd.js';
import { F45 } from '../../src/ops/conv/winograd-filter.js';
import { Random } from '../../src/random.js';
import { fromData, scope, Tensor } from '../../src/tensor.js';
import * as reference from './reference/conv2d.js';

export interface AccuracyCase {
  readonly name: string;
  readonly geometry: Conv2dGeometry;
  /** One value of x (and of dy), and of w. */
  readonly x: (random: Random) => number;
  readonly w: (random: Random) => number;
}

/** Largest errors as shares of the largest magnitudes in y, dx and dw. */
export interface RelativeErrors {
  readonly y: number;
  readonly dx: number;
  readonly dw: number;
}

const symmetric = (random: Random) => random.uniform(-1, 1);
const positive = (random: Random) => random.uniform(0, 1);
/** Magnitudes from 1e-3 to 1e3, evenly on a logarithmic scale. */
const mixed = (random: Random) => symmetric(random) * 10 ** random.uniform(-3, 3);

/** 3x3 convolutions that keep the size, whose rounding errors are small, usual and large. */
export const ACCURACY_CASES: readonly AccuracyCase[] = [
  { name: 'random, 64 channels', geometry: sizes(17, 64), x: symmetric, w: symmetric },
  { name: 'random, 512 channels', geometry: sizes(7, 512), x: symmetric, w: symmetric },
  { name: 'all positive, 64 channels', geometry: sizes(17, 64), x: positive, w: positive },
  { name: 'all positive, 512 channels', geometry: sizes(7, 512), x: positive, w: positive },
  {
    name: 'x of mean 100, deviation 0.6',
    geometry: sizes(17, 64),
    x: (random) => 100 + symmetric(random),
    w: symmetric,
  },
  { name: 'x from 1e-3 to 1e3', geometry: sizes(17, 64), x: mixed, w: symmetric },
  { name: 'x and w from 1e-3 to 1e3', geometry: sizes(17, 64), x: mixed, w: mixed },
];

/** Eight channels on the other side keep the reference fast; sums run over `channels` in y, over 8 in dx and over pixels in dw. */
function sizes(size: number, channels: number): Conv2dGeometry {
  return conv2dGeometry('accuracy', [1, size, size, channels], [3, 3, channels, 8], { padding: 1 });
}

/** The same pictures and values with the kernels that the algorithm is for: 5x5, or one for each channel. */
export function adapted(accuracyCase: AccuracyCase, algorithm: Conv2dAlgorithm): AccuracyCase {
  const { inHeight: size, inChannels: channels } = accuracyCase.geometry;
  const adapt = (w: number[], options: Conv2dOptions) => ({
    ...accuracyCase,
    geometry: conv2dGeometry('accuracy', [1, size, size, channels], w, options),
  });
  if (algorithm === depthwise) return adapt([3, 3, 1, channels], { padding: 1, groups: channels });
  if (algorithm === winograd(F45)) return adapt([5, 5, channels, 8], { padding: 2 });
  return accuracyCase;
}

export function relativeErrors(
  { geometry: g, x, w }: AccuracyCase,
  algorithm: Conv2dAlgorithm,
  seed: number,
): RelativeErrors {
  const random = new Random(seed);
  const fill = (size: number, value: AccuracyCase['x']) =>
    Float32Array.from({ length: size }, () => value(random));
  const [shapeX, shapeW] = [
    [g.batch, g.inHeight, g.inWidth, g.inChannels],
    [g.kernelHeight, g.kernelWidth, g.inChannels / g.groups, g.outChannels],
  ];
  const shapeY = [g.batch, g.outHeight, g.outWidth, g.outChannels];
  const [vx, vw, vdy] = [
    fill(product(shapeX), x),
    fill(product(shapeW), w),
    fill(product(shapeY), x),
  ];
  return scope(() => {
    const [tx, tw, tdy] = [
      fromData('test', vx, shapeX, 'float32'),
      fromData('test', vw, shapeW, 'float32'),
      fromData('test', vdy, shapeY, 'float32'),
    ];
    const [y, dx, dw] = [shapeY, shapeX, shapeW].map((shape) => Tensor.allocate(shape)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    algorithm.forward(y, tx, tw, g, {});
    algorithm.gradInput(dx, tdy, tw, g, {});
    algorithm.gradWeight(dw, tx, tdy, g, false);
    return {
      y: relativeError(y.data(), reference.conv2dForward(vx, vw, null, g)),
      dx: relativeError(dx.data(), reference.conv2dGradInput(vdy, vw, g)),
      dw: relativeError(dw.data(), reference.conv2dGradWeight(vx, vdy, g)),
    };
  });
}

function relativeError(actual: ArrayLike<number>, expected: Float64Array): number {
  let [error, largest] = [0, 0];
  expected.forEach((value, i) => {
    error = Math.max(error, Math.abs(actual[i]! - value));
    largest = Math.max(largest, Math.abs(value));
  });
  return error / largest;
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
