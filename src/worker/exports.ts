export * from '../errors.js';
export {
  type CallOptions,
  ModelWorker,
  type ModelWorkerOptions,
  type TransferOptions,
  type WorkerFitOptions,
  type WorkerPredictOptions,
} from './client.js';
export type { OptimizerConfig, Prediction, ScheduleConfig, TrainingData } from './messages.js';
