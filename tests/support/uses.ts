// Every exported op and every exported layer in use, for what is tested of all of them.
import * as core from '../../src/entries/ops-core.js';
import { compose } from '../../src/autograd.js';
import { rand, randn, tensor } from '../../src/creation.js';
import { type Module, Sequential } from '../../src/layers/index.js';
import {
  CONV1D,
  CONV2D,
  CONV3D,
  CONV_TRANSPOSE1D,
  CONV_TRANSPOSE2D,
  CONV_TRANSPOSE3D,
  type ConvOp,
} from '../../src/ops/conv/op.js';
import { apply } from '../../src/ops/op.js';
import type { Tensor } from '../../src/tensor.js';
import { ACTIVATIONS } from './fused.js';
import { LOSS_USES } from './loss-uses.js';

/** A way to use an op: new inputs, and a call with them. */
export interface Use {
  readonly inputs: () => Tensor[];
  readonly run: (...inputs: Tensor[]) => Tensor;
}

const drawn =
  (...shapes: number[][]) =>
  () =>
    shapes.map((shape) => randn(shape));
const elementwise = drawn([2, 3, 5]);
const positive = () => {
  const x = rand([2, 3, 5]);
  x.assign(x.data().map((value) => value + 0.5));
  return [x];
};
const picture = drawn([2, 6, 7, 4]);
const signal = drawn([2, 9, 4]);
const volume = drawn([2, 2, 3, 4, 4]);

const of = (inputs: Use['inputs'], ...runs: Use['run'][]): Use[] =>
  runs.map((run) => ({ inputs, run }));

/** A convolution with its last operand: what is added to the output in the same pass. */
const withResidual = (op: ConvOp, x: number[], w: number[], y: number[]): Use => ({
  inputs: drawn(x, w, [y.at(-1)!], y),
  run: (...inputs) => apply(op, inputs, {}),
});

/** Every way to use an exported op, one or more of each. */
export const OP_USES: Readonly<Record<string, readonly Use[]>> = {
  ...LOSS_USES,
  abs: of(elementwise, core.abs),
  add: of(drawn([2, 3], [2, 3]), core.add, (a) => core.add(a, a)).concat(
    of(drawn([2, 1, 3], [4, 1]), core.add, (a) => core.add(2, a)),
    of(drawn([40, 3], [3]), core.add, (a) => core.add(a, 2)),
  ),
  addBias: of(drawn([2, 3], [3]), core.addBias),
  argmax: of(elementwise, (x) => core.argmax(x, { axis: 1 })),
  argmin: of(elementwise, (x) => core.argmin(x)),
  adaptiveAvgPool1d: of(signal, (x) => core.adaptiveAvgPool1d(x, 4)),
  adaptiveAvgPool2d: of(picture, (x) => core.adaptiveAvgPool2d(x, [4, 3])),
  adaptiveAvgPool3d: of(volume, (x) => core.adaptiveAvgPool3d(x, [1, 2, 3])),
  adaptiveMaxPool1d: of(signal, (x) => core.adaptiveMaxPool1d(x, 4)),
  adaptiveMaxPool2d: of(
    picture,
    (x) => core.adaptiveMaxPool2d(x, [4, 3]),
    (x) => {
      const [y, indices] = core.adaptiveMaxPool2d(x, 2, { returnIndices: true });
      indices.dispose();
      return y;
    },
  ),
  adaptiveMaxPool3d: of(volume, (x) => core.adaptiveMaxPool3d(x, [1, 2, 3])),
  avgPool1d: of(
    signal,
    (x) => core.avgPool1d(x, 3),
    (x) => core.avgPool1d(x, 9, { stride: 1, padding: 8 }),
  ),
  avgPool2d: of(
    picture,
    (x) => core.avgPool2d(x, 2),
    (x) => core.avgPool2d(x, 3, { stride: 1, padding: 2, countIncludePad: false }),
  ).concat(of(drawn([1, 40, 40, 2]), (x) => core.avgPool2d(x, 20, { stride: 1 }))),
  avgPool3d: of(volume, (x) => core.avgPool3d(x, 2, { stride: 1, dilation: [1, 2, 1] })),
  batchNorm: of(
    drawn([2, 3, 4], [4], [4]),
    (x, w, b) => core.batchNorm(x, undefined, undefined, w, b, { training: true }),
    (x, w, b) => core.batchNorm(x, w!, b!, w, b, { eps: 10 }),
  ),
  clip: of(elementwise, (x) => core.clip(x, -0.5, Infinity)),
  concat: of(drawn([2, 3], [1, 3]), (a, b) => core.concat([a!, b!, a!])),
  conv1d: [
    withResidual(CONV1D, [2, 5, 3], [3, 3, 2], [2, 3, 2]),
    ...ACTIVATIONS.map((activation) => ({
      inputs: drawn([2, 9, 4], [3, 4, 5], [5]),
      run: (x: Tensor, w?: Tensor, b?: Tensor) => core.conv1d(x, w!, b, { activation }),
    })),
  ],
  conv2d: [
    withResidual(CONV2D, [1, 4, 5, 3], [3, 2, 3, 2], [1, 2, 4, 2]),
    ...[undefined, ...ACTIVATIONS].flatMap((activation) =>
      [
        [[1, 16, 16, 16], [3, 3, 16, 16], 1],
        [[2, 6, 7, 4], [3, 2, 2, 6], 2],
        [[2, 6, 7, 4], [3, 3, 1, 4], 4],
      ].map(([x, w, groups]) => ({
        inputs: drawn(x as number[], w as number[], [(w as number[])[3]!]),
        run: (a: Tensor, b?: Tensor, c?: Tensor) =>
          core.conv2d(a, b!, c, { padding: 1, groups: groups as number, activation }),
      })),
    ),
  ],
  conv3d: [
    withResidual(CONV3D, [1, 3, 4, 3, 2], [2, 3, 2, 2, 3], [1, 2, 2, 2, 3]),
    ...[undefined, ...ACTIVATIONS].map((activation) => ({
      inputs: drawn([2, 3, 4, 5, 4], [2, 3, 2, 4, 6], [6]),
      run: (x: Tensor, w?: Tensor, b?: Tensor) => core.conv3d(x, w!, b, { padding: 1, activation }),
    })),
  ],
  convTranspose1d: [
    withResidual(CONV_TRANSPOSE1D, [2, 5, 3], [3, 2, 3], [2, 7, 2]),
    ...of(drawn([2, 9, 4], [3, 5, 4], [5]), (x, w, b) =>
      core.convTranspose1d(x, w!, b, { stride: 2 }),
    ),
  ],
  convTranspose2d: [
    withResidual(CONV_TRANSPOSE2D, [1, 3, 4, 3], [3, 2, 2, 3], [1, 5, 5, 2]),
    ...[undefined, ...ACTIVATIONS].map((activation) => ({
      inputs: drawn([2, 6, 7, 4], [1, 3, 3, 4], [6]),
      run: (x: Tensor, w?: Tensor, b?: Tensor) =>
        core.convTranspose2d(x, w!, b, { groups: 2, stride: 2, outputPadding: 1, activation }),
    })),
  ],
  convTranspose3d: [
    withResidual(CONV_TRANSPOSE3D, [1, 2, 3, 2, 2], [2, 2, 2, 3, 2], [1, 3, 4, 3, 3]),
    ...of(drawn([1, 2, 3, 4, 2], [1, 3, 2, 3, 2], [3]), (x, w, b) =>
      core.convTranspose3d(x, w!, b, { stride: [2, 1, 3] }),
    ),
  ],
  div: of(drawn([2, 1, 3], [4, 1]), core.div),
  dropout: of(
    elementwise,
    (x) => core.dropout(x, 0.5),
    (x) => core.dropout(x, 0),
  ),
  elu: of(elementwise, (x) => core.elu(x)),
  exp: of(elementwise, core.exp),
  expand: of(elementwise, (x) => core.expand(x, [2, ...x.shape])),
  flatten: of(elementwise, (x) => core.flatten(x)),
  flip: of(elementwise, (x) => core.flip(x, [0, 2])),
  gather: of(
    () => [randn([4, 3]), tensor(Int32Array.of(0, 2, 2))],
    (x, indices) => core.gather(x, indices!),
  ),
  gelu: of(
    elementwise,
    (x) => core.gelu(x),
    (x) => core.gelu(x, 'tanh'),
  ),
  globalAvgPool1d: of(signal, core.globalAvgPool1d),
  globalAvgPool2d: of(picture, core.globalAvgPool2d),
  globalAvgPool3d: of(volume, core.globalAvgPool3d),
  globalMaxPool1d: of(signal, core.globalMaxPool1d),
  globalMaxPool2d: of(picture, core.globalMaxPool2d),
  globalMaxPool3d: of(volume, core.globalMaxPool3d),
  hardSwish: of(elementwise, core.hardSwish),
  hardtanh: of(elementwise, (x) => core.hardtanh(x)),
  leakyRelu: of(
    elementwise,
    (x) => core.leakyRelu(x),
    (x) => core.leakyRelu(x, -1),
  ),
  groupNorm: of(
    drawn([3, 5, 4], [4], [4]),
    (x, w, b) => core.groupNorm(x, 2, w, b),
    (x, w, b) => core.groupNorm(x, 1, b, w, { eps: 1 }),
  ),
  instanceNorm: of(drawn([3, 5, 4], [4], [4]), (x, w, b) => core.instanceNorm(x, w, b)),
  interpolate: of(
    drawn([2, 3, 4, 2]),
    (x) => core.interpolate(x, { size: [5, 3], mode: 'bilinear' }),
    (x) => core.interpolate(x, { scaleFactor: [2, 0.5] }),
    (x) => core.interpolate(x, { size: [3, 2], mode: 'bicubic', antialias: true }),
  ),
  layerNorm: of(
    drawn([3, 2, 7], [2, 7], [2, 7]),
    (x, w, b) => core.layerNorm(x, [2, 7], w, b),
    (x) => core.layerNorm(x, 7),
  ),
  localResponseNorm: of(drawn([2, 3, 5]), (x) => core.localResponseNorm(x, 3, { alpha: 1 })),
  normalize: of(
    drawn([3, 5]),
    (x) => core.normalize(x),
    (x) => core.normalize(x, { axis: 0, p: 3 }),
  ),
  rmsNorm: of(drawn([3, 7], [7]), (x, w) => core.rmsNorm(x, 7, w)),
  linear: [undefined, ...ACTIVATIONS].map((activation) => ({
    inputs: drawn([5, 3], [3, 9], [9]),
    run: (x: Tensor, w?: Tensor, b?: Tensor) => core.linear(x, w!, b, { activation }),
  })),
  log: of(positive, core.log),
  maximum: of(drawn([2, 1, 3], [4, 1]), core.maximum),
  matmul: [
    ...of(drawn([5, 3], [3, 9]), (a, b) => core.matmul(a, b!)),
    ...of(
      drawn([2, 3, 4], [3, 1, 4, 3]),
      (a, b) => core.matmul(a, b!),
      (a, b) => core.matmul(a, b!, { transposeA: true, transposeB: true }),
    ),
    ...of(drawn([2, 4, 3], [4, 5]), (a, b) => core.matmul(a, b!, { transposeA: true })),
    ...of(drawn([3], [2, 5, 3]), (a, b) => core.matmul(a, b!, { transposeB: true })),
  ],
  max: of(
    elementwise,
    (x) => core.max(x),
    (x) => core.max(x, { axes: [0, 2] }),
  ),
  lpPool1d: of(signal, (x) => core.lpPool1d(x, 2, 3)),
  lpPool2d: of(
    picture,
    (x) => core.lpPool2d(x, 2, 2),
    (x) => core.lpPool2d(x, 3, 2, { stride: 1, padding: 1 }),
  ),
  lpPool3d: of(volume, (x) => core.lpPool3d(x, 4, 2)),
  maxUnpool1d: of(
    () => [randn([1, 2, 2]), tensor(Int32Array.of(0, 1, 3, 2), [1, 2, 2])],
    (x, indices) => core.maxUnpool1d(x, indices!, 2),
  ),
  maxUnpool2d: of(
    () => [randn([2, 1, 1, 3]), tensor(Int32Array.of(0, 1, 3, 3, 2, 2), [2, 1, 1, 3])],
    (x, indices) => core.maxUnpool2d(x, indices!, 2),
  ),
  maxUnpool3d: of(
    () => [randn([1, 1, 1, 1, 2]), tensor(Int32Array.of(7, 1), [1, 1, 1, 1, 2])],
    (x, indices) => core.maxUnpool3d(x, indices!, 2),
  ),
  maxPool1d: of(signal, (x) => core.maxPool1d(x, 3)),
  maxPool2d: of(picture, (x) => core.maxPool2d(x, 3, { stride: 1, padding: 1 })),
  maxPool3d: of(volume, (x) => core.maxPool3d(x, 2, { stride: 1 })),
  mul: of(drawn([2, 1, 3], [4, 1]), core.mul).concat(of(drawn([2, 3], [3]), core.mul)),
  minimum: of(drawn([2, 1, 3], [4, 1]), core.minimum),
  mean: of(elementwise, (x) => core.mean(x, { axes: [0, 2] })),
  min: of(elementwise, (x) => core.min(x, { axes: 1 })),
  neg: of(elementwise, core.neg),
  pow: of(() => [...positive(), randn([3, 1])], core.pow),
  cast: of(
    () => [tensor(Int32Array.of(0, 2, 2))],
    (x) => core.cast(x, 'float32'),
  ),
  oneHot: of(
    () => [tensor(Int32Array.of(0, 2, 2))],
    (indices) => core.oneHot(indices, 3),
  ),
  pad: of(drawn([2, 3]), (x) =>
    core.pad(
      x,
      [
        [1, 0],
        [2, 1],
      ],
      { value: 2 },
    ),
  ).concat(
    (['reflect', 'replicate', 'circular'] as const).flatMap((mode) =>
      of(drawn([3, 4]), (x) =>
        core.pad(
          x,
          [
            [2, 0],
            [3, 1],
          ],
          { mode },
        ),
      ),
    ),
  ),
  permute: of(elementwise, (x) => core.permute(x, [2, 0, 1])),
  relu: of(elementwise, core.relu),
  relu6: of(elementwise, core.relu6),
  reshape: of(elementwise, (x) => core.reshape(x, [6, -1])),
  sigmoid: of(elementwise, core.sigmoid),
  silu: of(elementwise, core.silu),
  slice: of(elementwise, (x) => core.slice(x, [1, 2], [2, 0], { steps: [1, -1] })),
  softmax: of(
    elementwise,
    (x) => core.softmax(x),
    (x) => core.softmax(x, 1),
  ),
  logSoftmax: of(elementwise, (x) => core.logSoftmax(x, 1)),
  all: of(elementwise, (x) => core.all(x, { axes: 1 })),
  any: of(elementwise, (x) => core.any(x, { axes: 1 })),
  cumsum: of(elementwise, (x) => core.cumsum(x, 1, { exclusive: true, reverse: true })),
  prod: of(elementwise, (x) => core.prod(x, { axes: 1 })),
  logSumExp: of(elementwise, (x) => core.logSumExp(x, { axes: [0, 2] })),
  norm: [1, 2, 3, Infinity].flatMap((p) => of(elementwise, (x) => core.norm(x, { p, axes: 1 }))),
  std: of(elementwise, (x) => core.std(x, { axes: [0, 2] })),
  variance: of(elementwise, (x) => core.variance(x, { axes: [0, 2], keepDims: true })),
  softplus: of(elementwise, (x) => core.softplus(x)),
  split: of(elementwise, (x) => core.split(x, 3, 1)[0]!),
  sqrt: of(positive, core.sqrt),
  square: of(elementwise, core.square),
  sub: of(drawn([2, 1, 3], [4, 1]), core.sub),
  channelShuffle: of(elementwise, (x) => core.channelShuffle(x, 5)).concat(
    of(drawn([2, 3, 6]), (x) => core.channelShuffle(x, 2)),
  ),
  chunk: of(elementwise, (x) => core.chunk(x, 1, 1)[0]!),
  depthToSpace: of(drawn([2, 2, 3, 8]), (x) => core.depthToSpace(x, 2)),
  pixelShuffle: of(drawn([2, 2, 3, 8]), (x) => core.pixelShuffle(x, 2)),
  pixelUnshuffle: of(drawn([2, 4, 2, 3]), (x) => core.pixelUnshuffle(x, 2)),
  repeatInterleave: of(
    elementwise,
    (x) => core.repeatInterleave(x, 2),
    (x) => core.repeatInterleave(x, 3, -2),
  ),
  roll: of(
    elementwise,
    (x) => core.roll(x, 4),
    (x) => core.roll(x, [1, -2], [0, 2]),
  ),
  spaceToDepth: of(drawn([2, 4, 2, 3]), (x) => core.spaceToDepth(x, 2)),
  tile: of(elementwise, (x) => core.tile(x, [2, 1, 3])),
  unstack: of(drawn([2, 1, 5]), (x) => core.unstack(x, 1)[0]!),
  embedding: of(
    () => [tensor(Int32Array.of(2, 0, 2, 1)), randn([4, 3])],
    (indices, weight) => core.embedding(indices, weight!),
    (indices, weight) => core.embedding(indices, weight!, { paddingIdx: 2 }),
  ),
  scatterAdd: of(
    () => [randn([3, 2]), tensor(Int32Array.of(2, 0, 2, 2, 1, 1, 0, 2), [4, 2]), randn([4, 2])],
    (x, indices, source) => core.scatterAdd(x, indices!, source!, 0),
  ),
  takeAlongAxis: of(
    () => [randn([2, 3]), tensor(Int32Array.of(2, 0, 2, 2, 1, 1, 0, 2), [2, 4])],
    (x, indices) => core.takeAlongAxis(x, indices!, 1),
  ),
  topk: of(
    elementwise,
    (x) => compose(() => core.topk(x, 2, { axis: 1, largest: false }).values),
    (x) => compose(() => core.topk(x, 3).values),
  ),
  squeeze: of(drawn([1, 3, 1]), (x) => core.squeeze(x, 0)),
  stack: of(drawn([2, 3], [2, 3]), (a, b) => core.stack([a!, b!, a!], 1)),
  sum: of(
    elementwise,
    (x) => core.sum(x),
    (x) => core.sum(x, { axes: [0, 2], keepDims: true }),
  ),
  tanh: of(elementwise, core.tanh),
  transpose: of(elementwise, (x) => core.transpose(x, 0, 2)),
  equal: of(drawn([2, 1, 3], [4, 1]), core.equal),
  greater: of(drawn([2, 1, 3], [4, 1]), core.greater),
  greaterEqual: of(drawn([2, 1, 3], [4, 1]), core.greaterEqual),
  less: of(drawn([2, 1, 3], [4, 1]), core.less),
  lessEqual: of(drawn([2, 1, 3], [4, 1]), core.lessEqual),
  notEqual: of(drawn([2, 1, 3], [4, 1]), core.notEqual),
  prelu: of(drawn([2, 3, 5], [5]), core.prelu),
  where: of(
    () => [tensor(Int32Array.of(0, 1, 1)), ...drawn([4, 1], [2, 1, 3])()],
    (condition, a, b) => core.where(condition!, a!, b!),
  ),
  ceil: of(elementwise, core.ceil),
  celu: of(elementwise, (x) => core.celu(x, 0.5)),
  cos: of(elementwise, core.cos),
  erf: of(elementwise, core.erf),
  expm1: of(elementwise, core.expm1),
  floor: of(elementwise, core.floor),
  hardShrink: of(elementwise, (x) => core.hardShrink(x)),
  hardSigmoid: of(elementwise, (x) => core.hardSigmoid(x)),
  log1p: of(positive, core.log1p),
  logSigmoid: of(elementwise, core.logSigmoid),
  mish: of(elementwise, core.mish),
  reciprocal: of(positive, core.reciprocal),
  round: of(elementwise, core.round),
  rsqrt: of(positive, core.rsqrt),
  selu: of(elementwise, core.selu),
  sign: of(elementwise, core.sign),
  sin: of(elementwise, core.sin),
  softsign: of(elementwise, core.softsign),
  threshold: of(elementwise, (x) => core.threshold(x, 0.1, 2)),
  unsqueeze: of(elementwise, (x) => core.unsqueeze(x, [0, -1])),
};

/** Every exported layer. */
export const LAYER_USES: Readonly<Record<string, { inputs: Use['inputs']; make: () => Module }>> = {
  AdaptiveAvgPool1d: { inputs: signal, make: () => new core.AdaptiveAvgPool1d(2) },
  AdaptiveAvgPool2d: { inputs: picture, make: () => new core.AdaptiveAvgPool2d(2) },
  AdaptiveAvgPool3d: { inputs: volume, make: () => new core.AdaptiveAvgPool3d(2) },
  AdaptiveMaxPool1d: { inputs: signal, make: () => new core.AdaptiveMaxPool1d(2) },
  AdaptiveMaxPool2d: { inputs: picture, make: () => new core.AdaptiveMaxPool2d(2) },
  AdaptiveMaxPool3d: { inputs: volume, make: () => new core.AdaptiveMaxPool3d(2) },
  AvgPool1d: { inputs: signal, make: () => new core.AvgPool1d(2) },
  AvgPool2d: { inputs: picture, make: () => new core.AvgPool2d(2) },
  AvgPool3d: { inputs: volume, make: () => new core.AvgPool3d(2) },
  BatchNorm1d: { inputs: signal, make: () => new core.BatchNorm1d(4) },
  BatchNorm2d: { inputs: picture, make: () => new core.BatchNorm2d(4) },
  BatchNorm3d: { inputs: volume, make: () => new core.BatchNorm3d(4, { momentum: null }) },
  GroupNorm: { inputs: signal, make: () => new core.GroupNorm(2, 4) },
  InstanceNorm1d: { inputs: signal, make: () => new core.InstanceNorm1d(4, { affine: true }) },
  InstanceNorm2d: { inputs: picture, make: () => new core.InstanceNorm2d(4) },
  InstanceNorm3d: { inputs: volume, make: () => new core.InstanceNorm3d(4) },
  Upsample: {
    inputs: picture,
    make: () => new core.Upsample({ scaleFactor: 2, mode: 'bilinear' }),
  },
  LayerNorm: { inputs: elementwise, make: () => new core.LayerNorm([3, 5]) },
  RMSNorm: { inputs: elementwise, make: () => new core.RMSNorm(5) },
  Conv1d: { inputs: signal, make: () => new core.Conv1d(4, 5, 3) },
  Conv2d: { inputs: picture, make: () => new core.Conv2d(4, 5, 3) },
  SeparableConv1d: { inputs: signal, make: () => new core.SeparableConv1d(4, 5, 3) },
  SeparableConv2d: {
    inputs: picture,
    make: () => new core.SeparableConv2d(4, 5, 3, { depthMultiplier: 2 }),
  },
  Conv3d: { inputs: volume, make: () => new core.Conv3d(4, 5, 2) },
  ConvTranspose1d: { inputs: signal, make: () => new core.ConvTranspose1d(4, 5, 3) },
  ConvTranspose2d: { inputs: picture, make: () => new core.ConvTranspose2d(4, 5, 3) },
  ConvTranspose3d: { inputs: volume, make: () => new core.ConvTranspose3d(4, 5, 2) },
  Dropout: { inputs: elementwise, make: () => new core.Dropout(0.5) },
  LogSoftmax: { inputs: elementwise, make: () => new core.LogSoftmax({ axis: 1 }) },
  Softmax: { inputs: elementwise, make: () => new core.Softmax({ axis: 1 }) },
  ChannelShuffle: { inputs: picture, make: () => new core.ChannelShuffle(2) },
  Embedding: {
    inputs: () => [tensor(Int32Array.of(2, 0, 2, 1), [2, 2])],
    make: () => new core.Embedding(3, 4, { paddingIdx: 0 }),
  },
  PixelShuffle: { inputs: picture, make: () => new core.PixelShuffle(2) },
  PixelUnshuffle: { inputs: drawn([2, 6, 4, 3]), make: () => new core.PixelUnshuffle(2) },
  Flatten: { inputs: elementwise, make: () => new core.Flatten() },
  GlobalAvgPool1d: { inputs: signal, make: () => new core.GlobalAvgPool1d() },
  GlobalAvgPool2d: { inputs: picture, make: () => new core.GlobalAvgPool2d() },
  GlobalAvgPool3d: { inputs: volume, make: () => new core.GlobalAvgPool3d() },
  GlobalMaxPool1d: { inputs: signal, make: () => new core.GlobalMaxPool1d() },
  GlobalMaxPool2d: { inputs: picture, make: () => new core.GlobalMaxPool2d() },
  GlobalMaxPool3d: { inputs: volume, make: () => new core.GlobalMaxPool3d() },
  Hardswish: { inputs: elementwise, make: () => new core.Hardswish() },
  Hardtanh: { inputs: elementwise, make: () => new core.Hardtanh() },
  PReLU: { inputs: elementwise, make: () => new core.PReLU() },
  CELU: { inputs: elementwise, make: () => new core.CELU(0.5) },
  Hardshrink: { inputs: elementwise, make: () => new core.Hardshrink() },
  Hardsigmoid: { inputs: elementwise, make: () => new core.Hardsigmoid() },
  LogSigmoid: { inputs: elementwise, make: () => new core.LogSigmoid() },
  Mish: { inputs: elementwise, make: () => new core.Mish() },
  SELU: { inputs: elementwise, make: () => new core.SELU() },
  Softsign: { inputs: elementwise, make: () => new core.Softsign() },
  Threshold: { inputs: elementwise, make: () => new core.Threshold(0.1, 2) },
  ELU: { inputs: elementwise, make: () => new core.ELU(0.5) },
  GELU: { inputs: elementwise, make: () => new core.GELU() },
  Softplus: { inputs: elementwise, make: () => new core.Softplus() },
  LeakyReLU: { inputs: elementwise, make: () => new core.LeakyReLU(-0.5) },
  Linear: { inputs: elementwise, make: () => new core.Linear(5, 4) },
  MaxPool1d: { inputs: signal, make: () => new core.MaxPool1d(2) },
  MaxPool2d: { inputs: picture, make: () => new core.MaxPool2d(2) },
  LPPool1d: { inputs: signal, make: () => new core.LPPool1d(2, 2) },
  LPPool2d: { inputs: picture, make: () => new core.LPPool2d(2, 2) },
  LPPool3d: { inputs: volume, make: () => new core.LPPool3d(2, 2) },
  MaxPool3d: { inputs: volume, make: () => new core.MaxPool3d(2) },
  ReLU: { inputs: elementwise, make: () => new core.ReLU() },
  ReLU6: { inputs: elementwise, make: () => new core.ReLU6() },
  Sequential: {
    inputs: picture,
    make: () =>
      new Sequential(
        new core.Conv2d(4, 5, 3),
        new core.SiLU(),
        new Sequential(new core.MaxPool2d(2), new core.Dropout(0.5)),
        new core.Flatten(),
        new Sequential(new core.Linear(20, 6), new core.LeakyReLU(-1)),
        new core.Linear(6, 2),
        new core.Hardswish(),
        new Sequential(),
      ),
  },
  SiLU: { inputs: elementwise, make: () => new core.SiLU() },
  Sigmoid: { inputs: elementwise, make: () => new core.Sigmoid() },
  Tanh: { inputs: elementwise, make: () => new core.Tanh() },
};
