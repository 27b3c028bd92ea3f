import type { NamedArray } from '../../src/formats/safetensors.js';

/** An array of a file. */
export const floats = (values: number[], ...shape: number[]): NamedArray => ({
  shape,
  data: Float32Array.from(values),
});
