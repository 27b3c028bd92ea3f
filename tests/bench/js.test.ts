import { describe, expect, test } from 'vitest';
import { softmaxCrossEntropy } from '../../bench/js/cross-entropy.js';
import { gradBias, linearGeometry } from '../../bench/js/kernel-set.js';
import { LeNet } from '../../bench/js/lenet.js';
import { loops } from '../../bench/js/loops/index.js';
import { adamStep, sgdStep } from '../../bench/js/optimizers.js';
import {
  avgPool2dForward,
  avgPool2dGradInput,
  maxPool2dForward,
  maxPool2dGradInput,
  planPool2d,
} from '../../bench/js/pool2d.js';
import { reluForward, reluGradInput } from '../../bench/js/relu.js';
import { tiled } from '../../bench/js/tiled/index.js';
import { conv2dGeometry, pool2dGeometry } from '../../bench/workloads.js';
import type { Conv2dGeometry } from '../../src/ops/conv/geometry.js';
import type { Pool2dGeometry } from '../../src/ops/pool/geometry.js';
import { Random } from '../../src/random.js';
import { expectClose } from '../support/compare.js';
import * as conv from '../support/reference/conv2d.js';
import * as linear from '../support/reference/linear.js';
import * as losses from '../support/reference/losses.js';
import { UNARY } from '../support/reference/map.js';
import * as optimizers from '../support/reference/optimizers.js';
import * as pool from '../support/reference/pool2d.js';

const SEED = 7;
const RELATIVE = 1e-5;
const random = new Random(SEED);
const randoms = (length: number) => Float32Array.from({ length }, () => random.uniform(-1, 1));
/** What a buffer holds before a kernel overwrites it. */
const stale = (length: number) => new Float32Array(length).fill(99);
const expectEqual = (actual: Float32Array, expected: ArrayLike<number>, label: string) =>
  expectClose(actual, expected, { relative: RELATIVE, label: `${label}, seed ${SEED}` });

const kernelSets = [loops, tiled];

const geometries: [string, Conv2dGeometry][] = [
  ['one pixel, one channel', conv2dGeometry(1, 1, 1, 1, 1, 1, 1)],
  ['1x1, odd channels', conv2dGeometry(2, 3, 5, 3, 7, 1, 1)],
  ['3x3, padding', conv2dGeometry(2, 7, 6, 5, 9, 3, 3, 1, 1)],
  ['stride 2, padding', conv2dGeometry(1, 9, 8, 3, 6, 3, 3, 2, 1)],
  ['stride 2, last row unused', conv2dGeometry(1, 8, 8, 4, 4, 3, 3, 2)],
  ['more than a block of pixels', conv2dGeometry(3, 9, 9, 2, 5, 5, 5, 1, 2)],
  ['height 1', conv2dGeometry(2, 1, 17, 4, 6, 1, 5, 1, 0, 2)],
  ['two groups', conv2dGeometry(2, 6, 5, 6, 10, 3, 3, 1, 1, 1, 2)],
  ['output pixels in the padding only', conv2dGeometry(1, 3, 4, 2, 3, 2, 1, 1, 3)],
  ['depthwise', conv2dGeometry(2, 7, 5, 7, 7, 3, 3, 1, 1, 1, 7)],
  ['depthwise, stride 2', conv2dGeometry(1, 7, 8, 4, 4, 3, 3, 2, 1, 1, 4)],
  ['depthwise, padding beyond the kernel', conv2dGeometry(1, 4, 4, 3, 3, 2, 2, 1, 2, 2, 3)],
  ['depthwise, one tap', conv2dGeometry(1, 4, 3, 5, 5, 1, 1, 1, 0, 0, 5)],
  ['two channels for one', conv2dGeometry(1, 5, 5, 3, 6, 3, 3, 1, 1, 1, 3)],
  [
    'dilation',
    {
      ...conv2dGeometry(1, 9, 10, 3, 5, 3, 2),
      outHeight: 5,
      outWidth: 7,
      dilationHeight: 2,
      dilationWidth: 3,
    },
  ],
  [
    'uneven padding and strides',
    { ...conv2dGeometry(1, 6, 7, 3, 5, 3, 3, 1, 2, 1), outHeight: 5, outWidth: 4, strideWidth: 2 },
  ],
];

const cases = kernelSets.flatMap((kernels) =>
  geometries.map(([label, g]) => ({ kernels, set: kernels.name, label, g })),
);

describe.each(cases)('$set conv2d: $label', ({ kernels, g }) => {
  const passes = kernels.conv2d(g);
  const x = randoms(g.batch * g.inHeight * g.inWidth * g.inChannels);
  const w = randoms((g.kernelHeight * g.kernelWidth * g.inChannels * g.outChannels) / g.groups);
  const b = randoms(g.outChannels);
  const dy = randoms(g.batch * g.outHeight * g.outWidth * g.outChannels);

  // Twice: the second call finds the buffers of the first.
  test.each(['first', 'second'])('%s call', (call) => {
    const y = stale(dy.length);
    passes.forward(x, w, b, y);
    expectEqual(y, conv.conv2dForward(x, w, b, g), `${call} forward`);
    passes.forward(x, w, null, y);
    expectEqual(y, conv.conv2dForward(x, w, null, g), `${call} forward without bias`);
    const dx = stale(x.length);
    passes.gradInput(dy, w, dx);
    expectEqual(dx, conv.conv2dGradInput(dy, w, g), `${call} gradInput`);
    const dw = stale(w.length);
    passes.gradWeight(x, dy, dw);
    expectEqual(dw, conv.conv2dGradWeight(x, dy, g), `${call} gradWeight`);
  });

  test('gradBias', () => {
    const db = stale(b.length);
    gradBias(dy, db);
    expectEqual(db, conv.conv2dGradBias(dy, g), 'gradBias');
  });
});

const denseSizes = [
  { rows: 1, inFeatures: 1, outFeatures: 1 },
  { rows: 6, inFeatures: 7, outFeatures: 5 },
  { rows: 70, inFeatures: 9, outFeatures: 10 },
];

describe.each(kernelSets)('$name linear', (kernels) => {
  test.each(denseSizes)('%o', (sizes) => {
    const passes = kernels.conv2d(linearGeometry(sizes));
    const x = randoms(sizes.rows * sizes.inFeatures);
    const w = randoms(sizes.inFeatures * sizes.outFeatures);
    const b = randoms(sizes.outFeatures);
    const dy = randoms(sizes.rows * sizes.outFeatures);
    const [y, dx, dw, db] = [stale(dy.length), stale(x.length), stale(w.length), stale(b.length)];
    passes.forward(x, w, b, y);
    expectEqual(y, linear.linearForward(x, w, b, sizes), 'forward');
    passes.gradInput(dy, w, dx);
    expectEqual(dx, linear.linearGradInput(dy, w, sizes), 'gradInput');
    passes.gradWeight(x, dy, dw);
    expectEqual(dw, linear.linearGradWeight(x, dy, sizes), 'gradWeight');
    gradBias(dy, db);
    expectEqual(db, linear.linearGradBias(dy, sizes), 'gradBias');
  });
});

const pools: [string, Pool2dGeometry][] = [
  ['2x2', pool2dGeometry(2, 4, 6, 5, 2)],
  ['3x3, cropped', pool2dGeometry(1, 7, 8, 3, 3)],
  [
    'overlapping, padded',
    {
      ...pool2dGeometry(2, 5, 6, 3, 3),
      ...{ outHeight: 3, outWidth: 6, strideHeight: 2, strideWidth: 1 },
      ...{ padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 },
    },
  ],
  [
    'windows outside the image',
    {
      ...pool2dGeometry(1, 2, 2, 2, 1),
      ...{ outHeight: 4, outWidth: 4, padTop: 1, padLeft: 1, padBottom: 1, padRight: 1 },
    },
  ],
];

describe.each(pools)('plain pooling: %s', (_, g) => {
  const inSize = g.batch * g.inHeight * g.inWidth * g.channels;
  const outSize = g.batch * g.outHeight * g.outWidth * g.channels;
  const dy = randoms(outSize);
  // Few distinct values, so that ties happen, and some NaN.
  const values = [NaN, -2, -1, 0, 1, 2, 3, 4];
  const x = Float32Array.from({ length: inSize }, () => values[random.integer(values.length)]!);

  test('max', () => {
    const plan = planPool2d(g);
    const y = stale(outSize);
    const argmax = new Int32Array(outSize).fill(99);
    maxPool2dForward(x, y, argmax, plan);
    const expected = pool.maxPool2dForward(x, g);
    expectEqual(y, expected.y, 'forward');
    expect(argmax).toEqual(expected.argmax);
    const dx = stale(inSize);
    maxPool2dGradInput(dy, argmax, dx, plan);
    expectEqual(dx, pool.maxPool2dGradInput(dy, argmax, g), 'gradInput');
  });

  test.each([true, false])('average, countIncludePad %s', (countIncludePad) => {
    const plan = planPool2d(g, countIncludePad);
    const finite = randoms(inSize);
    const y = stale(outSize);
    avgPool2dForward(finite, y, plan);
    expectEqual(y, pool.avgPool2dForward(finite, g, countIncludePad), 'forward');
    const dx = stale(inSize);
    avgPool2dGradInput(dy, dx, plan);
    expectEqual(dx, pool.avgPool2dGradInput(dy, g, countIncludePad), 'gradInput');
  });
});

test('plain relu', () => {
  const x = Float32Array.of(-2, -0.5, 0, 0.5, 2);
  const dy = randoms(x.length);
  const [y, dx] = [stale(x.length), stale(x.length)];
  reluForward(x, y);
  expectClose(
    y.map((value) => value + 0),
    Array.from(x, UNARY.relu.forward),
    { relative: 0, label: 'y' },
  );
  reluGradInput(y, dy, dx);
  expectClose(
    dx.map((value) => value + 0),
    Array.from(x, (v, i) => UNARY.relu.gradient(v, dy[i]!)),
    { relative: 0, label: 'dx' },
  );
});

test('plain softmax cross entropy', () => {
  const labels = Int32Array.of(3, 0, 1);
  const logits = randoms(12).map((value) => value * 30);
  const dLogits = stale(12);
  const loss = softmaxCrossEntropy(logits, labels, dLogits);
  const perRow = losses.crossEntropyForward(logits, labels);
  expectClose([loss], [perRow.reduce((sum, value) => sum + value / 3, 0)], {
    relative: RELATIVE,
    label: 'loss',
  });
  const gradPerRow = new Float64Array(3).fill(1 / 3);
  expectEqual(dLogits, losses.crossEntropyGradInput(logits, labels, gradPerRow), 'dLogits');
});

test('plain SGD with momentum, three steps', () => {
  const p = randoms(9);
  const velocity = new Float32Array(9);
  const want = { p: Float64Array.from(p), velocity: new Float64Array(9) };
  const options = { lr: 0.1, momentum: 0.9, dampening: 0, nesterov: false, weightDecay: 0 };
  for (let step = 1; step <= 3; step++) {
    const dp = randoms(9);
    sgdStep(p, dp, velocity, options.lr, options.momentum);
    optimizers.sgdStep(want.p, dp, want.velocity, step, options);
  }
  expectEqual(p, want.p, 'p');
});

test('plain Adam, three steps', () => {
  const p = randoms(9);
  const [m, v] = [new Float32Array(9), new Float32Array(9)];
  const want = { p: Float64Array.from(p), m: new Float64Array(9), v: new Float64Array(9) };
  const [beta1, beta2] = [0.9, 0.999];
  const common = { lr: 0.1, eps: 1e-8 };
  const options = { ...common, weightDecay: 0, decoupledWeightDecay: false };
  for (let step = 1; step <= 3; step++) {
    const dp = randoms(9);
    adamStep(p, dp, m, v, step, { ...common, beta1, beta2 });
    optimizers.adamStep(want.p, dp, want.m, want.v, step, { ...options, betas: [beta1, beta2] });
  }
  expectEqual(p, want.p, 'p');
});

test.each(kernelSets)('the LeNet of $name learns which digit-sized bar is lit', (kernels) => {
  const batch = 10;
  const lenet = new LeNet(kernels, batch);
  for (const [name, values] of Object.entries(lenet.parameters)) {
    if (name.endsWith('weight')) values.set(randoms(values.length).map((value) => value * 0.1));
  }
  const labels = Int32Array.from({ length: batch }, (_, i) => i);
  const inputs = new Float32Array(batch * 28 * 28);
  labels.forEach((label, n) =>
    inputs.fill(1, (n * 28 + 2 * label) * 28, (n * 28 + 2 * label + 2) * 28),
  );
  const first = lenet.step(inputs, labels);
  let last = first;
  for (let step = 0; step < 60; step++) last = lenet.step(inputs, labels);
  expect(first, `seed ${SEED}`).toBeGreaterThan(2);
  expect(last, `seed ${SEED}`).toBeLessThan(0.1);
});
