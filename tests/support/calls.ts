import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as library from '../../src/index.js';

/** A call that works, and what it leaves open. */
export interface Call {
  /** New arguments of a call that works, without those that may be left out, but for options. */
  readonly args: () => unknown[];
  /** The place of the options, if it takes any. */
  readonly options?: number;
  /** Whether all arguments may be left out. */
  readonly isOptional?: boolean;
  /** Whether it takes any number of arguments. */
  readonly isVariadic?: boolean;
  /** Whether what its options hold is looked at elsewhere: by a worker, or at the first call only. */
  readonly isElsewhere?: boolean;
  /** Unusual values that some places take: of these classes; Object stands for an object without a prototype. */
  readonly takes?: readonly (readonly [
    place: number,
    kind: abstract new (...args: never[]) => unknown,
  ])[];
}

const ones = (...shape: number[]) => library.ones(shape);
const picture = () => ones(1, 4, 4, 2);
const signal = () => ones(1, 8, 2);
const volume = () => ones(1, 4, 4, 4, 2);
const labels = () => library.tensor([0, 1], [2], { dtype: 'int32' });
const model = () => new library.Sequential(new library.Linear(2, 2));
const parameters = () => model().parameters();
const dataset = () =>
  new library.Dataset({
    inputs: new Float32Array(4),
    inputShape: [2],
    labels: [0, 1],
    classNames: ['a', 'b'],
  });
const source = () => ({
  inputs: new Float32Array(4),
  inputShape: [2],
  labels: [0, 1],
  classNames: ['a', 'b'],
});
const training = () => {
  const trained = model();
  const optimizer = new library.SGD(trained.parameters(), { lr: 0.1 });
  return [trained, dataset(), { optimizer, epochs: 1 }];
};
const idx = (type: number, sizes: number[], ...values: number[]) =>
  Uint8Array.of(0, 0, type, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size]), ...values);
const write = () => undefined;
const path = join(tmpdir(), 'simdgrad-arguments');

const unary: Call = { args: () => [picture()] };
const binary: Call = { args: () => [ones(2, 2), ones(2, 2)] };
const loss: Call = { args: () => [ones(2, 2), ones(2, 2), {}], options: 2, takes: [[2, Object]] };
const ternaryLoss: Call = {
  args: () => [ones(2, 2), ones(2, 2), ones(2, 2), {}],
  options: 3,
  takes: [[3, Object]],
};
const reduction: Call = { args: () => [ones(2, 2), {}], options: 1, takes: [[1, Object]] };
const normLayer: Call = { args: () => [2, {}], options: 1, takes: [[1, Object]] };
const layer: Call = { args: () => [], isOptional: true };
const shaped: Call = { args: () => [[2, 2]] };
const drawn: Call = { args: () => [[2, 2], {}], options: 1, takes: [[1, Object]] };
const filler: Call = { args: () => [ones(2, 2), 0, 1, {}], options: 3, takes: [[3, Object]] };
const scaler: Call = { args: () => [ones(2, 2), {}], options: 1, takes: [[1, Object]] };
const optimizer: Call = {
  args: () => [parameters(), { lr: 0.1 }],
  options: 1,
  takes: [[1, Object]],
};
const pool = (input: () => unknown): Call => ({
  args: () => [input(), 2, {}],
  options: 2,
  takes: [[2, Object]],
});
const sized = (input: () => unknown): Call => ({ args: () => [input(), 2] });
const power = (input: () => unknown): Call => ({
  args: () => [input(), 2, 2, {}],
  options: 3,
  takes: [[3, Object]],
});
const unpool = (...shape: number[]): Call => ({
  args: () => [
    ones(...shape),
    library.tensor(new Int32Array(shape.reduce((a, b) => a * b)), shape),
    2,
    {},
  ],
  options: 3,
  takes: [[3, Object]],
});
const powerLayer: Call = { args: () => [2, 2, {}], options: 2, takes: [[2, Object]] };
const convolution = (input: () => unknown, ...kernel: number[]): Call => ({
  args: () => [input(), ones(...kernel, 2, 2), ones(2), {}],
  options: 3,
  takes: [[3, Object]],
});
const poolLayer: Call = { args: () => [2, {}], options: 1, takes: [[1, Object]] };
const convLayer: Call = { args: () => [2, 2, 3, {}], options: 3, takes: [[3, Object]] };
const callback: Call = { args: () => [write] };

/** Exports that take no arguments. */
export const WITHOUT_ARGUMENTS = [
  'Module',
  'ModelWorker',
  'Optimizer',
  'TapeNode',
  'WorkerDataset',
  'capabilities',
  'defaultCacheDir',
  'generator',
  'terminate',
];

/** A call of every exported function and class, by its name. */
export const CALLS: Readonly<Record<string, Call>> = {
  Adadelta: optimizer,
  Adam: optimizer,
  AdamW: optimizer,
  Adagrad: optimizer,
  Adamax: optimizer,
  Lion: optimizer,
  NAdam: optimizer,
  RAdam: optimizer,
  RMSprop: optimizer,
  AveragedWeights: {
    args: () => [parameters(), { decay: 0.9 }],
    options: 1,
    takes: [[1, Object]],
  },
  clipGradNorm: { args: () => [parameters(), 1, {}], options: 2, takes: [[2, Object]] },
  clipGradValue: { args: () => [parameters(), 1] },
  AdaptiveAvgPool1d: { args: () => [2] },
  AdaptiveAvgPool2d: { args: () => [2] },
  AdaptiveAvgPool3d: { args: () => [2] },
  AdaptiveMaxPool1d: { args: () => [2] },
  AdaptiveMaxPool2d: { args: () => [2] },
  AdaptiveMaxPool3d: { args: () => [2] },
  AvgPool1d: poolLayer,
  AvgPool2d: poolLayer,
  BatchNorm1d: normLayer,
  BatchNorm2d: normLayer,
  BatchNorm3d: normLayer,
  GroupNorm: { args: () => [2, 4, {}], options: 2, takes: [[2, Object]] },
  InstanceNorm1d: normLayer,
  InstanceNorm2d: normLayer,
  InstanceNorm3d: normLayer,
  Upsample: { args: () => [{ size: 2 }], options: 0 },
  LayerNorm: normLayer,
  RMSNorm: normLayer,
  AvgPool3d: poolLayer,
  Conv1d: convLayer,
  Conv2d: convLayer,
  Conv3d: convLayer,
  ConvTranspose1d: convLayer,
  ConvTranspose2d: convLayer,
  ConvTranspose3d: convLayer,
  Dataset: { args: () => [source()], options: 0 },
  Dropout: { args: () => [0.5], isOptional: true },
  Flatten: { args: () => [{}], options: 0, isOptional: true, takes: [[0, Object]] },
  GlobalAvgPool1d: layer,
  GlobalAvgPool2d: layer,
  GlobalAvgPool3d: layer,
  GlobalMaxPool1d: layer,
  GlobalMaxPool2d: layer,
  GlobalMaxPool3d: layer,
  Hardswish: layer,
  Hardtanh: { args: () => [-1, 1], isOptional: true },
  PReLU: { args: () => [2, 0.25], isOptional: true },
  CELU: { args: () => [1], isOptional: true },
  Hardshrink: { args: () => [1], isOptional: true },
  Hardsigmoid: layer,
  LogSigmoid: layer,
  Mish: layer,
  SELU: layer,
  Softsign: layer,
  Threshold: { args: () => [0, 1] },
  ELU: { args: () => [1], isOptional: true },
  GELU: { args: () => ['tanh'], isOptional: true },
  LeakyReLU: { args: () => [0.1], isOptional: true },
  Embedding: { args: () => [2, 2, {}], options: 2, takes: [[2, Object]] },
  ChannelShuffle: { args: () => [2] },
  PixelShuffle: { args: () => [2] },
  PixelUnshuffle: { args: () => [2] },
  Linear: { args: () => [2, 2, {}], options: 2, takes: [[2, Object]] },
  MaxPool1d: poolLayer,
  MaxPool2d: poolLayer,
  MaxPool3d: poolLayer,
  Random: { args: () => [1] },
  ReLU: layer,
  ReLU6: layer,
  SGD: { ...optimizer, takes: [] },
  Sequential: { args: () => [new library.ReLU()], isOptional: true, isVariadic: true },
  SiLU: layer,
  Sigmoid: layer,
  Softplus: { args: () => [1, 20], isOptional: true },
  Tanh: layer,
  Tensor: { args: () => [], isVariadic: true },
  abs: unary,
  accuracy: { args: () => [ones(2, 2), Int32Array.of(0, 1)], isVariadic: true },
  LPPool1d: powerLayer,
  LPPool2d: powerLayer,
  LPPool3d: powerLayer,
  lpPool1d: power(signal),
  lpPool2d: power(picture),
  lpPool3d: power(volume),
  maxUnpool1d: unpool(1, 2, 1),
  maxUnpool2d: unpool(1, 2, 2, 1),
  maxUnpool3d: unpool(1, 2, 2, 2, 1),
  adaptiveAvgPool1d: sized(signal),
  adaptiveAvgPool2d: sized(picture),
  adaptiveAvgPool3d: sized(volume),
  adaptiveMaxPool1d: pool(signal),
  adaptiveMaxPool2d: pool(picture),
  adaptiveMaxPool3d: pool(volume),
  add: binary,
  addBias: { args: () => [ones(2, 2), ones(2)] },
  arange: { args: () => [0, 2, 1] },
  argmax: reduction,
  argmaxRows: { args: () => [ones(2, 2)] },
  argmin: reduction,
  avgPool1d: pool(signal),
  avgPool2d: pool(picture),
  avgPool3d: pool(volume),
  batchNorm: {
    args: () => [ones(2, 2), ones(2), ones(2), ones(2), ones(2), {}],
    options: 5,
    takes: [[5, Object]],
  },
  groupNorm: {
    args: () => [ones(2, 2), 2, ones(2), ones(2), {}],
    options: 4,
    takes: [[4, Object]],
  },
  instanceNorm: {
    args: () => [ones(2, 2, 2), ones(2), ones(2), {}],
    options: 3,
    takes: [[3, Object]],
  },
  interpolate: { args: () => [picture(), { size: 2 }], options: 1 },
  layerNorm: {
    args: () => [ones(2, 2), 2, ones(2), ones(2), {}],
    options: 4,
    takes: [[4, Object]],
  },
  localResponseNorm: { args: () => [ones(2, 2), 2, {}], options: 2, takes: [[2, Object]] },
  normalize: { args: () => [ones(2, 2), {}], options: 1, takes: [[1, Object]] },
  rmsNorm: { args: () => [ones(2, 2), 2, ones(2), {}], options: 3, takes: [[3, Object]] },
  checkGradients: {
    args: () => [library.relu, [library.tensor([1, 2], [2], { requiresGrad: true })], {}],
    options: 2,
    takes: [[2, Object]],
  },
  checkpoint: { args: () => [{ save: write }], options: 0 },
  checkpointFile: { args: () => [path, {}], options: 1, takes: [[1, Object]] },
  buffer: { args: () => [[2], 1] },
  cifar10Dataset: { args: () => [[new Uint8Array(3073)]] },
  clip: { args: () => [picture(), 0, 1] },
  balancedAccuracy: { args: () => [2] },
  classReport: { args: () => [[[1]]] },
  confusionMatrix: { args: () => [[0], [0], 1] },
  f1Score: { args: () => [2, {}], options: 1, takes: [[1, Object]] },
  iouScore: { args: () => [2, {}], options: 1, takes: [[1, Object]] },
  keepBest: { args: () => [{}], options: 0, isOptional: true, takes: [[0, Object]] },
  maeScore: layer,
  r2Score: layer,
  rmseScore: layer,
  rocAuc: layer,
  topKAccuracy: { args: () => [1] },
  concat: { args: () => [[ones(2, 2), ones(2, 2)], 0] },
  conv1d: convolution(signal, 3),
  conv2d: convolution(picture, 3, 3),
  conv3d: convolution(volume, 3, 3, 3),
  convTranspose1d: convolution(signal, 3),
  convTranspose2d: convolution(picture, 3, 3),
  convTranspose3d: convolution(volume, 3, 3, 3),
  cosineSchedule: { args: () => [0.1, {}], options: 1, takes: [[1, Object]] },
  createModelWorker: {
    args: () => [library.saveModel(model()), {}],
    options: 1,
    isElsewhere: true,
    takes: [[1, Object]],
  },
  customOp: {
    args: () => [{ name: 'customOp', forward: write, backward: write }],
    options: 0,
  },
  crossEntropy: {
    args: () => [ones(2, 2), labels(), {}],
    options: 2,
    takes: [[2, Object]],
  },
  csvDataset: { args: () => ['a,1\nb,2\n', {}], options: 1, takes: [[1, Object]] },
  csvHistory: callback,
  div: binary,
  dropout: { args: () => [picture(), 0.5, {}], options: 2, takes: [[2, Object]] },
  earlyStopping: { args: () => [{}], options: 0, isOptional: true, takes: [[0, Object]] },
  elu: { args: () => [picture(), 1] },
  evaluate: { args: () => [model(), dataset(), {}], options: 2, takes: [[2, Object]] },
  exp: unary,
  expand: { args: () => [ones(2, 2), [3, 2, 2]] },
  fans: shaped,
  fit: { args: training, options: 2 },
  flatten: { args: () => [picture(), 1] },
  flip: { args: () => [ones(2, 2), 0] },
  full: { args: () => [[2], 1] },
  gather: { args: () => [ones(2, 2), labels(), 0] },
  gelu: { args: () => [picture(), 'tanh'] },
  globalAvgPool1d: { args: () => [signal()] },
  globalAvgPool2d: { args: () => [picture()] },
  globalAvgPool3d: { args: () => [volume()] },
  globalMaxPool1d: { args: () => [signal()] },
  globalMaxPool2d: { args: () => [picture()] },
  globalMaxPool3d: { args: () => [volume()] },
  hardSwish: unary,
  hardtanh: { args: () => [picture(), 0, 1] },
  idxDataset: {
    args: () => [idx(8, [2, 1], 1, 2), idx(8, [2], 0, 1), {}],
    options: 2,
    takes: [[2, Object]],
  },
  init: {
    args: () => [{}],
    options: 0,
    isOptional: true,
    isVariadic: true,
    isElsewhere: true,
    takes: [[0, Object]],
  },
  jsonHistory: callback,
  kaimingNormal: scaler,
  kaimingUniform: scaler,
  JoinedDataset: { args: () => [dataset()], isVariadic: true },
  keep: unary,
  layerFromConfig: { args: () => [{ type: 'ReLU' }, {}], options: 1, takes: [[1, Object]] },
  leakyRelu: { args: () => [picture(), 0.1] },
  linear: {
    args: () => [ones(2, 2), ones(2, 2), ones(2), {}],
    options: 3,
    takes: [[3, Object]],
  },
  loadDataset: { args: () => [path, {}], options: 1 },
  loadModel: { args: () => [library.saveModel(model()), {}], options: 1, takes: [[1, Object]] },
  loadTorchStateDict: {
    args: () => [model(), library.torchStateDict(model()), {}],
    options: 2,
    takes: [
      [1, Map],
      [2, Object],
    ],
  },
  log: unary,
  manualSeed: { args: () => [1] },
  matmul: { args: () => [ones(2, 2), ones(2, 2), {}], options: 2, takes: [[2, Object]] },
  max: reduction,
  maximum: binary,
  maxPool1d: pool(signal),
  maxPool2d: pool(picture),
  maxPool3d: pool(volume),
  maybeGunzip: { args: () => [Uint8Array.of(1), {}], options: 1, takes: [[1, Object]] },
  mean: reduction,
  min: reduction,
  minimum: binary,
  mul: binary,
  mse: loss,
  // Losses.
  bceWithLogits: loss,
  bce: loss,
  focal: loss,
  hinge: loss,
  hingeEmbedding: loss,
  huber: loss,
  klDiv: loss,
  l1: loss,
  poissonNll: loss,
  smoothL1: loss,
  cosineEmbedding: {
    ...loss,
    args: () => [ones(2, 2), ones(2, 2), ones(2), {}],
    options: 3,
    takes: [[3, Object]],
  },
  dice: { ...loss, args: () => [ones(2, 2, 2), ones(2, 2, 2), {}] },
  gaussianNll: ternaryLoss,
  tripletMargin: ternaryLoss,
  multiMargin: { ...loss, args: () => [ones(2, 2), labels(), {}] },
  nllLoss: { ...loss, args: () => [ones(2, 2), labels(), {}] },
  neg: unary,
  noGrad: { args: () => [write] },
  normal: filler,
  oneHot: { args: () => [labels(), 2] },
  ones: shaped,
  pad: { args: () => [ones(2), [[1, 1]], {}], options: 2, takes: [[2, Object]] },
  parameter: { args: () => [[2], write] },
  parseIdx: { args: () => [idx(8, [1], 1), 'name'] },
  permute: { args: () => [ones(2, 2), [1, 0]] },
  pow: binary,
  predict: { args: () => [model(), dataset(), {}], options: 2, takes: [[2, Object]] },
  progress: { args: () => [write, {}], options: 1, takes: [[1, Object]] },
  rand: drawn,
  randn: drawn,
  readModel: { args: () => [path, {}], options: 1, isElsewhere: true, takes: [[1, Object]] },
  readSafetensors: { args: () => [library.writeSafetensors(new Map()), 'name'] },
  relu: unary,
  relu6: unary,
  reshape: { args: () => [ones(2, 2), [4]] },
  saveModel: { args: () => [model(), {}], takes: [[1, Object]] },
  scope: { args: () => [write] },
  serveBatches: { args: () => [dataset()] },
  serveModel: { args: () => [{}], options: 0, isOptional: true, takes: [[0, Object]] },
  sigmoid: unary,
  silu: unary,
  slice: { args: () => [ones(2, 2), [0], [1], {}], options: 3, takes: [[3, Object]] },
  softmax: unary,
  softplus: { args: () => [picture(), 1, 20] },
  split: { args: () => [ones(2, 2), 1, 0] },
  sqrt: unary,
  square: unary,
  channelShuffle: { args: () => [ones(1, 4), 2] },
  chunk: { args: () => [ones(2, 2), 2, 0] },
  depthToSpace: { args: () => [ones(1, 1, 4), 2] },
  pixelShuffle: { args: () => [ones(1, 1, 4), 2] },
  pixelUnshuffle: { args: () => [ones(2, 2, 1), 2] },
  repeatInterleave: { args: () => [ones(2), 2, 0] },
  roll: { args: () => [ones(2), 1, 0] },
  spaceToDepth: { args: () => [ones(2, 2, 1), 2] },
  tile: { args: () => [ones(2), [2]] },
  unstack: { args: () => [ones(2, 2), 0] },
  embedding: { args: () => [labels(), ones(2, 2), {}], options: 2, takes: [[2, Object]] },
  scatterAdd: { args: () => [ones(2), labels(), ones(2), 0] },
  takeAlongAxis: { args: () => [ones(2), labels(), 0] },
  topk: { args: () => [ones(2), 1, {}], options: 2, takes: [[2, Object]] },
  squeeze: { args: () => [ones(1, 2), 0] },
  stack: { args: () => [[ones(2, 2), ones(2, 2)], 0] },
  stopAtNaN: layer,
  strokes: { args: () => [{ count: 2, seed: 1 }], options: 0 },
  sub: binary,
  sum: reduction,
  summary: { args: () => [model(), [2]] },
  tanh: unary,
  tensor: { args: () => [[1, 2], [2], {}], options: 2, takes: [[2, Object]] },
  torchStateDict: { args: () => [model(), {}], options: 1, takes: [[1, Object]] },
  transpose: { args: () => [ones(2, 2), 0, 1] },
  equal: binary,
  greater: binary,
  greaterEqual: binary,
  less: binary,
  lessEqual: binary,
  notEqual: binary,
  prelu: { args: () => [ones(2, 2), ones(2)] },
  where: { args: () => [ones(2, 2), ones(2, 2), ones(2, 2)] },
  ceil: unary,
  celu: { args: () => [picture(), 1] },
  cos: unary,
  erf: unary,
  expm1: unary,
  floor: unary,
  hardShrink: { args: () => [picture(), 1] },
  hardSigmoid: { args: () => [picture(), 0.2, 0.5] },
  log1p: unary,
  logSigmoid: unary,
  mish: unary,
  reciprocal: unary,
  round: unary,
  rsqrt: unary,
  selu: unary,
  sign: unary,
  sin: unary,
  softsign: unary,
  threshold: { args: () => [picture(), 0, 1] },
  uniform: filler,
  unsqueeze: { args: () => [ones(2), 0] },
  weightsSha256: { args: () => [model()] },
  writeFileAtomically: { args: () => [path, 'text'] },
  writeModel: { args: () => [path, model(), {}], takes: [[2, Object]] },
  writeSafetensors: {
    args: () => [new Map(), {}],
    takes: [
      [0, Map],
      [1, Object],
    ],
  },
  xavierNormal: scaler,
  xavierUniform: scaler,
  zeros: shaped,
};
