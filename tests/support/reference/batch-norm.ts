// y[o, r, c] = (x[o, r, c] − mean[o, c]) · invstd[o, c] · weight[c] + bias[c], invstd = 1 / √(variance + eps)
//
// x, y [outer, rows, channels], all else [outer, channels]. Batch normalization has outer 1.

/** The place in [outer, channels] of an element. */
const own = (i: number, rows: number, channels: number) =>
  Math.floor(i / (rows * channels)) * channels + (i % channels);

export function batchNormForward(
  x: ArrayLike<number>,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
  rows: number,
  channels: number,
): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const c = own(i, rows, channels);
    return (value - mean[c]!) * scale[c]! + shift[c]!;
  });
}

/** Σ_r (x[o, r, c] − mean[o, c]) · v[o, r, c] */
export function sumDeviations(
  x: ArrayLike<number>,
  v: ArrayLike<number>,
  mean: ArrayLike<number>,
  rows: number,
  channels: number,
): Float64Array {
  const sums = new Float64Array(mean.length);
  for (let i = 0; i < x.length; i++) {
    const c = own(i, rows, channels);
    sums[c]! += (x[i]! - mean[c]!) * v[i]!;
  }
  return sums;
}

/** dx[o, r, c] = dy[o, r, c] · a[o, c] + (x[o, r, c] − mean[o, c]) · b[o, c] + k[o, c] */
export function batchNormGradInput(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  mean: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  k: ArrayLike<number>,
  rows: number,
  channels: number,
): Float64Array {
  return Float64Array.from(dy, (value, i) => {
    const c = own(i, rows, channels);
    return value * a[c]! + (x[i]! - mean[c]!) * b[c]! + k[c]!;
  });
}

/** As `groupNorm` in PyTorch, x [outer, rows, channels]: instance normalization has a group of each channel. */
export function groupNorm(
  x: ArrayLike<number>,
  [outer, rows, channels]: readonly [number, number, number],
  groups: number,
  weight: ArrayLike<number>,
  bias: ArrayLike<number>,
  eps: number,
): Float64Array {
  const y = new Float64Array(x.length);
  const together = channels / groups;
  for (let o = 0; o < outer; o++) {
    for (let g = 0; g < groups; g++) {
      const places: number[] = [];
      for (let r = 0; r < rows; r++) {
        for (let c = g * together; c < (g + 1) * together; c++) {
          places.push((o * rows + r) * channels + c);
        }
      }
      const mean = places.reduce((sum, i) => sum + x[i]!, 0) / places.length;
      const variance = places.reduce((sum, i) => sum + (x[i]! - mean) ** 2, 0) / places.length;
      for (const i of places) {
        const c = i % channels;
        y[i] = ((x[i]! - mean) / Math.sqrt(variance + eps)) * weight[c]! + bias[c]!;
      }
    }
  }
  return y;
}
