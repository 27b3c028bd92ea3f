// Rows along an axis by their indices, and the gradient: every row of dx is the sum of the dy that were taken from it.
//
//   y[o][k] = x[o][indices[k]]        dx[o][i] = Σ dy[o][k] over the k with indices[k] = i, in their order
//
// x [outer, size, inner], indices int32 [count], y [outer, count, inner]. Indices are checked in src/ops/gather.ts, before
// anything is read. Reference: tests/support/reference/gather.ts.
import { addFloats, copyFloats, zeroFloats } from './lib/simd';

/** y for its rows [begin, end) of outer · count; of any type of four bytes. */
export function gatherForward(
  y: usize,
  x: usize,
  indices: usize,
  count: i32,
  size: i32,
  inner: i32,
  begin: i32,
  end: i32,
): void {
  if (begin >= end) return;
  const rowBytes = <usize>inner << 2;
  let o = begin / count;
  let k = begin - o * count;
  y += <usize>begin * rowBytes;
  for (; begin < end; begin++) {
    const row = o * size + load<i32>(indices + (<usize>k << 2));
    const from = x + <usize>row * rowBytes;
    if (inner == 1) store<i32>(y, load<i32>(from));
    else copyFloats(y, from, inner);
    y += rowBytes;
    if (++k < count) continue;
    k = 0;
    o++;
  }
}

/**
 * dx for its rows [begin, end) of outer · size: overwritten, or added to. Each task looks through all indices, so that a
 * row is summed in one order however the rows are shared out.
 */
export function gatherGradInput(
  dx: usize,
  dy: usize,
  indices: usize,
  count: i32,
  size: i32,
  inner: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const rowBytes = <usize>inner << 2;
  if (!accumulate) zeroFloats(dx + <usize>begin * rowBytes, (end - begin) * inner);
  while (begin < end) {
    const o = begin / size;
    const first = begin - o * size;
    const rows = min(size - first, end - begin);
    const to = dx + <usize>begin * rowBytes;
    let from = dy + <usize>o * count * rowBytes;
    for (let k = 0; k < count; k++) {
      const row = load<i32>(indices + (<usize>k << 2)) - first;
      // As unsigned, what lies before the first is large.
      if (<u32>row < <u32>rows) addFloats(to + <usize>row * rowBytes, from, inner);
      from += rowBytes;
    }
    begin += rows;
  }
}
