// y = a + b,  da = dy,  db = dy: element by element.

export function addForward(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a, (value, i) => value + b[i]!);
}
