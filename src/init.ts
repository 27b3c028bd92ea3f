import { initialise, type InitOptions } from './runtime/runtime.js';
import type { VariantSources } from './runtime/variant.js';

/**
 * The files beside the library's JavaScript. Written out: bundlers look for this form, and some compile every module that
 * is named so, which is why the entries of platforms that bring their own never come by here. Getters: some runtimes
 * have no `import.meta.url`.
 */
const FILES: VariantSources = {
  get simd() {
    return new URL('./simdgrad.wasm', import.meta.url);
  },
  get relaxed() {
    return new URL('./simdgrad-relaxed.wasm', import.meta.url);
  },
};

/**
 * Instantiates the kernels. Call it once before anything else; further calls wait for the first and change
 * nothing. After a failure it may be called again.
 * @throws InitError when the module cannot be loaded, RangeError for a memory limit out of range.
 */
export function init(options: InitOptions = {}): Promise<void> {
  return initialise(options, () => FILES);
}
