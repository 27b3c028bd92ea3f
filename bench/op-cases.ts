// A megabyte or so for every op, by the name of its definition; several, where its speed depends on how axes lie.
import * as sg from '../src/index.js';
import type { Tensor } from '../src/index.js';

export interface OpCase {
  readonly what?: string;
  readonly inputs: () => [Tensor, ...Tensor[]];
  readonly run: (x: Tensor, ...others: Tensor[]) => Tensor;
}

type Run = OpCase['run'];

const drawn =
  (shape: number[], ...others: number[][]): OpCase['inputs'] =>
  () => [sg.rand(shape), ...others.map((other) => sg.rand(other))];
const of = (inputs: OpCase['inputs'], run: Run, what?: string): OpCase => ({
  inputs,
  run,
  ...(what && { what }),
});
const one = (inputs: OpCase['inputs'], run: Run): OpCase[] => [of(inputs, run)];
/** The same inputs for functions of one name each. */
const each = (inputs: OpCase['inputs'], functions: Readonly<Record<string, Run>>) =>
  Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, one(inputs, run)]));

const vector = drawn([262_144]);
const pair = drawn([262_144], [262_144]);
const square = drawn([512, 512]);
const squares = drawn([512, 512], [512, 512]);
const tens = drawn([26_214, 10]);
const colours = drawn([87_381, 3]);
const signal = drawn([4, 1024, 64]);
const picture = drawn([4, 32, 32, 64]);
const pictures = drawn([8, 64, 512]);
/** Integers below `below`: `rows`, or [rows, columns]. */
const indices = (rows: number, below: number, ...columns: number[]) => {
  const shape = [rows, ...columns];
  const length = shape.reduce((a, b) => a * b);
  return sg.tensor(
    Int32Array.from({ length }, (_, i) => (i * 7919) % below),
    shape,
  );
};

const UNARY = each(vector, {
  abs: sg.abs,
  clip: (x) => sg.clip(x, 0.25, 0.75),
  elu: (x) => sg.elu(x),
  exp: sg.exp,
  gelu: (x) => sg.gelu(x),
  hardSwish: sg.hardSwish,
  hardtanh: (x) => sg.hardtanh(x),
  leakyRelu: (x) => sg.leakyRelu(x),
  log: sg.log,
  neg: sg.neg,
  relu: sg.relu,
  relu6: sg.relu6,
  sigmoid: sg.sigmoid,
  silu: sg.silu,
  softplus: (x) => sg.softplus(x),
  sqrt: sg.sqrt,
  square: sg.square,
  tanh: sg.tanh,
  dropout: (x) => sg.dropout(x, 0.5),
});

const BINARY = {
  ...each(pair, {
    div: (a, b) => sg.div(a, b!),
    maximum: (a, b) => sg.maximum(a, b!),
    minimum: (a, b) => sg.minimum(a, b!),
    mul: (a, b) => sg.mul(a, b!),
    pow: (a, b) => sg.pow(a, b!),
    sub: (a, b) => sg.sub(a, b!),
  }),
  add: [
    of(pair, (a, b) => sg.add(a, b!)),
    of(drawn([512, 512], [512]), (a, b) => sg.add(a, b!), '[512,512] and [512]'),
    of(drawn([512, 512], [512, 1]), (a, b) => sg.add(a, b!), '[512,512] and [512,1]'),
  ],
  addBias: one(drawn([512, 512], [512]), (x, b) => sg.addBias(x, b!)),
};

const REDUCTIONS: Record<string, OpCase[]> = {
  sum: [
    of(vector, (x) => sg.sum(x), 'all'),
    of(square, (x) => sg.sum(x, { axes: 1 }), 'rows of 512'),
    of(square, (x) => sg.sum(x, { axes: 0 }), 'columns of 512'),
    of(tens, (x) => sg.sum(x, { axes: 1 }), 'rows of 10'),
    of(colours, (x) => sg.sum(x, { axes: 1 }), 'rows of 3'),
    of(colours, (x) => sg.sum(x, { axes: 0 }), '3 columns'),
  ],
  mean: one(pictures, (x) => sg.mean(x, { axes: [0, 2] })),
  ...each(square, {
    argmax: (x) => sg.argmax(x, { axis: 1 }),
    argmin: (x) => sg.argmin(x, { axis: 1 }),
    max: (x) => sg.max(x, { axes: 1 }),
    min: (x) => sg.min(x, { axes: 1 }),
    softmax: (x) => sg.softmax(x),
  }),
};

const COPIES: Record<string, OpCase[]> = {
  permute: [
    of(square, (x) => sg.permute(x, [1, 0]), '[512,512] transposed'),
    of(colours, (x) => sg.permute(x, [1, 0]), '[87381,3] transposed'),
    of(pictures, (x) => sg.permute(x, [0, 2, 1]), '[8,64,512] to [8,512,64]'),
    of(picture, (x) => sg.permute(x, [0, 3, 1, 2]), 'NHWC to NCHW, 64 channels'),
    of(drawn([4, 64, 32, 32]), (x) => sg.permute(x, [0, 2, 3, 1]), 'NCHW to NHWC, 64 channels'),
    of(drawn([1, 296, 296, 3]), (x) => sg.permute(x, [0, 3, 1, 2]), 'NHWC to NCHW, 3 channels'),
    of(drawn([1, 3, 296, 296]), (x) => sg.permute(x, [0, 2, 3, 1]), 'NCHW to NHWC, 3 channels'),
  ],
  expand: one(drawn([3]), (x) => sg.expand(x, [87_381, 3])),
  slice: [of(square, (x) => sg.slice(x, [0], [512], { axes: [1], steps: [2] }), 'every other')],
  concat: one(squares, (a, b) => sg.concat([a, b!], 1)),
  stack: one(squares, (a, b) => sg.stack([a, b!], 1)),
  split: one(square, (x) => sg.split(x, 256, 1)[1]!),
  pad: (['constant', 'reflect', 'replicate', 'circular'] as const).map((mode) => {
    const frame = [0, 1, 1, 0].map((size) => [size, size] as const);
    return of(picture, (x) => sg.pad(x, frame, { mode }), mode);
  }),
  ...each(square, {
    flatten: (x) => sg.flatten(x),
    flip: (x) => sg.flip(x, 1),
    repeatInterleave: (x) => sg.repeatInterleave(x, 2, 1),
    reshape: (x) => sg.reshape(x, [256, 1024]),
    roll: (x) => sg.roll(x, 100, 1),
    squeeze: (x) => sg.squeeze(x),
    tile: (x) => sg.tile(x, [2, 2]),
    unsqueeze: (x) => sg.unsqueeze(x, 1),
  }),
  ...each(picture, {
    channelShuffle: (x) => sg.channelShuffle(x, 4),
    depthToSpace: (x) => sg.depthToSpace(x, 2),
    pixelShuffle: (x) => sg.pixelShuffle(x, 2),
    pixelUnshuffle: (x) => sg.pixelUnshuffle(x, 2),
    spaceToDepth: (x) => sg.spaceToDepth(x, 2),
  }),
};

const INDEXED: Record<string, OpCase[]> = {
  ...each(() => [sg.rand([1024, 256]), indices(1024, 1024)], {
    embedding: (x, at) => sg.embedding(at!, x),
    gather: (x, at) => sg.gather(x, at!),
  }),
  oneHot: one(
    () => [indices(4096, 64)],
    (x) => sg.oneHot(x, 64),
  ),
  scatterAdd: one(
    () => [sg.rand([1024, 256]), indices(1024, 1024, 256), sg.rand([1024, 256])],
    (x, at, source) => sg.scatterAdd(x, at!, source!, 0),
  ),
  takeAlongAxis: one(
    () => [sg.rand([1024, 256]), indices(1024, 1024, 256)],
    (x, at) => sg.takeAlongAxis(x, at!, 0),
  ),
  topk: one(square, (x) => sg.topk(x, 5).values),
};

const PRODUCTS: Record<string, OpCase[]> = {
  linear: one(drawn([256, 256], [256, 256], [256]), (x, w, b) => sg.linear(x, w!, b)),
  matmul: one(drawn([256, 256], [256, 256]), (a, b) => sg.matmul(a, b!)),
  conv1d: one(drawn([4, 1024, 64], [3, 64, 64], [64]), (x, w, b) => sg.conv1d(x, w!, b)),
  conv2d: one(drawn([4, 32, 32, 64], [3, 3, 64, 64], [64]), (x, w, b) => sg.conv2d(x, w!, b)),
  conv3d: one(drawn([1, 16, 16, 16, 64], [3, 3, 3, 64, 64], [64]), (x, w, b) =>
    sg.conv3d(x, w!, b),
  ),
  convTranspose1d: one(drawn([4, 1024, 64], [3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose1d(x, w!, b),
  ),
  convTranspose2d: one(drawn([4, 32, 32, 64], [3, 3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose2d(x, w!, b),
  ),
  convTranspose3d: one(drawn([1, 16, 16, 16, 64], [3, 3, 3, 64, 64], [64]), (x, w, b) =>
    sg.convTranspose3d(x, w!, b),
  ),
};

const POOLS: Record<string, OpCase[]> = {
  ...each(signal, {
    avgPool1d: (x) => sg.avgPool1d(x, 2),
    maxPool1d: (x) => sg.maxPool1d(x, 2),
  }),
  ...each(picture, {
    avgPool2d: (x) => sg.avgPool2d(x, 2),
    globalAvgPool2d: (x) => sg.globalAvgPool2d(x),
    maxPool2d: (x) => sg.maxPool2d(x, 2),
  }),
};

const NORMS: Record<string, OpCase[]> = {
  ...each(drawn([4, 32, 32, 64], [64], [64]), {
    batchNorm: (x, w, b) => sg.batchNorm(x, undefined, undefined, w, b, { training: true }),
    groupNorm: (x, w, b) => sg.groupNorm(x, 8, w, b),
    instanceNorm: (x, w, b) => sg.instanceNorm(x, w, b),
    rmsNorm: (x, w) => sg.rmsNorm(x, 64, w),
  }),
  layerNorm: [
    of(drawn([4, 32, 32, 64], [64], [64]), (x, w, b) => sg.layerNorm(x, 64, w, b), 'rows of 64'),
    of(drawn([512, 512], [512], [512]), (x, w, b) => sg.layerNorm(x, 512, w, b), 'rows of 512'),
  ],
};

const RESIZED: Record<string, OpCase[]> = {
  interpolate: [
    of(drawn([4, 16, 16, 256]), (x) => sg.interpolate(x, { scaleFactor: 2 }), 'nearest'),
    of(
      drawn([4, 16, 16, 256]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }),
      'bilinear',
    ),
    of(
      drawn([1, 148, 148, 3]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bilinear' }),
      'bilinear, 3 channels',
    ),
    of(
      drawn([4, 32, 32, 64]),
      (x) => sg.interpolate(x, { scaleFactor: 0.5, mode: 'bilinear' }),
      'bilinear, to a half',
    ),
    of(
      drawn([4, 16, 16, 256]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'bicubic' }),
      'bicubic',
    ),
    of(
      drawn([1, 16, 16, 16, 64]),
      (x) => sg.interpolate(x, { scaleFactor: 2, mode: 'trilinear' }),
      'trilinear',
    ),
  ],
};

const LOSSES: Record<string, OpCase[]> = {
  ...each(() => [sg.rand([26_214, 10]), indices(26_214, 10)], {
    crossEntropy: (x, labels) => sg.crossEntropy(x, labels!),
    nllLoss: (x, labels) => sg.nllLoss(x, labels!),
  }),
  mse: one(squares, (a, b) => sg.mse(a, b!)),
};

/** By the name of the op's definition; `npm run matrix` fails where there is none. */
export const OP_CASES: Readonly<Record<string, readonly OpCase[]>> = {
  ...UNARY,
  ...BINARY,
  ...REDUCTIONS,
  ...COPIES,
  ...INDEXED,
  ...PRODUCTS,
  ...POOLS,
  ...NORMS,
  ...RESIZED,
  ...LOSSES,
};
