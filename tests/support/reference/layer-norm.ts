// y[r, c] = (x[r, c] − mean[r]) / √(mean_c (x[r, c] − mean[r])² + eps) · w[c] + b[c]; where it is not centred, mean is 0.
//
// x, y [rows, size]

export interface RowsOptions {
  size: number;
  eps: number;
  isCentred: boolean;
}

/** [mean, 1 / deviation] of each row. */
export function statistics(
  x: ArrayLike<number>,
  { size, eps, isCentred }: RowsOptions,
): [number, number][] {
  return Array.from({ length: x.length / size }, (_, r) => {
    const row = Array.from({ length: size }, (_, c) => x[r * size + c]!);
    const mean = isCentred ? row.reduce((sum, value) => sum + value, 0) / size : 0;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    return [mean, 1 / Math.sqrt(variance + eps)];
  });
}

export function layerNormForward(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  b: ArrayLike<number>,
  options: RowsOptions,
): Float64Array {
  const rows = statistics(x, options);
  const { size } = options;
  return Float64Array.from(x, (value, i) => {
    const [mean, inverse] = rows[Math.floor(i / size)]!;
    return (value - mean) * inverse * w[i % size]! + b[i % size]!;
  });
}

/** The gradient by the chain rule over every pair of elements of a row. */
export function layerNormGradInput(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  options: RowsOptions,
): Float64Array {
  const { size, isCentred } = options;
  const dx = new Float64Array(x.length);
  statistics(x, options).forEach(([mean, inverse], r) => {
    for (let c = 0; c < size; c++) {
      for (let k = 0; k < size; k++) {
        // d x̂[k] / d x[c]
        const [own, other] = [x[r * size + c]! - mean, x[r * size + k]! - mean];
        const direct = (k === c ? 1 : 0) - (isCentred ? 1 / size : 0);
        const slope = inverse * direct - (other * own * inverse ** 3) / size;
        dx[r * size + c]! += dy[r * size + k]! * w[k]! * slope;
      }
    }
  });
  return dx;
}
