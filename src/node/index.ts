export type {} from '../platform.js';
export {
  defaultCacheDir,
  DownloadError,
  type DownloadOptions,
  type DownloadProgress,
} from './cache.js';
export { loadDataset, type LoadDatasetOptions, type LoadedDataset } from './datasets.js';
export { checkpointFile, readModel, writeFileAtomically, writeModel } from './files.js';
