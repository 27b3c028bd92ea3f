// Weighted values along one axis: what resizing, adaptive average pooling and their gradients are made of, axis by axis.
//
//   y[o][j][i] = Σ_t weight[t] · x[o][index[t]][i], t from first[j] to first[j + 1]
//
// x [outer, size, inner], y [outer, positions, inner]. The table is first [positions + 1], then index, both int32, then
// weight; the gradient is the same with the table of the transpose. Tables are made in src/ops/resize/taps.ts, ranges
// count rows of y. Reference: tests/support/reference/resample.ts.
import { storeFirst, storeUpTo4 } from './lib/lanes';
import { madd } from './lib/simd';

/** y for the rows [begin, end) of outer · positions: overwritten, or added to. */
export function resample(
  y: usize,
  x: usize,
  table: usize,
  size: i32,
  positions: i32,
  inner: i32,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const step = <usize>inner << 2;
  const indices = table + (<usize>(positions + 1) << 2);
  const toWeight = <usize>load<i32>(table + (<usize>positions << 2)) << 2;
  const o = begin / positions;
  let j = begin - o * positions;
  x += <usize>(o * size) * step;
  y += <usize>begin * step;
  for (; begin < end; begin++) {
    const place = table + (<usize>j << 2);
    const first = indices + (<usize>load<i32>(place) << 2);
    const last = indices + (<usize>load<i32>(place, 4) << 2);
    // A call costs more than a few values.
    if (inner < 4) storeFirst(y, sumOf4(y, x, first, last, toWeight, step, accumulate), inner);
    else sumTaps(y, x, first, last, toWeight, step, inner, accumulate);
    y += step;
    if (++j < positions) continue;
    j = 0;
    x += <usize>size * step;
  }
}

// @ts-ignore: decorator
@inline
function sumOf4(
  y: usize,
  x: usize,
  first: usize,
  last: usize,
  toWeight: usize,
  step: usize,
  accumulate: bool,
): v128 {
  // The sum of nothing that changes no value, not even the sign of 0.
  let sum = accumulate ? v128.load(y) : f32x4.splat(-0.0);
  for (let tap = first; tap < last; tap += 4) {
    sum = madd(v128.load32_splat(tap + toWeight), v128.load(x + <usize>load<u32>(tap) * step), sum);
  }
  return sum;
}

function sumTaps(
  y: usize,
  x: usize,
  first: usize,
  last: usize,
  toWeight: usize,
  step: usize,
  inner: i32,
  accumulate: bool,
): void {
  const none = f32x4.splat(-0.0);
  for (; inner >= 16; inner -= 16) {
    let s0 = accumulate ? v128.load(y) : none;
    let s1 = accumulate ? v128.load(y, 16) : none;
    let s2 = accumulate ? v128.load(y, 32) : none;
    let s3 = accumulate ? v128.load(y, 48) : none;
    for (let tap = first; tap < last; tap += 4) {
      const weight = v128.load32_splat(tap + toWeight);
      const at = x + <usize>load<u32>(tap) * step;
      s0 = madd(weight, v128.load(at), s0);
      s1 = madd(weight, v128.load(at, 16), s1);
      s2 = madd(weight, v128.load(at, 32), s2);
      s3 = madd(weight, v128.load(at, 48), s3);
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    x += 64;
    y += 64;
  }
  for (; inner > 0; inner -= 4) {
    storeUpTo4(y, sumOf4(y, x, first, last, toWeight, step, accumulate), inner);
    x += 16;
    y += 16;
  }
}
