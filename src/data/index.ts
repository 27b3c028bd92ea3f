export type {} from '../platform.js';
export { CIFAR10_CLASSES, cifar10Dataset } from './cifar10.js';
export { csvDataset } from './csv.js';
export type { CsvOptions } from './csv-options.js';
export { Dataset } from './dataset.js';
export type { NumberArray } from './dataset-errors.js';
export type { DatasetSource } from './dataset-source.js';
export type {
  Batch,
  BatchInputs,
  BatchesOptions,
  BatchSource,
  Sample,
  SampleMap,
  Statistics,
} from './dataset-types.js';
export { type GunzipOptions, maybeGunzip } from './gzip.js';
export { JoinedDataset } from './joined-dataset.js';
export { type Idx, type IdxData, idxDataset, type IdxDatasetOptions, parseIdx } from './idx.js';
export {
  type PixelSource,
  preprocess,
  type Preprocessed,
  type PreprocessOptions,
} from './preprocess.js';
export type { ImageInterpolation } from './resample.js';
export { DIGITS, strokes, type StrokesOptions } from './strokes.js';
