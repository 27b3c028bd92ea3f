import {
  LPPool1d,
  LPPool2d,
  LPPool3d,
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AvgPool3d,
  GlobalAvgPool1d,
  GlobalAvgPool3d,
  GlobalMaxPool1d,
  GlobalMaxPool2d,
  GlobalMaxPool3d,
  MaxPool3d,
  AvgPool1d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  CELU,
  Conv1d,
  Conv2d,
  Conv3d,
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  ChannelShuffle,
  Dropout,
  Embedding,
  PixelShuffle,
  PixelUnshuffle,
  ELU,
  Flatten,
  GELU,
  GlobalAvgPool2d,
  GroupNorm,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSigmoid,
  LogSoftmax,
  MaxPool1d,
  MaxPool2d,
  Mish,
  type Module,
  PReLU,
  ReLU,
  ReLU6,
  RMSNorm,
  SELU,
  SeparableConv1d,
  SeparableConv2d,
  Sequential,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
  Upsample,
  Threshold,
} from '../../src/layers/index.js';

/** A picture that both nets take. */
export const PICTURE = [1, 8, 8, 1];

/** A net of every layer but those of the other nets: rows of pixels become a sequence half way. */
export const longNet = () =>
  new Sequential(
    new Conv2d(1, 2, 3, { padding: 'same', stride: [1, 1] }),
    new BatchNorm2d(2, { momentum: 0.5 }),
    new LeakyReLU(0.1),
    new MaxPool2d(2, { stride: 2 }),
    new Sequential(new Conv2d(2, 2, [3, 1], { padding: [1, 0], groups: 2 }), new SiLU()),
    new AvgPool2d([1, 2]),
    new Hardswish(),
    new Flatten({ startAxis: 2 }),
    new Conv1d(4, 3, 3, { padding: 1, bias: false }),
    new Tanh(),
    new MaxPool1d(2, { stride: 1 }),
    new AvgPool1d(2, { stride: 1 }),
    new Dropout(0.25),
    new Flatten(),
    new Linear(6, 4),
    new BatchNorm1d(4, { affine: false, eps: 0.001 }),
    new Hardtanh(-2, 2),
    new ReLU6(),
    new Linear(4, 3, { bias: false }),
    new Sigmoid(),
  );

/** A short one with `GlobalAvgPool2d`. */
export const shortNet = () =>
  new Sequential(
    new Conv2d(1, 3, 3, { stride: 2, dilation: 2 }),
    new ReLU(),
    new GlobalAvgPool2d(),
    new Linear(3, 2),
  );

/** One that makes pictures larger, and ends with a sequence. */
export const upsamplingNet = () =>
  new Sequential(
    new ConvTranspose2d(1, 2, 3, { stride: 2, outputPadding: 1 }),
    new InstanceNorm2d(2),
    new ELU(0.5),
    new Conv2d(2, 2, 3, { stride: 4 }),
    new SeparableConv2d(2, 2, 3, { padding: 'same', depthMultiplier: 2 }),
    new GELU('tanh'),
    new Flatten({ startAxis: 2 }),
    new ConvTranspose1d(8, 2, 2, { groups: 2 }),
    new InstanceNorm1d(2, { affine: true }),
    new SeparableConv1d(2, 2, 1),
    new Softplus(2, 10),
    new CELU(0.5),
    new Mish(),
    new PReLU(2, 0.1),
    new Threshold(0.1, 0.05),
    new SELU(),
    new Hardshrink(0.1),
    new LogSigmoid(),
    new Softsign(),
    new Hardsigmoid(),
    new Flatten(),
  );

/** A volume that `volumeNet` takes. */
export const VOLUME = [1, 4, 4, 4, 1];

/** The layers of volumes. */
export const volumeNet = () =>
  new Sequential(
    new Conv3d(1, 2, 3, { stride: [1, 2, 2], padding: 1 }),
    new BatchNorm3d(2, { momentum: null }),
    new ConvTranspose3d(2, 1, 2, { bias: false }),
    new InstanceNorm3d(1),
    new GroupNorm(1, 1),
    new Upsample({ scaleFactor: [1, 2, 2] }),
    new Upsample({ size: [5, 3, 3], mode: 'trilinear' }),
    new Flatten(),
    new LayerNorm(45, { bias: false }),
    new RMSNorm([45]),
  );

/** The pools that the others have not, from volumes to signals. */
export const poolingNet = () =>
  new Sequential(
    new LPPool3d(2, 1),
    new MaxPool3d(2, { stride: 1, dilation: [1, 1, 2] }),
    new AvgPool3d([1, 2, 1], { ceilMode: true, divisorOverride: 2 }),
    new AdaptiveMaxPool3d([4, 3, 2]),
    new AdaptiveAvgPool3d([4, 2, 3]),
    new Flatten({ startAxis: 3 }),
    new AdaptiveMaxPool2d([3, 4]),
    new LPPool2d(3, 2, { stride: 1 }),
    new AdaptiveAvgPool2d(3),
    new Flatten({ startAxis: 2 }),
    new LPPool1d(1.5, 2),
    new AdaptiveMaxPool1d(4),
    new AdaptiveAvgPool1d(2),
    new GlobalMaxPool1d(),
    new Linear(9, 2),
  );

/** Words as pictures of one row, whose pixels and channels are shuffled. */
export const shufflingNet = () =>
  new Sequential(
    new Embedding(5, 8, { paddingIdx: 0 }),
    new PixelShuffle(2),
    new PixelUnshuffle(2),
    new ChannelShuffle(4),
    new Softmax({ axis: 1 }),
    new LogSoftmax(),
  );

const alone = (make: () => Module) => () => new Sequential(make());

/** A net with what it takes: numbers, or of so many words. */
type Net = readonly [make: () => Sequential, shape: readonly number[], words?: number];

/** Nets that hold every layer. */
export const NETS: readonly Net[] = [
  [longNet, PICTURE],
  [shortNet, PICTURE],
  [upsamplingNet, PICTURE],
  [volumeNet, VOLUME],
  [poolingNet, VOLUME],
  [shufflingNet, [1, 1, 3], 5],
  [alone(() => new GlobalAvgPool1d()), [1, 8, 2]],
  [alone(() => new GlobalAvgPool3d()), VOLUME],
  [alone(() => new GlobalMaxPool2d()), PICTURE],
  [alone(() => new GlobalMaxPool3d()), VOLUME],
];
