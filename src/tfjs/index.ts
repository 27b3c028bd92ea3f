// Models of TensorFlow.js, as modules of this library.
export type { FileInput } from '../imported/graph.js';
export { ImportedModule, type NamedTensors } from '../imported/module.js';
export type { ImportOptions } from '../imported/options.js';
export type { ElementType } from '../imported/value.js';
export type { TfjsLimits } from './limits.js';
export { loadTfjs, type TfjsOptions } from './load.js';
export type { WeightType } from './manifest.js';
export { readTfjsWeights, type TfjsReadOptions } from './read-weights.js';
export type { TfjsFetcher, TfjsFiles, TfjsSource } from './source.js';
export type { TfjsWeight } from './weights.js';
