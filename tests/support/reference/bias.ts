// y[r, c] = x[r, c] + b[c]
//
// x, y [rows, channels], b [channels].

export function biasForward(x: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value, i) => value + b[i % b.length]!);
}
