// The types of simdgrad/kernels.wasm and kernels-relaxed.wasm, imported as modules.
export type {} from '../platform.js';

declare const kernels: WebAssembly.Module;
export default kernels;
