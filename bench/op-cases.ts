// A megabyte or so for every op, by the name of its definition; several, where its speed depends on how axes lie.
import * as sg from '../src/index.js';
import { drawn, each, indices, of, one, type OpCase } from './op-case.js';
import { IMAGE_CASES } from './op-cases-images.js';

const vector = drawn([262_144]);
const pair = drawn([262_144], [262_144]);
const square = drawn([512, 512]);
const squares = drawn([512, 512], [512, 512]);
const tens = drawn([26_214, 10]);
const colours = drawn([87_381, 3]);
const picture = drawn([4, 32, 32, 64]);
const pictures = drawn([8, 64, 512]);

const UNARY = each(vector, {
  abs: sg.abs,
  ceil: sg.ceil,
  celu: (x) => sg.celu(x),
  cos: sg.cos,
  erf: sg.erf,
  expm1: sg.expm1,
  floor: sg.floor,
  hardShrink: (x) => sg.hardShrink(x),
  hardSigmoid: (x) => sg.hardSigmoid(x),
  log1p: sg.log1p,
  logSigmoid: sg.logSigmoid,
  mish: sg.mish,
  reciprocal: sg.reciprocal,
  round: sg.round,
  rsqrt: sg.rsqrt,
  selu: sg.selu,
  sign: sg.sign,
  sin: sg.sin,
  softsign: sg.softsign,
  threshold: (x) => sg.threshold(x, 0.5, 0),
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
    equal: (a, b) => sg.equal(a, b!),
    greater: (a, b) => sg.greater(a, b!),
    greaterEqual: (a, b) => sg.greaterEqual(a, b!),
    less: (a, b) => sg.less(a, b!),
    lessEqual: (a, b) => sg.lessEqual(a, b!),
    notEqual: (a, b) => sg.notEqual(a, b!),
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
  prelu: one(drawn([512, 512], [512]), (x, w) => sg.prelu(x, w!)),
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
  cast: one(
    () => [sg.randn([512, 512])],
    (x) => sg.cast(x, 'int32'),
  ),
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

/** By the name of the op's definition; `npm run matrix` fails where there is none. */
export const OP_CASES: Readonly<Record<string, readonly OpCase[]>> = {
  ...UNARY,
  ...BINARY,
  ...REDUCTIONS,
  ...COPIES,
  ...INDEXED,
  ...IMAGE_CASES,
};
