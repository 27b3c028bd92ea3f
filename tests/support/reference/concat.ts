// y = the inputs one after another along an axis; the gradient of each input is its part of dy.
//
// All arrays are row-major with the axes before the joined one counted as `rows`: input i has rows · lengths[i]
// elements.

export function concatForward(xs: readonly ArrayLike<number>[], rows: number): Float64Array {
  const y: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (const x of xs) {
      const length = x.length / rows;
      for (let c = 0; c < length; c++) y.push(x[r * length + c]!);
    }
  }
  return Float64Array.from(y);
}

export function concatGradInput(
  dy: ArrayLike<number>,
  rows: number,
  offset: number,
  length: number,
): Float64Array {
  const stride = dy.length / rows;
  return Float64Array.from({ length: rows * length }, (_, i) => {
    return dy[Math.floor(i / length) * stride + offset + (i % length)]!;
  });
}
