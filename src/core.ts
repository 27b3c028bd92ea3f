// Everything but `init`, which each platform has of its own.
export * from './entries/ops-core.js';
export { everyLayer, layerFromConfig, loadModel } from './formats/every-layer.js';
export { checkGradients, type CheckGradientsOptions } from './check-gradients.js';
export { type CustomCall, customOp, type CustomOp } from './ops/custom-op.js';
export { Adadelta, type AdadeltaOptions } from './optimizers/adadelta.js';
export { Adagrad, type AdagradOptions } from './optimizers/adagrad.js';
export { Adam, type AdamOptions, AdamW, type BetasOptions } from './optimizers/adam.js';
export { Adamax } from './optimizers/adamax.js';
export {
  AveragedWeights,
  type AveragedWeightsOptions,
  type AveragedWeightsState,
} from './optimizers/averaged-weights.js';
export { clipGradNorm, type ClipGradNormOptions, clipGradValue } from './optimizers/clip-grad.js';
export type {
  OptimizerOptions,
  OptimizerSettings,
  ParameterGroup,
  ParameterList,
} from './optimizers/groups.js';
export { Lion, type LionOptions } from './optimizers/lion.js';
export { NAdam, type NAdamOptions } from './optimizers/nadam.js';
export { Optimizer, type OptimizerState } from './optimizers/optimizer.js';
export { RAdam } from './optimizers/radam.js';
export { RMSprop, type RMSpropOptions } from './optimizers/rmsprop.js';
export { SGD, type SGDOptions } from './optimizers/sgd.js';
export * from './schedules.js';
export * from './data/index.js';
export * from './training/index.js';
