// simdgrad/infer: running models, with kernels that compute no gradients.
import { initialise, type InitOptions } from '../runtime/runtime.js';
import type { VariantSources } from '../runtime/variant.js';

export * from './ops-core.js';
export { everyLayer } from '../formats/every-layer.js';
export { layerFromConfig, loadModel } from '../formats/named-layers.js';

/** The files beside the library's JavaScript, as in src/init.ts. */
const FILES: VariantSources = {
  get simd() {
    return new URL('./simdgrad-infer.wasm', import.meta.url);
  },
  get relaxed() {
    return new URL('./simdgrad-infer-relaxed.wasm', import.meta.url);
  },
};

/** `init` of the library, with the kernels for inference: operations are not recorded, `backward` is an error. */
export function init(options: InitOptions = {}): Promise<void> {
  return initialise(options, () => FILES, 'inference');
}
