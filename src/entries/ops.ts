// simdgrad/ops: all that running a model takes; no training, no data.
export * from './ops-core.js';
export { everyLayer, layerFromConfig, loadModel } from '../formats/every-layer.js';
export { init } from '../init.js';
