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

/** y[o][k][i] = x[o][indices[o][k][i]][i]. */
export function takeAlongAxis(
  x: ArrayLike<number>,
  indices: readonly number[],
  [outer, size, inner]: Sizes,
): Float64Array {
  const count = indices.length / (outer * inner);
  return Float64Array.from(indices, (index, at) => {
    const [o, i] = [Math.floor(at / (count * inner)), at % inner];
    return x[(o * size + index) * inner + i]!;
  });
}

/** y = x, then y[o][indices[o][k][i]][i] += source[o][k][i]. */
export function scatterAdd(
  x: ArrayLike<number>,
  indices: readonly number[],
  source: ArrayLike<number>,
  [outer, size, inner]: Sizes,
): Float64Array {
  const y = Float64Array.from(x);
  const count = indices.length / (outer * inner);
  indices.forEach((index, at) => {
    const [o, i] = [Math.floor(at / (count * inner)), at % inner];
    y[(o * size + index) * inner + i]! += source[at]!;
  });
  return y;
}

/** The places of the k largest, or smallest, values along the axis, sorted; equal ones in their order. */
export function topk(
  x: ArrayLike<number>,
  k: number,
  largest: boolean,
  [outer, size, inner]: Sizes,
): number[] {
  const y = new Array<number>(outer * k * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const valueAt = (place: number) => x[(o * size + place) * inner + i]!;
      const places = Array.from({ length: size }, (_, place) => place);
      places.sort((a, b) => (largest ? valueAt(b) - valueAt(a) : valueAt(a) - valueAt(b)));
      for (let rank = 0; rank < k; rank++) y[(o * k + rank) * inner + i] = places[rank]!;
    }
  }
  return y;
}
