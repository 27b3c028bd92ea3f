// simdgrad/ops: all that running a model takes; no training, no data.
export * from './ops-core.js';
export { init } from '../init.js';
