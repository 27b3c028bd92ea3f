/** The baseline, with the same bits everywhere, or the build with fused multiply-add. */
export type Variant = 'simd' | 'relaxed';

/** Kernels of each variant, beside the library's JavaScript. Written out: bundlers look for this form. */
export const VARIANT_URLS: Readonly<Record<Variant, () => URL>> = {
  simd: () => new URL('./simdgrad.wasm', import.meta.url),
  relaxed: () => new URL('./simdgrad-relaxed.wasm', import.meta.url),
};

/**
 * A module of one function, `f32x4.relaxed_madd` of its three arguments: engines without relaxed SIMD refuse it.
 * Sections: type (v128, v128, v128) → v128, function, code.
 */
const RELAXED_PROBE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 8, 1, 0x60, 3, 0x7b, 0x7b, 0x7b, 1, 0x7b, 3, 2, 1, 0, 10, 13,
  1, 11, 0, 0x20, 0, 0x20, 1, 0x20, 2, 0xfd, 0x85, 2, 0x0b,
]);

/** Whether this engine accepts relaxed SIMD. */
export function acceptsRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_PROBE);
}
