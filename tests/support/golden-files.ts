// The form of the values of PyTorch in tests/golden/NAME.json, which NAME.py writes.
//
// PyTorch computed in float64 and every number is rounded to float32. The gradients of outputs (dy,
// dLoss) are inputs too; d<name> is the gradient of <name>. Drawn inputs are exact in float32.
import type { GoldenInput, GoldenOutput } from './op.js';
import type { UNARY } from './reference/map.js';
import type { BinaryName } from './reference/zip.js';

export type Pair = [number, number];
export type Shape1d = [batch: number, length: number, channels: number];
export type Shape2d = [batch: number, height: number, width: number, channels: number];

export interface ConvCase<Shape, Kernel, Axes, Padding> {
  name: string;
  stride: Axes;
  padding: Padding;
  /** Whether PyTorch got `padding='same'`; `padding` spells it out all the same. */
  same: boolean;
  dilation: Axes;
  groups: number;
  xShape: Shape;
  x: number[];
  wShape: Kernel;
  w: number[];
  b: number[] | null;
  yShape: Shape;
  y: number[];
  dy: number[];
  dx: number[];
  dw: number[];
  db: number[] | null;
}

export type Padding1d = [left: number, right: number];
export type Padding2d = [top: number, left: number, bottom: number, right: number];

export type Kernel1d = [kernel: number, inPerGroup: number, outChannels: number];
export type Kernel2d = [
  kernelHeight: number,
  kernelWidth: number,
  inPerGroup: number,
  outChannels: number,
];

export type Conv1dCase = ConvCase<Shape1d, Kernel1d, number, Padding1d>;
export type Conv2dCase = ConvCase<Shape2d, Kernel2d, Pair, Padding2d>;

export interface PoolCase<Shape, Axes, Padding> {
  name: string;
  kernelSize: Axes;
  stride: Axes;
  padding: Padding;
  ceilMode: boolean;
  xShape: Shape;
  x: number[];
  yShape: Shape;
  y: number[];
  dy: number[];
  dx: number[];
}

export interface MaxPoolFields<Axes> {
  dilation: Axes;
  /** `ih * inWidth + iw` for every element of y. */
  argmax: number[];
}

export interface AvgPoolFields {
  countIncludePad: boolean;
}

export type MaxPool1dCase = PoolCase<Shape1d, number, Padding1d> & MaxPoolFields<number>;
export type MaxPool2dCase = PoolCase<Shape2d, Pair, Padding2d> & MaxPoolFields<Pair>;
export type AvgPool1dCase = PoolCase<Shape1d, number, Padding1d> & AvgPoolFields;
export type AvgPool2dCase = PoolCase<Shape2d, Pair, Padding2d> & AvgPoolFields;

export type MatmulCase = OpCase & { options: { transposeA: boolean; transposeB: boolean } };

export interface LinearCase {
  name: string;
  rows: number;
  inFeatures: number;
  outFeatures: number;
  x: number[];
  /** [inFeatures, outFeatures] */
  w: number[];
  b: number[] | null;
  y: number[];
  dy: number[];
  dx: number[];
  dw: number[];
  db: number[] | null;
}

/** The names of the unary functions. */
export type MapName = Exclude<keyof typeof UNARY, 'geluTanh'>;

export interface UnaryCase {
  name: string;
  /** Of a function that takes some. */
  options?: Record<string, number | string>;
  x: number[];
  y: number[];
  dy: number[];
  dx: number[];
}

export interface SoftmaxCase extends UnaryCase {
  rows: number;
  classes: number;
}

export interface BatchNormCase {
  name: string;
  /** Channels last. */
  shape: number[];
  momentum: number;
  eps: number;
  weight: number[] | null;
  bias: number[] | null;
  /** One after the other, with the running statistics after each. */
  steps: {
    training: boolean;
    x: number[];
    y: number[];
    dy: number[];
    dx: number[];
    dw: number[] | null;
    db: number[] | null;
    runningMean: number[];
    runningVar: number[];
  }[];
}

export type Reduction = 'mean' | 'sum' | 'none';

export interface CrossEntropyCase {
  name: string;
  rows: number;
  classes: number;
  reduction: Reduction;
  options: { labelSmoothing?: number; weight?: number[]; ignoreIndex?: number };
  logits: number[];
  labels: number[];
  /** One number, or with reduction 'none' one for every row; likewise `dLoss`. */
  loss: number[];
  dLoss: number[];
  dLogits: number[];
}

export interface MseCase {
  name: string;
  reduction: Reduction;
  x: number[];
  target: number[];
  /** One number, or with reduction 'none' one for every element; likewise `dLoss`. */
  loss: number[];
  dLoss: number[];
  dx: number[];
}

export interface OptimizerCase<Options> {
  name: string;
  options: Options;
  initial: number[];
  /** The gradient that a step got, and the parameter after it. */
  steps: { gradient: number[]; parameter: number[] }[];
}

export type SgdCase = OptimizerCase<{
  lr: number;
  momentum: number;
  dampening: number;
  nesterov: boolean;
  weightDecay: number;
}>;

export type AdamCase = OptimizerCase<{
  lr: number;
  betas: Pair;
  eps: number;
  weightDecay: number;
}>;

export type AdadeltaCase = OptimizerCase<{
  lr: number;
  rho: number;
  eps: number;
  weightDecay: number;
}>;

export interface GroupsCase {
  name: string;
  options: object;
  groups: object[];
  initial: number[][];
  steps: { gradients: number[][]; parameters: number[][] }[];
}

export interface ScheduleCase {
  name: string;
  lr: number;
  options: object;
  rates: number[];
}

/** A case in the form of `expectGolden`. */
export interface OpCase {
  name: string;
  inputs: GoldenInput[];
  output: GoldenOutput;
}

/** A case of a loss: `constants` need no gradient. */
export type LossCase = OpCase & {
  constants: Record<string, { shape: number[]; data: number[] }>;
  options: object;
};

export type LossName =
  | 'bce'
  | 'bceWithLogits'
  | 'cosineEmbedding'
  | 'crossEntropyOfProbabilities'
  | 'dice'
  | 'focal'
  | 'gaussianNll'
  | 'hinge'
  | 'hingeEmbedding'
  | 'huber'
  | 'klDiv'
  | 'l1'
  | 'multiMargin'
  | 'nllLoss'
  | 'poissonNll'
  | 'smoothL1'
  | 'tripletMargin';

/** A case of an op with options. */
export interface ConvOpCase extends OpCase {
  options: { stride: number | number[]; padding: number | number[]; groups: number };
}

/** A case with the arguments that follow the tensors. */
export type CallCase = OpCase & { args: unknown[] };

export interface PlaceCase {
  name: string;
  x: { shape: number[]; data: number[] };
  y: { shape: number[]; data: number[] };
  args: unknown[];
}

export type TopkCase = OpCase & { k: number; axis: number; largest: boolean; indices: number[] };
export type EmbeddingCase = Omit<GatherCase, 'axis'> & { paddingIdx: number | null };
export type GatherCase = OpCase & { axis: number; indices: number[]; indicesShape: number[] };

/** Pools of any number of axes. */
export type PoolName =
  | `${'max' | 'avg'}Pool3d`
  | 'avgPool2d'
  | `adaptive${'Avg' | 'Max'}Pool${1 | 2 | 3}d`
  | `lpPool${1 | 2 | 3}d`
  | `maxUnpool${1 | 2 | 3}d`
  | `globalAvgPool${1 | 3}d`
  | `globalMaxPool${1 | 2 | 3}d`;

/** With the indices that `returnIndices` gives beside the output. */
export type PoolCallCase = CallCase & { indices?: number[] };

export interface GoldenFiles {
  copies: Record<
    | 'channelShuffle'
    | 'depthToSpace'
    | 'pixelShuffle'
    | 'pixelUnshuffle'
    | 'spaceToDepth'
    | 'repeatInterleave'
    | 'roll'
    | 'tile'
    | 'concat'
    | 'expand'
    | 'flatten'
    | 'flip'
    | 'pad'
    | 'permute'
    | 'reshape'
    | 'slice'
    | 'squeeze'
    | 'stack'
    | 'transpose'
    | 'unsqueeze',
    CallCase[]
  >;
  gather: Record<'gather' | 'takeAlongAxis' | 'scatterAdd', GatherCase[]> & {
    embedding: EmbeddingCase[];
    topk: TopkCase[];
  };
  reduce: Record<'sum' | 'mean' | 'max' | 'min', CallCase[]> &
    Record<'argmax' | 'argmin', PlaceCase[]>;
  conv2d: { conv2d: Conv2dCase[] };
  conv1d: { conv1d: Conv1dCase[] };
  conv3d: { conv3d: ConvOpCase[] };
  conv_transpose: Record<'convTranspose1d' | 'convTranspose2d' | 'convTranspose3d', ConvOpCase[]>;
  pool2d: { maxPool2d: MaxPool2dCase[]; avgPool2d: AvgPool2dCase[]; globalAvgPool2d: OpCase[] };
  pool1d: { maxPool1d: MaxPool1dCase[]; avgPool1d: AvgPool1dCase[] };
  pools: Record<PoolName, PoolCallCase[]>;
  conv_padding_mode: Record<'Conv1d' | 'Conv2d' | 'Conv3d', CallCase[]>;
  linear: { linear: LinearCase[]; matmul: MatmulCase[] };
  losses: { crossEntropy: CrossEntropyCase[]; mse: MseCase[] };
  composed_losses: Record<LossName, LossCase[]>;
  schedules: {
    schedules: ScheduleCase[];
    reduceOnPlateau: (ScheduleCase & { losses: number[] })[];
  };
  optimizers: {
    sgd: SgdCase[];
    adam: AdamCase[];
    adamW: AdamCase[];
    adadelta: AdadeltaCase[];
    groups: GroupsCase[];
  };
  map: Record<MapName, UnaryCase[]>;
  moments: Record<
    'logSoftmax' | 'logSumExp' | 'norm' | 'softmax' | 'std' | 'variance',
    (OpCase & { options: { axes?: number[]; axis?: number; p?: number; correction?: number } })[]
  >;
  products: Record<'cumsum' | 'prod', (OpCase & { options: { axes?: number[]; axis?: number } })[]>;
  softmax: { softmax: SoftmaxCase[] };
  /** `exponents` take the place of an operand without a gradient. */
  zip: Record<BinaryName | 'prelu' | 'where', (OpCase & { exponents?: number[] })[]>;
  'batch-norm': { batchNorm: BatchNormCase[] };
  interpolate: { interpolate: CallCase[] };
  norms: Record<
    'groupNorm' | 'instanceNorm' | 'layerNorm' | 'rmsNorm' | 'normalize' | 'localResponseNorm',
    CallCase[]
  >;
}
