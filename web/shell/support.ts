/** The smallest module with a vector instruction: (func (result v128) (v128.const 0)). */
const SIMD_MODULE = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0],
  ...[10, 22, 1, 20, 0, 0xfd, 0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b],
];

/** Whether this browser has what the kernels need: WebAssembly with SIMD. */
export function canRunKernels(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(SIMD_MODULE));
}
