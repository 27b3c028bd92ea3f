import type { CheckedSource } from './dataset-source.js';
import type { SampleMap } from './dataset-types.js';

/** Which samples of a source a data set shows, and how it prepares them. */
export interface View {
  /** The position of each sample in the source. */
  readonly rows: Uint32Array;
  /** Per channel: a value v becomes (v − mean) / std. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly maps: readonly SampleMap[];
}

/** Every sample of a source, as it is. */
export function wholeSource({ inputShape, samples }: CheckedSource): View {
  const channels = inputShape.at(-1)!;
  return {
    rows: Uint32Array.from({ length: samples }, (_, i) => i),
    mean: new Array<number>(channels).fill(0),
    std: new Array<number>(channels).fill(1),
    maps: [],
  };
}

// One loop for each kind of array: engines make fast code of that, and a batch costs a third.

export function fillFromBytes(
  target: Float32Array,
  bytes: Uint8Array,
  byteValues: Float32Array,
): void {
  const channels = byteValues.length / 256;
  for (let i = 0; i < bytes.length; i += channels) {
    for (let c = 0; c < channels; c++) target[i + c] = byteValues[c * 256 + bytes[i + c]!]!;
  }
}

export function fillFromFloats(
  target: Float32Array,
  values: Float32Array,
  { mean, std }: View,
): void {
  const channels = mean.length;
  for (let i = 0; i < values.length; i += channels) {
    for (let c = 0; c < channels; c++) target[i + c] = (values[i + c]! - mean[c]!) / std[c]!;
  }
}

/** For bytes: the prepared value of each byte in each channel, [channels, 256]. */
export function byteValues({ mean, std }: View): Float32Array {
  const values = new Float32Array(mean.length * 256);
  return values.map((_, i) => ((i % 256) / 255 - mean[i >> 8]!) / std[i >> 8]!);
}

/** The values of these rows of `size` values each, one after the other. */
export function rowsOf<Values extends Uint8Array | Int32Array | Float32Array>(
  values: Values,
  rows: Uint32Array,
  size: number,
): Values {
  const result = new (values.constructor as new (length: number) => Values)(rows.length * size);
  rows.forEach((row, i) => result.set(values.subarray(row * size, (row + 1) * size), i * size));
  return result;
}
