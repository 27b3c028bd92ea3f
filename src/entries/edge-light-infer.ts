// simdgrad/infer for edge functions: the kernels are a module that is imported, as nothing is compiled from bytes there.
import simd from './simdgrad-infer.wasm?module';
import { initialise, type InitOptions } from '../runtime/runtime.js';

export * from './ops-core.js';
export { everyLayer } from '../formats/every-layer.js';
export { layerFromConfig, loadModel } from '../formats/named-layers.js';

/** `init` of the library, with the kernels for inference imported above unless others are given. */
export function init(options: InitOptions = {}): Promise<void> {
  return initialise(options, () => ({ simd }), 'inference');
}
