export {
  checkpoint,
  type CheckpointOptions,
  csvHistory,
  jsonHistory,
  progress,
  type Progress,
  stopAtNaN,
} from './callbacks.js';
export { classReport, type ClassScore, confusionMatrix } from './confusion.js';
export { weightsSha256 } from './digest.js';
export { earlyStopping, type EarlyStoppingOptions } from './early-stopping.js';
export { evaluate, predict } from './evaluate.js';
export { fit } from './fit.js';
export { keepBest, type KeepBestOptions } from './keep-best.js';
export {
  accuracy,
  argmaxRows,
  type EpochMetric,
  type Metric,
  type MetricOf,
  type MetricTargets,
} from './metrics.js';
export {
  balancedAccuracy,
  f1Score,
  iouScore,
  maeScore,
  r2Score,
  rmseScore,
  rocAuc,
  type ScoreOptions,
  topKAccuracy,
} from './scores.js';
export { reduceOnPlateau, type ReduceOnPlateauOptions } from './reduce-on-plateau.js';
export type { WatchOptions } from './watch.js';
export { type LayerSummary, summary, type Summary } from './summary.js';
export type {
  Callback,
  EpochRecord,
  EvaluateOptions,
  FitOptions,
  Loss,
  LossInputs,
  PredictOptions,
  TrainingRun,
} from './types.js';
