// What holds for every layer.
import { describe, expect, test } from 'vitest';
import { layerFromConfig } from '../../src/formats/every-layer.js';
import { manualSeed } from '../../src/generator.js';
import * as layers from '../../src/layers/index.js';
import type { Module } from '../../src/layers/index.js';
import { batchNorm } from '../../src/ops/norm/batch-norm.js';
import { groupNorm, instanceNorm } from '../../src/ops/norm/group-norm.js';
import { interpolate } from '../../src/ops/resize/interpolate.js';
import { layerNorm, rmsNorm } from '../../src/ops/norm/layer-norm.js';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
} from '../../src/ops/pool/avg-pool.js';
import {
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from '../../src/ops/conv/conv-transpose.js';
import { conv1d, conv2d, conv3d } from '../../src/ops/conv/conv.js';
import { dropout } from '../../src/ops/dropout.js';
import {
  globalAvgPool1d,
  globalAvgPool2d,
  globalAvgPool3d,
} from '../../src/ops/pool/global-avg-pool.js';
import { lpPool1d, lpPool2d, lpPool3d } from '../../src/ops/pool/lp-pool.js';
import { linear } from '../../src/ops/linear.js';
import {
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from '../../src/ops/pool/adaptive-max-pool.js';
import {
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
} from '../../src/ops/pool/global-max-pool.js';
import { maxPool1d, maxPool2d, maxPool3d } from '../../src/ops/pool/max-pool.js';
import { logSoftmax } from '../../src/ops/moments.js';
import { softmax } from '../../src/ops/softmax.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../src/ops/copy/shuffle.js';
import { flatten } from '../../src/ops/reshape.js';
import {
  hardSwish,
  hardtanh,
  elu,
  gelu,
  leakyRelu,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../../src/ops/map/activations.js';
import { prelu } from '../../src/ops/zip/select.js';
import {
  celu,
  hardShrink,
  hardSigmoid,
  logSigmoid,
  mish,
  selu,
  softsign,
  threshold,
} from '../../src/ops/map/more-activations.js';
import { Random } from '../../src/random.js';
import { scope, type Tensor } from '../../src/tensor.js';
import { expectNothingLeft } from '../support/memory.js';
import { randomLeaf } from '../support/op.js';

interface Case {
  make: () => Module;
  /** The op that the layer stands for, given the layer's parameters. */
  op: (x: Tensor, ...parameters: Tensor[]) => Tensor;
  input?: number[];
}

const PICTURE = [2, 7, 6, 4];
const SIGNAL = [2, 9, 4];
const VOLUME = [2, 4, 5, 3, 4];
const conv2dOptions = { stride: [2, 1], padding: [1, 0, 2, 1], dilation: [1, 2], groups: 2 };
const conv1dOptions = { stride: 2, padding: [1, 2], dilation: 2, groups: 2 };
const conv3dOptions = { stride: [1, 2, 1], padding: [1, 0, 1], groups: 2 };
const transposeOptions = { stride: 2, padding: 1, outputPadding: 1, groups: 2 };
const maxPoolOptions = { stride: 2, padding: 1, dilation: 1, ceilMode: true };
const avgPoolOptions = { stride: 2, padding: 1, ceilMode: true, countIncludePad: false };

const maxPoolOptions3d = { stride: 1, dilation: [1, 2, 1], padding: [1, 1, 0] };
const avgPoolOptions3d = { stride: [1, 2, 1], ceilMode: true, divisorOverride: 3 };

const CASES: Record<string, Case> = {
  Conv2d: {
    make: () => new layers.Conv2d(4, 6, [3, 2], conv2dOptions),
    op: (x, w, b) => conv2d(x, w!, b, conv2dOptions),
  },
  SeparableConv2d: {
    make: () =>
      new layers.SeparableConv2d(4, 3, 3, { depthMultiplier: 2, stride: 2, padding: 'same' }),
    op: (x, w, v, b) =>
      conv2d(conv2d(x, w!, undefined, { groups: 4, stride: 2, padding: 'same' }), v!, b),
  },
  SeparableConv1d: {
    make: () => new layers.SeparableConv1d(4, 3, 3, { dilation: 2, bias: false }),
    input: SIGNAL,
    op: (x, w, v) => conv1d(conv1d(x, w!, undefined, { groups: 4, dilation: 2 }), v!),
  },
  'Conv2d by default': {
    make: () => new layers.Conv2d(4, 3, 3),
    op: (x, w, b) => conv2d(x, w!, b),
  },
  'Conv2d without bias': {
    make: () => new layers.Conv2d(4, 3, 3, { bias: false, padding: 'same' }),
    op: (x, w) => conv2d(x, w!, undefined, { padding: 'same' }),
  },
  Conv1d: {
    make: () => new layers.Conv1d(4, 6, 3, conv1dOptions),
    op: (x, w, b) => conv1d(x, w!, b, conv1dOptions),
    input: SIGNAL,
  },
  'Conv1d without bias': {
    make: () => new layers.Conv1d(4, 3, 3, { bias: false }),
    op: (x, w) => conv1d(x, w!),
    input: SIGNAL,
  },
  Conv3d: {
    make: () => new layers.Conv3d(4, 6, [3, 2, 3], conv3dOptions),
    op: (x, w, b) => conv3d(x, w!, b, conv3dOptions),
    input: VOLUME,
  },
  ConvTranspose1d: {
    make: () => new layers.ConvTranspose1d(4, 6, 3, transposeOptions),
    op: (x, w, b) => convTranspose1d(x, w!, b, transposeOptions),
    input: SIGNAL,
  },
  ConvTranspose2d: {
    make: () => new layers.ConvTranspose2d(4, 6, [3, 4], transposeOptions),
    op: (x, w, b) => convTranspose2d(x, w!, b, transposeOptions),
  },
  'ConvTranspose2d without bias': {
    make: () => new layers.ConvTranspose2d(4, 3, 2, { bias: false, padding: 'same' }),
    op: (x, w) => convTranspose2d(x, w!, undefined, { padding: 'same' }),
  },
  ConvTranspose3d: {
    make: () => new layers.ConvTranspose3d(4, 6, 3, transposeOptions),
    op: (x, w, b) => convTranspose3d(x, w!, b, transposeOptions),
    input: VOLUME,
  },
  Linear: { make: () => new layers.Linear(4, 3), op: (x, w, b) => linear(x, w!, b) },
  'Linear without bias': {
    make: () => new layers.Linear(4, 3, { bias: false }),
    op: (x, w) => linear(x, w!),
  },
  BatchNorm1d: {
    make: () => new layers.BatchNorm1d(4, { momentum: 0.3, eps: 0.01 }),
    op: (x, w, b) => batchNorm(x, undefined, undefined, w, b, { training: true, eps: 0.01 }),
    input: SIGNAL,
  },
  BatchNorm2d: {
    make: () => new layers.BatchNorm2d(4),
    op: (x, w, b) => batchNorm(x, undefined, undefined, w, b, { training: true }),
  },
  'BatchNorm2d without weight and bias': {
    make: () => new layers.BatchNorm2d(4, { affine: false }),
    op: (x) => batchNorm(x, undefined, undefined, undefined, undefined, { training: true }),
  },
  BatchNorm3d: {
    make: () => new layers.BatchNorm3d(4, { momentum: null, trackRunningStats: false }),
    op: (x, w, b) => batchNorm(x, undefined, undefined, w, b, { training: true }),
    input: VOLUME,
  },
  GroupNorm: {
    make: () => new layers.GroupNorm(2, 4, { eps: 0.01 }),
    op: (x, w, b) => groupNorm(x, 2, w, b, { eps: 0.01 }),
  },
  InstanceNorm1d: {
    make: () => new layers.InstanceNorm1d(4, { affine: true }),
    op: (x, w, b) => instanceNorm(x, w, b),
    input: SIGNAL,
  },
  InstanceNorm2d: {
    make: () => new layers.InstanceNorm2d(4, { eps: 0.01 }),
    op: (x) => instanceNorm(x, undefined, undefined, { eps: 0.01 }),
  },
  InstanceNorm3d: {
    make: () => new layers.InstanceNorm3d(4),
    op: (x) => instanceNorm(x),
    input: VOLUME,
  },
  LayerNorm: {
    make: () => new layers.LayerNorm(4, { eps: 0.01 }),
    op: (x, w, b) => layerNorm(x, 4, w, b, { eps: 0.01 }),
  },
  'LayerNorm without bias': {
    make: () => new layers.LayerNorm([4], { bias: false }),
    op: (x, w) => layerNorm(x, 4, w),
  },
  'LayerNorm without weight': {
    make: () => new layers.LayerNorm(4, { elementwiseAffine: false }),
    op: (x) => layerNorm(x, 4),
  },
  Upsample: {
    make: () => new layers.Upsample({ size: [9, 4], mode: 'bilinear', alignCorners: true }),
    op: (x) => interpolate(x, { size: [9, 4], mode: 'bilinear', alignCorners: true }),
  },
  RMSNorm: {
    make: () => new layers.RMSNorm(4, { eps: 0.01 }),
    op: (x, w) => rmsNorm(x, 4, w, { eps: 0.01 }),
  },
  MaxPool2d: {
    make: () => new layers.MaxPool2d([3, 2], maxPoolOptions),
    op: (x) => maxPool2d(x, [3, 2], maxPoolOptions),
  },
  'MaxPool2d by default': { make: () => new layers.MaxPool2d(2), op: (x) => maxPool2d(x, 2) },
  MaxPool1d: {
    make: () => new layers.MaxPool1d(3, maxPoolOptions),
    op: (x) => maxPool1d(x, 3, maxPoolOptions),
    input: SIGNAL,
  },
  AvgPool2d: {
    make: () => new layers.AvgPool2d([3, 2], avgPoolOptions),
    op: (x) => avgPool2d(x, [3, 2], avgPoolOptions),
  },
  AvgPool1d: {
    make: () => new layers.AvgPool1d(3, avgPoolOptions),
    op: (x) => avgPool1d(x, 3, avgPoolOptions),
    input: SIGNAL,
  },
  AdaptiveAvgPool1d: {
    make: () => new layers.AdaptiveAvgPool1d(2),
    op: (x) => adaptiveAvgPool1d(x, 2),
    input: SIGNAL,
  },
  GlobalAvgPool1d: { make: () => new layers.GlobalAvgPool1d(), op: globalAvgPool1d, input: SIGNAL },
  AdaptiveMaxPool1d: {
    make: () => new layers.AdaptiveMaxPool1d(2),
    op: (x) => adaptiveMaxPool1d(x, 2),
    input: SIGNAL,
  },
  GlobalMaxPool1d: { make: () => new layers.GlobalMaxPool1d(), op: globalMaxPool1d, input: SIGNAL },
  AdaptiveAvgPool2d: {
    make: () => new layers.AdaptiveAvgPool2d(2),
    op: (x) => adaptiveAvgPool2d(x, 2),
    input: PICTURE,
  },
  GlobalAvgPool2d: {
    make: () => new layers.GlobalAvgPool2d(),
    op: globalAvgPool2d,
    input: PICTURE,
  },
  AdaptiveMaxPool2d: {
    make: () => new layers.AdaptiveMaxPool2d(2),
    op: (x) => adaptiveMaxPool2d(x, 2),
    input: PICTURE,
  },
  GlobalMaxPool2d: {
    make: () => new layers.GlobalMaxPool2d(),
    op: globalMaxPool2d,
    input: PICTURE,
  },
  AdaptiveAvgPool3d: {
    make: () => new layers.AdaptiveAvgPool3d(2),
    op: (x) => adaptiveAvgPool3d(x, 2),
    input: VOLUME,
  },
  GlobalAvgPool3d: { make: () => new layers.GlobalAvgPool3d(), op: globalAvgPool3d, input: VOLUME },
  AdaptiveMaxPool3d: {
    make: () => new layers.AdaptiveMaxPool3d(2),
    op: (x) => adaptiveMaxPool3d(x, 2),
    input: VOLUME,
  },
  GlobalMaxPool3d: { make: () => new layers.GlobalMaxPool3d(), op: globalMaxPool3d, input: VOLUME },
  AvgPool3d: {
    make: () => new layers.AvgPool3d([2, 3, 1], avgPoolOptions3d),
    op: (x) => avgPool3d(x, [2, 3, 1], avgPoolOptions3d),
    input: VOLUME,
  },
  LPPool1d: {
    make: () => new layers.LPPool1d(2, 3, maxPoolOptions),
    op: (x) => lpPool1d(x, 2, 3, maxPoolOptions),
    input: SIGNAL,
  },
  LPPool2d: {
    make: () => new layers.LPPool2d(2, 3),
    op: (x) => lpPool2d(x, 2, 3),
    input: PICTURE,
  },
  LPPool3d: {
    make: () => new layers.LPPool3d(3, 2),
    op: (x) => lpPool3d(x, 3, 2),
    input: VOLUME,
  },
  MaxPool3d: {
    make: () => new layers.MaxPool3d([2, 3, 1], maxPoolOptions3d),
    op: (x) => maxPool3d(x, [2, 3, 1], maxPoolOptions3d),
    input: VOLUME,
  },
  ReLU: { make: () => new layers.ReLU(), op: relu },
  ReLU6: { make: () => new layers.ReLU6(), op: relu6 },
  'Hardtanh with one bound': {
    make: () => new layers.Hardtanh(-Infinity, 0.5),
    op: (x) => hardtanh(x, -Infinity, 0.5),
  },
  Hardtanh: { make: () => new layers.Hardtanh(-0.25, 0.5), op: (x) => hardtanh(x, -0.25, 0.5) },
  'Hardtanh by default': { make: () => new layers.Hardtanh(), op: (x) => hardtanh(x) },
  ELU: { make: () => new layers.ELU(0.5), op: (x) => elu(x, 0.5) },
  'ELU by default': { make: () => new layers.ELU(), op: (x) => elu(x) },
  GELU: { make: () => new layers.GELU('tanh'), op: (x) => gelu(x, 'tanh') },
  'GELU by default': { make: () => new layers.GELU(), op: (x) => gelu(x) },
  CELU: { make: () => new layers.CELU(0.5), op: (x) => celu(x, 0.5) },
  'CELU by default': { make: () => new layers.CELU(), op: (x) => celu(x) },
  Hardshrink: { make: () => new layers.Hardshrink(0.25), op: (x) => hardShrink(x, 0.25) },
  'Hardshrink by default': { make: () => new layers.Hardshrink(), op: (x) => hardShrink(x) },
  Hardsigmoid: { make: () => new layers.Hardsigmoid(), op: (x) => hardSigmoid(x) },
  LogSigmoid: { make: () => new layers.LogSigmoid(), op: logSigmoid },
  Mish: { make: () => new layers.Mish(), op: mish },
  PReLU: { make: () => new layers.PReLU(4, 0.5), op: (x, w) => prelu(x, w!) },
  'PReLU by default': { make: () => new layers.PReLU(), op: (x, w) => prelu(x, w!) },
  SELU: { make: () => new layers.SELU(), op: selu },
  Softsign: { make: () => new layers.Softsign(), op: softsign },
  Threshold: { make: () => new layers.Threshold(0.25, 2), op: (x) => threshold(x, 0.25, 2) },
  Softplus: { make: () => new layers.Softplus(2, 3), op: (x) => softplus(x, 2, 3) },
  'Softplus by default': { make: () => new layers.Softplus(), op: (x) => softplus(x) },
  LeakyReLU: { make: () => new layers.LeakyReLU(0.25), op: (x) => leakyRelu(x, 0.25) },
  'LeakyReLU by default': { make: () => new layers.LeakyReLU(), op: (x) => leakyRelu(x) },
  SiLU: { make: () => new layers.SiLU(), op: silu },
  Hardswish: { make: () => new layers.Hardswish(), op: hardSwish },
  Sigmoid: { make: () => new layers.Sigmoid(), op: sigmoid },
  Tanh: { make: () => new layers.Tanh(), op: tanh },
  Softmax: { make: () => new layers.Softmax(), op: (x) => softmax(x) },
  'Softmax over axis 1': {
    make: () => new layers.Softmax({ axis: 1 }),
    op: (x) => softmax(x, 1),
  },
  LogSoftmax: { make: () => new layers.LogSoftmax({ axis: 1 }), op: (x) => logSoftmax(x, 1) },
  ChannelShuffle: { make: () => new layers.ChannelShuffle(2), op: (x) => channelShuffle(x, 2) },
  PixelShuffle: { make: () => new layers.PixelShuffle(2), op: (x) => pixelShuffle(x, 2) },
  PixelUnshuffle: {
    make: () => new layers.PixelUnshuffle(2),
    op: (x) => pixelUnshuffle(x, 2),
    input: [2, 4, 6, 3],
  },
  Flatten: { make: () => new layers.Flatten(), op: (x) => flatten(x) },
  'Flatten from axis 2': {
    make: () => new layers.Flatten({ startAxis: 2 }),
    op: (x) => flatten(x, 2),
  },
  Dropout: { make: () => new layers.Dropout(0.25), op: (x) => dropout(x, 0.25) },
  Sequential: {
    make: () =>
      new layers.Sequential(new layers.Conv2d(4, 3, 3), new layers.Sequential(new layers.ReLU())),
    op: (x, w, b) => relu(conv2d(x, w!, b)),
  },
};

/** The bits of the output and of all gradients. The seed makes dropout the same. */
function run(forward: (x: Tensor) => Tensor, parameters: Tensor[], input: number[]) {
  return scope(() => {
    const x = randomLeaf(new Random(71), input);
    manualSeed(72);
    const y = forward(x);
    const gradOutput = randomLeaf(new Random(73), y.shape);
    y.backward(gradOutput);
    const gradients = [x, ...parameters].map((t) => t.grad!.data());
    for (const t of parameters) {
      t.grad!.dispose();
      t.grad = undefined;
    }
    return { shape: y.shape, y: y.data(), gradients };
  });
}

test('arguments are checked when the layer is made', () => {
  expect(() => new layers.ELU(-1)).toThrow(
    new RangeError('ELU: alpha: expected a finite number of at least 0, got -1'),
  );
  expect(() => new layers.GELU('exact' as never)).toThrow(
    new TypeError(`GELU: approximate: expected 'none' or 'tanh', got "exact"`),
  );
  expect(() => new layers.Softplus(0)).toThrow(
    new RangeError('Softplus: beta: expected a finite number above 0, got 0'),
  );
  expect(() => new layers.CELU(0)).toThrow(
    new RangeError('CELU: alpha: expected a finite number above 0, got 0'),
  );
  expect(() => new layers.Hardshrink(-1)).toThrow(
    new RangeError('Hardshrink: lambda: expected a finite number of at least 0, got -1'),
  );
  expect(() => new layers.Threshold(0, NaN)).toThrow(
    new RangeError('Threshold: value: expected a finite number, got NaN'),
  );
  expect(() => new layers.LeakyReLU(NaN)).toThrow(
    new RangeError('LeakyReLU: slope: expected a finite number, got NaN'),
  );
  expect(() => new layers.Hardtanh(1, 0)).toThrow(
    new RangeError('Hardtanh: max: expected a number of at least 1, got 0'),
  );
});

test.each<[make: () => Module & { weight: Tensor }, shape: number[], fanIn: number]>([
  [() => new layers.Conv1d(4, 6, 3, { groups: 2 }), [3, 2, 6], 6],
  [() => new layers.Conv3d(4, 6, [3, 2, 1], { groups: 2 }), [3, 2, 1, 2, 6], 12],
  // As in PyTorch: the channels of a transpose's input are not in its fan in.
  [() => new layers.ConvTranspose2d(4, 6, [3, 2], { groups: 2 }), [3, 2, 3, 4], 18],
  [() => new layers.ConvTranspose3d(4, 6, 2), [2, 2, 2, 6, 4], 48],
])('weights of %s: %j, within 1/√%d', (make, shape, fanIn) => {
  manualSeed(3);
  const layer = make();
  expect(layer.weight.shape).toEqual(shape);
  const bound = 1 / Math.sqrt(fanIn);
  for (const { name, tensor } of layer
    .namedParameters()
    .map(([name, tensor]) => ({ name, tensor }))) {
    const largest = Math.max(...tensor.data().map(Math.abs));
    expect(largest, name).toBeLessThanOrEqual(bound);
    if (name === 'weight') expect(largest).toBeGreaterThan(0.8 * bound);
  }
  layer.dispose();
});

test('a transpose checks its output padding when it is made', () => {
  expect(() => new layers.ConvTranspose2d(2, 2, 3, { stride: 2, outputPadding: 2 })).toThrow(
    new RangeError(
      'ConvTranspose2d: outputPadding: expected less than 2 for stride 2 and dilation 1, got 2',
    ),
  );
});

// Embedding takes integers: tests/layers/embedding.test.ts.
test('the cases cover every layer', () => {
  const covered = new Set(Object.keys(CASES).map((name) => name.split(' ')[0]));
  const classes = Object.keys(layers).filter(
    (name) => !['Module', 'buffer', 'parameter', 'Embedding'].includes(name),
  );
  expect([...covered].sort()).toEqual(classes.sort());
});

describe.each(Object.entries(CASES))('%s', (_, { make, op, input = PICTURE }) => {
  test('equals its op, forward and backward', () =>
    expectNothingLeft(() => {
      const layer = make();
      const parameters = layer.parameters();
      const forward = run((x) => layer.forward(x), parameters, input);
      expect(forward).toEqual(run((x) => op(x, ...parameters), parameters, input));
      expect(forward.y.some((value) => value !== 0)).toBe(true);
      layer.dispose();
    }));

  test('is made again from its config, by way of JSON', () =>
    expectNothingLeft(() => {
      const layer = make();
      const config = JSON.parse(JSON.stringify(layer.config())) as layers.LayerConfig;
      const copy = layerFromConfig(config);
      expect(copy.constructor).toBe(layer.constructor);
      expect(copy.config()).toEqual(layer.config());
      copy.loadStateDict(layer.stateDict());
      const [a, b] = [layer, copy].map((m) => run((x) => m.forward(x), m.parameters(), input));
      expect(b).toEqual(a);
      for (const m of [layer, copy]) m.dispose();
    }));

  test('predicts without a graph, and leaves only its output', () =>
    expectNothingLeft(() => {
      const layer = make();
      scope(() => {
        const x = randomLeaf(new Random(74), input);
        const y = layer.predict(x);
        expect(y.node).toBeUndefined();
        expectNothingLeft(() => {
          const again = layer.predict(x);
          expect(again.data()).toEqual(y.data());
          if (again !== x) again.dispose();
        });
      });
      layer.dispose();
    }));
});
