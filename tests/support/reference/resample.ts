/** A weighted sum of values along an axis: [index, weight] for each. */
export type PositionTaps = readonly (readonly [index: number, weight: number])[];

/** y[o][j][i] = Σ weight · x[o][index][i] over the taps of j; x [outer, size, inner]. */
export function resample(
  x: ArrayLike<number>,
  [outer, size, inner]: readonly [number, number, number],
  taps: readonly PositionTaps[],
): Float64Array {
  const y = new Float64Array(outer * taps.length * inner);
  for (let o = 0; o < outer; o++) {
    taps.forEach((own, j) => {
      for (let i = 0; i < inner; i++) {
        for (const [index, weight] of own) {
          y[(o * taps.length + j) * inner + i]! += weight * x[(o * size + index) * inner + i]!;
        }
      }
    });
  }
  return y;
}
