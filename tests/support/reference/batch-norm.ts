// y[r, c] = (x[r, c] − mean[c]) · invstd[c] · weight[c] + bias[c], invstd[c] = 1 / √(variance[c] + eps)
//
// x, y [rows, channels], all else [channels]. In training mean and variance are those of the rows.

export function batchNormForward(
  x: ArrayLike<number>,
  mean: ArrayLike<number>,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const c = i % mean.length;
    return (value - mean[c]!) * scale[c]! + shift[c]!;
  });
}

/** Σ_r (x[r, c] − mean[c]) · v[r, c] */
export function sumDeviations(
  x: ArrayLike<number>,
  v: ArrayLike<number>,
  mean: ArrayLike<number>,
): Float64Array {
  const sums = new Float64Array(mean.length);
  for (let i = 0; i < x.length; i++) {
    const c = i % mean.length;
    sums[c]! += (x[i]! - mean[c]!) * v[i]!;
  }
  return sums;
}

/** dx[r, c] = dy[r, c] · a[c] + (x[r, c] − mean[c]) · b[c] + k[c] */
export function batchNormGradInput(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  mean: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  k: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(dy, (value, i) => {
    const c = i % mean.length;
    return value * a[c]! + (x[i]! - mean[c]!) * b[c]! + k[c]!;
  });
}
