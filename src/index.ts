// simdgrad: everything.
export * from './core.js';
export { init } from './init.js';
export type { ImportedFormat, Importers } from './worker/imported-file.js';
export type { OwnMeasures } from './worker/measures.js';
export { serveModel } from './worker/serve-model.js';
