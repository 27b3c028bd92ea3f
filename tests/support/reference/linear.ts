// y[r, o] = b[o] + Σ over i of x[r, i] · w[i, o]
//
// dx = dy · wᵀ,  dw = xᵀ · dy,  db[o] = Σ over r of dy[r, o]
//
// x [rows, inFeatures], w [inFeatures, outFeatures], b [outFeatures], y [rows, outFeatures].

export interface LinearSizes {
  readonly rows: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

export function linearForward(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  b: ArrayLike<number> | null,
  { rows, inFeatures, outFeatures }: LinearSizes,
): Float64Array {
  const y = new Float64Array(rows * outFeatures);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outFeatures; o++) {
      let sum = b === null ? 0 : b[o]!;
      for (let i = 0; i < inFeatures; i++) sum += x[r * inFeatures + i]! * w[i * outFeatures + o]!;
      y[r * outFeatures + o] = sum;
    }
  }
  return y;
}

export function linearGradInput(
  dy: ArrayLike<number>,
  w: ArrayLike<number>,
  { rows, inFeatures, outFeatures }: LinearSizes,
): Float64Array {
  const dx = new Float64Array(rows * inFeatures);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inFeatures; i++) {
      for (let o = 0; o < outFeatures; o++) {
        dx[r * inFeatures + i]! += dy[r * outFeatures + o]! * w[i * outFeatures + o]!;
      }
    }
  }
  return dx;
}

export function linearGradWeight(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  { rows, inFeatures, outFeatures }: LinearSizes,
): Float64Array {
  const dw = new Float64Array(inFeatures * outFeatures);
  for (let i = 0; i < inFeatures; i++) {
    for (let o = 0; o < outFeatures; o++) {
      for (let r = 0; r < rows; r++) {
        dw[i * outFeatures + o]! += x[r * inFeatures + i]! * dy[r * outFeatures + o]!;
      }
    }
  }
  return dw;
}

export function linearGradBias(
  dy: ArrayLike<number>,
  { rows, outFeatures }: LinearSizes,
): Float64Array {
  const db = new Float64Array(outFeatures);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outFeatures; o++) db[o]! += dy[r * outFeatures + o]!;
  }
  return db;
}
