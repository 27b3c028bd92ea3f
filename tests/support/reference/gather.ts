// y[o][k] = x[o][indices[k]], rows of `inner` values; dx[o][i] = the sum of dy[o][k] over the k with indices[k] = i.

type Sizes = readonly [outer: number, size: number, inner: number];

export function gather(
  x: ArrayLike<number>,
  indices: readonly number[],
  [outer, size, inner]: Sizes,
): Float64Array {
  return Float64Array.from({ length: outer * indices.length * inner }, (_, at) => {
    const [row, i] = [Math.floor(at / inner), at % inner];
    const [o, k] = [Math.floor(row / indices.length), row % indices.length];
    return x[(o * size + indices[k]!) * inner + i]!;
  });
}

export function gatherGradInput(
  dy: ArrayLike<number>,
  indices: readonly number[],
  [outer, size, inner]: Sizes,
): Float64Array {
  const dx = new Float64Array(outer * size * inner);
  for (let o = 0; o < outer; o++) {
    indices.forEach((index, k) => {
      for (let i = 0; i < inner; i++) {
        dx[(o * size + index) * inner + i]! += dy[(o * indices.length + k) * inner + i]!;
      }
    });
  }
  return dx;
}
