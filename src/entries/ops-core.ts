// All that running a model takes but `init`, which each platform has of its own.
export type {} from '../platform.js';
export * from '../errors.js';
export {
  type Capabilities,
  capabilities,
  type InitOptions,
  type Precision,
  terminate,
} from '../runtime/runtime.js';
export type { ModuleSource } from '../runtime/source.js';
export type { Variant, VariantSources } from '../runtime/variant.js';
export { type DType, keep, type NestedArray, scope, Tensor, type TensorData } from '../tensor.js';
export { noGrad } from '../autograd.js';
export { generator, manualSeed, type RandomOptions } from '../generator.js';
export type { Activation } from '../ops/activation.js';
export { batchNorm, type BatchNormOptions } from '../ops/norm/batch-norm.js';
export { groupNorm, instanceNorm, type NormOptions } from '../ops/norm/group-norm.js';
export { layerNorm, rmsNorm, type RmsNormOptions } from '../ops/norm/layer-norm.js';
export {
  localResponseNorm,
  type LocalResponseNormOptions,
  normalize,
  type NormalizeOptions,
} from '../ops/norm/normalize.js';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  type AvgPool1dOptions,
  avgPool2d,
  type AvgPool2dOptions,
  avgPool3d,
  type AvgPool3dOptions,
} from '../ops/pool/avg-pool.js';
export { chunk, concat, split, stack, unstack } from '../ops/copy/join.js';
export { pad, type Paddings, type PadMode, type PadOptions } from '../ops/copy/pad.js';
export { flip, permute, slice, type SliceOptions, transpose } from '../ops/copy/rearrange.js';
export { expand, repeatInterleave, roll, tile } from '../ops/copy/repeat.js';
export {
  channelShuffle,
  depthToSpace,
  pixelShuffle,
  pixelUnshuffle,
  spaceToDepth,
} from '../ops/copy/shuffle.js';
export {
  compile,
  type CompileInput,
  type CompileOptions,
  type InputSpec,
} from '../graph/compile.js';
export type { NodeTime, OpTime, Profile } from '../graph/profile.js';
export type { ProfileOptions, RunOptions, Session, SessionInputs } from '../graph/session.js';
export type { SessionInput, SessionValue } from '../graph/session-input.js';
export { conv1d, conv2d, conv3d } from '../ops/conv/conv.js';
export { convTranspose1d, convTranspose2d, convTranspose3d } from '../ops/conv/conv-transpose.js';
export type {
  Conv1dOptions,
  Conv2dOptions,
  Conv3dOptions,
  ConvOptions,
  ConvTranspose1dOptions,
  ConvTranspose2dOptions,
  ConvTranspose3dOptions,
  ConvTransposeOptions,
} from '../ops/conv/options.js';
export { crossEntropy, type CrossEntropyOptions } from '../ops/losses/cross-entropy.js';
export { cast } from '../ops/cast.js';
export { dropout } from '../ops/dropout.js';
export { scatterAdd, takeAlongAxis } from '../ops/along-axis.js';
export { embedding, type EmbeddingOptions, gather, oneHot } from '../ops/gather.js';
export { topk, type TopkOptions } from '../ops/topk.js';
export type { CoordinateMode, NearestMode, ResizeMode } from '../ops/resize/coordinates.js';
export { interpolate, type InterpolateOptions } from '../ops/resize/interpolate.js';
export {
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from '../ops/pool/adaptive-max-pool.js';
export { lpPool1d, lpPool2d, lpPool3d } from '../ops/pool/lp-pool.js';
export {
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  type MaxUnpoolOptions,
} from '../ops/pool/max-unpool.js';
export { globalMaxPool1d, globalMaxPool2d, globalMaxPool3d } from '../ops/pool/global-max-pool.js';
export { globalAvgPool1d, globalAvgPool2d, globalAvgPool3d } from '../ops/pool/global-avg-pool.js';
export { linear, type LinearOptions } from '../ops/linear.js';
export {
  clip,
  elu,
  gelu,
  type GeluApproximation,
  type SoftplusOptions,
  hardSwish,
  hardtanh,
  leakyRelu,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from '../ops/map/activations.js';
export { matmul, type MatmulOptions } from '../ops/matmul.js';
export {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  log,
  log1p,
  neg,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
} from '../ops/map/functions.js';
export {
  celu,
  hardShrink,
  hardSigmoid,
  type HardSigmoidOptions,
  logSigmoid,
  mish,
  selu,
  softsign,
  threshold,
  type ThresholdOptions,
} from '../ops/map/more-activations.js';
export type { ClassLabelOptions } from '../ops/losses/class-labels.js';
export {
  cosineEmbedding,
  hinge,
  hingeEmbedding,
  type MarginOptions,
  tripletMargin,
  type TripletMarginOptions,
} from '../ops/losses/margins.js';
export {
  type IndicesOptions,
  maxPool1d,
  type MaxPool1dOptions,
  maxPool2d,
  type MaxPool2dOptions,
  maxPool3d,
  type MaxPool3dOptions,
  type WithIndices,
} from '../ops/pool/max-pool.js';
export { mse } from '../ops/losses/mse.js';
export { multiMargin, type MultiMarginOptions } from '../ops/losses/multi-margin.js';
export { nllLoss } from '../ops/losses/nll.js';
export {
  bce,
  type BceOptions,
  bceWithLogits,
  type BceWithLogitsOptions,
  dice,
  type DiceOptions,
  focal,
  type FocalOptions,
  klDiv,
  type KlDivOptions,
} from '../ops/losses/probabilities.js';
export {
  gaussianNll,
  type GaussianNllOptions,
  huber,
  type HuberOptions,
  l1,
  poissonNll,
  type PoissonNllOptions,
  smoothL1,
  type SmoothL1Options,
} from '../ops/losses/regression.js';
export type { Padding1d, Padding2d } from '../ops/padding.js';
export type { AvgPoolOptions, Pool2dOptions, PoolWindows } from '../ops/pool/geometry.js';
export type { LossOptions, Reduction } from '../ops/losses/reduction.js';
export {
  argmax,
  argmin,
  type ArgReduceOptions,
  max,
  mean,
  min,
  type ReduceOptions,
  sum,
} from '../ops/reductions.js';
export { flatten, reshape, squeeze, unsqueeze } from '../ops/reshape.js';
export {
  logSoftmax,
  logSumExp,
  norm,
  type VectorNormOptions,
  std,
  variance,
  type VarianceOptions,
} from '../ops/moments.js';
export { all, any, cumsum, type CumsumOptions, prod } from '../ops/products.js';
export { softmax } from '../ops/softmax.js';
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from '../ops/zip/comparisons.js';
export { prelu, where } from '../ops/zip/select.js';
export { add, addBias, div, maximum, minimum, mul, pow, sub } from '../ops/zip/functions.js';
export { arange, full, ones, rand, randn, tensor, type TensorOptions, zeros } from '../creation.js';
export {
  type DiracOptions,
  type GainOptions,
  initializers,
  type KaimingOptions,
  type TruncNormalOptions,
} from '../initializers.js';
export {
  type PixelSource,
  preprocess,
  type Preprocessed,
  type PreprocessOptions,
} from '../data/preprocess.js';
export type { ImageInterpolation } from '../data/resample.js';
export { Random, type RandomState, type Shuffleable } from '../random.js';
export type { Shape } from '../shape.js';
export {
  type LayersOptions,
  type ModelDetails,
  type ModelFiles,
  saveModel,
} from '../formats/model.js';
export type { FloatType, HalfType } from '../formats/half.js';
export {
  type NamedArray,
  readSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  type StoredArray,
  writeSafetensors,
} from '../formats/safetensors.js';
export { loadTorch, type LoadTorchOptions } from '../formats/pth.js';
export { type LayoutOptions, loadStateDict, saveStateDict } from '../formats/state-dict.js';
export {
  loadTorchStateDict,
  type LoadTorchStateDictOptions,
  type StateDictDifference,
  torchStateDict,
  type TorchOptions,
} from '../formats/torch.js';
export * from '../layers/index.js';
export type { StateDict } from '../layers/state-dict.js';
