// Pools that follow from others.
//
// lpPool:    y[o] = (Σ over the window of |x|ᵖ)^(1/p), of values of one channel
// maxUnpool: y[index[i]] = x[i], 0 elsewhere; dx[i] = dy[index[i]], of one channel

/** @param windows for each output the places of its values */
export function lpPoolForward(
  x: ArrayLike<number>,
  p: number,
  windows: readonly (readonly number[])[],
): number[] {
  return windows.map(
    (window) => window.reduce((sum, i) => sum + Math.abs(x[i]!) ** p, 0) ** (1 / p),
  );
}

export function maxUnpoolForward(
  x: ArrayLike<number>,
  indices: ArrayLike<number>,
  size: number,
): number[] {
  const y = new Array<number>(size).fill(0);
  for (let i = 0; i < x.length; i++) y[indices[i]!] = x[i]!;
  return y;
}
