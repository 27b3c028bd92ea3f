// simdgrad/inline: everything in one file, with the baseline kernels inside.
import { initialise, type InitOptions } from '../runtime/runtime.js';

export * from '../core.js';

/** simdgrad.wasm in base64; the build puts it here. */
declare const KERNELS_BASE64: string;

/** `init` of the library, with the kernels inside this file unless others are given. */
export function init(options: InitOptions = {}): Promise<void> {
  return initialise(options, () => ({ simd: decode(KERNELS_BASE64) }));
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
