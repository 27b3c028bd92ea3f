export {
  type Callback,
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
export { evaluate, type EvaluateOptions, predict, type PredictOptions } from './evaluate.js';
export { fit, type FitOptions, type Loss } from './fit.js';
export { accuracy, argmaxRows, type Metric } from './metrics.js';
export type { EpochRecord, TrainingRun } from './run.js';
export { type LayerSummary, summary, type Summary } from './summary.js';
