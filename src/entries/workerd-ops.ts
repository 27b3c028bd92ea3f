// simdgrad/ops for workerd: the kernels are a module that is imported, as nothing is compiled from bytes there.
import simd from './simdgrad.wasm';
import { initialise, type InitOptions } from '../runtime/runtime.js';

export * from './ops-core.js';
export { everyLayer, layerFromConfig, loadModel } from '../formats/every-layer.js';

/** `init` of the library, with the kernels imported above unless others are given. */
export function init(options: InitOptions = {}): Promise<void> {
  return initialise(options, () => ({ simd }));
}
