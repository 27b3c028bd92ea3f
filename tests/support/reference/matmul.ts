// y[…,i,j] = Σ_k a[…,i,k] · b[…,k,j] and its gradients, term by term; axes before the last two are broadcast.

interface Values {
  readonly shape: readonly number[];
  data(): ArrayLike<number>;
}

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** @param dy of the shape of y */
export function matmul(a: Values, b: Values, dy: Values, { transposeA, transposeB }: Transposed) {
  const batch = dy.shape.slice(0, -2);
  const [rows, columns] = dy.shape.slice(-2) as [number, number];
  const inner = a.shape.at(transposeA ? -2 : -1)!;
  const [x, w, g] = [a.data(), b.data(), dy.data()];
  const y = new Float64Array(g.length);
  const [da, db] = [new Float64Array(x.length), new Float64Array(w.length)];
  const count = batch.reduce((product, size) => product * size, 1);
  for (let m = 0; m < count; m++) {
    const [first, second] = [matrixOf(m, batch, a.shape), matrixOf(m, batch, b.shape)];
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const to = (m * rows + i) * columns + j;
        for (let k = 0; k < inner; k++) {
          const p = first * rows * inner + (transposeA ? k * rows + i : i * inner + k);
          const q = second * inner * columns + (transposeB ? j * inner + k : k * columns + j);
          y[to]! += x[p]! * w[q]!;
          da[p]! += g[to]! * w[q]!;
          db[q]! += g[to]! * x[p]!;
        }
      }
    }
  }
  return { y, da, db };
}

/** Which matrix of a tensor belongs to the matrix m of y. */
function matrixOf(m: number, batch: readonly number[], shape: readonly number[]): number {
  let [place, stride] = [0, 1];
  for (let axis = 1; axis <= batch.length; axis++) {
    const size = shape.at(-2 - axis) ?? 1;
    const index = m % batch.at(-axis)!;
    m = Math.floor(m / batch.at(-axis)!);
    if (axis <= shape.length - 2) {
      place += (size === 1 ? 0 : index) * stride;
      stride *= size;
    }
  }
  return place;
}
