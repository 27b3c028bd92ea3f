// Max pooling of volumes and its gradient; pictures are volumes of one plane, signals have one row too.
//
//   y[n][od][oh][ow][c] = max over kd, kh, kw of x[n][od·s + kd·d − p][oh·s + kh·d − p][ow·s + kw·d − p][c]
//   dx[n][id][ih][iw][c] = Σ dy over the windows whose argmax is (id·H + ih)·W + iw
//
// x [N,D,H,W,C], y and argmax [N,OD,OH,OW,C], argmax int32. Pixels outside the image do not count: a window without a pixel
// has y = −∞ and argmax = −1. The first maximum in row-major order wins, the first NaN beats every number. Shapes are
// checked in src/ops/pool/geometry.ts; both kernels give the same bits: every NaN has all of them set. Reference: tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { poolForward } from './lib/pool-forward';
import { poolGradInput } from './lib/pool-gradient';
import { PoolGeometry } from './lib/pooling';

/** The result is the largest number so far; the mark is where there was a NaN, which `pmax` passes over. */
@unmanaged
class Max {
  @inline
  hasDivisor(): bool {
    return false;
  }

  @inline
  noResult(): v128 {
    return f32x4.splat(-Infinity);
  }

  @inline
  noMark(pixel: i32): v128 {
    return i32x4.splat(0);
  }

  @inline
  result(result: v128, x: v128): v128 {
    return f32x4.pmax(result, x);
  }

  @inline
  mark(mark: v128, result: v128, x: v128, pixel: i32): v128 {
    return v128.or(mark, f32x4.ne(x, x));
  }

  @inline
  store(y: usize, marks: usize, result: v128, mark: v128, divisor: v128, channels: i32): void {
    storeUpTo4(y, v128.or(result, mark), channels);
  }
}

/** The mark is the pixel of the result. */
@unmanaged
class Argmax {
  @inline
  hasDivisor(): bool {
    return false;
  }

  @inline
  noResult(): v128 {
    return f32x4.splat(-Infinity);
  }

  @inline
  noMark(pixel: i32): v128 {
    return i32x4.splat(pixel);
  }

  @inline
  result(result: v128, x: v128): v128 {
    return v128.bitselect(x, result, beats(x, result));
  }

  /** Pixels come in ascending order. */
  @inline
  mark(mark: v128, result: v128, x: v128, pixel: i32): v128 {
    return i32x4.max_s(mark, v128.and(beats(x, result), i32x4.splat(pixel)));
  }

  @inline
  store(y: usize, marks: usize, result: v128, mark: v128, divisor: v128, channels: i32): void {
    storeUpTo4(y, v128.or(result, f32x4.ne(result, result)), channels);
    storeUpTo4(marks, mark, channels);
  }
}

/** Where x > largest, or x is NaN and largest is not. */
// @ts-ignore: decorator
@inline
function beats(x: v128, largest: v128): v128 {
  return v128.andnot(f32x4.eq(largest, largest), f32x4.le(x, largest));
}

/** y for the output rows [begin, end) of batch · outDepth · outHeight. */
export function maxPoolForward(y: usize, x: usize, geometry: usize, begin: i32, end: i32): void {
  poolForward<Max>(y, 0, x, changetype<PoolGeometry>(geometry), 0, begin, end);
}

/** y and argmax for the output rows [begin, end) of batch · outDepth · outHeight. */
export function maxPoolForwardArgmax(
  y: usize,
  argmax: usize,
  x: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  poolForward<Argmax>(y, argmax, x, changetype<PoolGeometry>(geometry), 0, begin, end);
}

/** dx for the input rows [begin, end) of batch · inDepth · inHeight. */
export function maxPoolGradInput(
  dx: usize,
  dy: usize,
  argmax: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  poolGradInput(dx, dy, argmax, changetype<PoolGeometry>(geometry), 0, accumulate, begin, end);
}
