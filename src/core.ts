// Everything but `init`, which each platform has of its own.
export * from './entries/ops-core.js';
export { checkGradients, type CheckGradientsOptions } from './check-gradients.js';
export { type CustomCall, customOp, type CustomOp } from './ops/custom-op.js';
export { Adadelta, type AdadeltaOptions } from './optimizers/adadelta.js';
export { Adam, type AdamOptions, AdamW } from './optimizers/adam.js';
export { Optimizer, type OptimizerSettings, type OptimizerState } from './optimizers/optimizer.js';
export { SGD, type SGDOptions } from './optimizers/sgd.js';
export { cosineSchedule, type Schedule } from './schedules.js';
export * from './data/index.js';
export * from './training/index.js';
