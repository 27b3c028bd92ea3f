// Our layouts (NHWC, HWIO) and those of others.

/** The axes of ours in their order: of activations and of convolution weights. */
export const NHWC_TO_NCHW = [0, 3, 1, 2];
export const NCHW_TO_NHWC = [0, 2, 3, 1];
export const HWIO_TO_OIHW = [3, 2, 0, 1];
export const OIHW_TO_HWIO = [2, 3, 1, 0];

/** `values` of `shape` [4 axes] with the axes in the order `axes`. */
export function permute(
  values: Float32Array,
  shape: readonly number[],
  axes: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const [n0, n1, n2, n3] = axes.map((axis) => shape[axis]!) as [number, number, number, number];
  const [s0, s1, s2, s3] = axes.map((axis) => strides[axis]!) as [number, number, number, number];
  const result = new Float32Array(values.length);
  let to = 0;
  for (let i = 0; i < n0; i++)
    for (let j = 0; j < n1; j++)
      for (let k = 0; k < n2; k++)
        for (let l = 0; l < n3; l++) result[to++] = values[i * s0 + j * s1 + k * s2 + l * s3]!;
  return result;
}
