import { setFlagsFromString } from 'node:v8';

/** Lets this process accept relaxed SIMD: Node 20 wants a flag for it, later versions do not. */
export function enableRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
}
