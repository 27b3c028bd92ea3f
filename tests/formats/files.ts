import type { NamedArray } from '../../src/formats/safetensors.js';

/** An array of a file. */
export const floats = (values: number[], ...shape: number[]): NamedArray => ({
  shape,
  data: Float32Array.from(values),
});

/** A file from a header, given as JSON or as text, and a number of bytes of tensors. */
export function fileOf(header: unknown, bodyBytes: number): Uint8Array {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const file = new Uint8Array(8 + json.length + bodyBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}
