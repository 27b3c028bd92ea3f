export {
  checkpoint,
  type CheckpointOptions,
  csvHistory,
  earlyStopping,
  type EarlyStoppingOptions,
  jsonHistory,
  progress,
  type Progress,
  stopAtNaN,
} from './callbacks.js';
export { weightsSha256 } from './digest.js';
export { evaluate, predict } from './evaluate.js';
export { fit } from './fit.js';
export { accuracy, argmaxRows, type Metric } from './metrics.js';
export { type LayerSummary, summary, type Summary } from './summary.js';
export type {
  Callback,
  EpochRecord,
  EvaluateOptions,
  FitOptions,
  Loss,
  PredictOptions,
  TrainingRun,
} from './types.js';
