// y[r, c] = x[r, c] + b[c],  db[c] = Σ over r of dy[r, c]
//
// x, y [rows, channels], b [channels].

export function biasForward(x: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value, i) => value + b[i % b.length]!);
}

export function biasGradBias(dy: ArrayLike<number>, channels: number): Float64Array {
  const db = new Float64Array(channels);
  for (let i = 0; i < dy.length; i++) db[i % channels]! += dy[i]!;
  return db;
}
