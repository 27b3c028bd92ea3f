export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormLayerOptions } from './batch-norm.js';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
} from './adaptive-pool.js';
export {
  SeparableConv1d,
  type SeparableConv1dOptions,
  SeparableConv2d,
  type SeparableConv2dOptions,
  type DepthMultiplier,
} from './separable-conv.js';
export { Hardtanh, ReLU6 } from './clip.js';
export {
  Conv1d,
  type Conv1dLayerOptions,
  Conv2d,
  type Conv2dLayerOptions,
  Conv3d,
  type Conv3dLayerOptions,
  type ConvLayerOptions,
  ConvTranspose1d,
  type ConvTranspose1dLayerOptions,
  ConvTranspose2d,
  type ConvTranspose2dLayerOptions,
  ConvTranspose3d,
  type ConvTranspose3dLayerOptions,
  type ConvTransposeLayerOptions,
} from './conv.js';
export { Dropout } from './dropout.js';
export { ELU } from './elu.js';
export { Embedding } from './embedding.js';
export { Flatten } from './flatten.js';
export { ChannelShuffle, PixelShuffle, PixelUnshuffle } from './shuffle.js';
export { GELU } from './gelu.js';
export {
  GlobalAvgPool1d,
  GlobalAvgPool2d,
  GlobalAvgPool3d,
  GlobalMaxPool1d,
  GlobalMaxPool2d,
  GlobalMaxPool3d,
} from './global-pool.js';
export { Hardswish } from './hard-swish.js';
export {
  GroupNorm,
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type NormLayerOptions,
} from './instance-norm.js';
export { LayerNorm, type LayerNormOptions, RMSNorm, type RMSNormOptions } from './layer-norm.js';
export { LeakyReLU } from './leaky-relu.js';
export { Linear } from './linear.js';
export { LPPool1d, LPPool2d, LPPool3d } from './lp-pool.js';
export { type LayerClass, type LayerConfig, type Model, Module } from './module.js';
export {
  CELU,
  Hardshrink,
  Hardsigmoid,
  LogSigmoid,
  Mish,
  SELU,
  Softsign,
  Threshold,
} from './more-activations.js';
export { AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d } from './pool.js';
export { PReLU } from './prelu.js';
export { ReLU } from './relu.js';
export { Sequential } from './sequential.js';
export { Sigmoid } from './sigmoid.js';
export { SiLU } from './silu.js';
export { LogSoftmax, Softmax, type SoftmaxLayerOptions } from './softmax.js';
export { Softplus } from './softplus.js';
export { buffer, parameter } from './state.js';
export { Tanh } from './tanh.js';
export { Upsample } from './upsample.js';
