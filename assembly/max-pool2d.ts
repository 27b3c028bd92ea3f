// 2-D max pooling and its gradient.
//
//   y[n][oh][ow][c] = max over kh, kw of x[n][oh·s + kh·d − p][ow·s + kw·d − p][c]
//   dx[n][ih][iw][c] = Σ dy over the windows whose argmax is ih·W + iw
//
// x [N,H,W,C], y and argmax [N,OH,OW,C], argmax int32. Pixels outside the image do not count: a window without a pixel
// has y = −∞ and argmax = −1. The first maximum in row-major order wins, the first NaN beats every number. Shapes are
// checked in src/ops/pool/geometry.ts; both kernels give the same bits: every NaN has all of them set. Reference: tests/support/reference/pool2d.ts.
import { storeUpTo4 } from './lib/lanes';
import { poolForward } from './lib/pool-forward';
import { poolGradInput } from './lib/pool-gradient';
import { Pool2dGeometry } from './lib/pooling';

/** The result is the largest number so far; the mark is where there was a NaN, which `pmax` passes over. */
@unmanaged
class Max {
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

  @inline
  gradient(dy: usize, divisor: v128): v128 {
    return v128.load(dy);
  }

  @inline
  loadMark(marks: usize): v128 {
    return v128.load(marks);
  }

  @inline
  share(dy: v128, mark: v128, pixel: i32): v128 {
    return v128.and(dy, i32x4.eq(mark, i32x4.splat(pixel)));
  }
}

/** Where x > largest, or x is NaN and largest is not. */
// @ts-ignore: decorator
@inline
function beats(x: v128, largest: v128): v128 {
  return v128.andnot(f32x4.eq(largest, largest), f32x4.le(x, largest));
}

/** y for the output rows [begin, end) of batch · outHeight. */
export function maxPool2dForward(y: usize, x: usize, geometry: usize, begin: i32, end: i32): void {
  poolForward<Max>(y, 0, x, changetype<Pool2dGeometry>(geometry), false, begin, end);
}

/** y and argmax for the output rows [begin, end) of batch · outHeight. */
export function maxPool2dForwardArgmax(
  y: usize,
  argmax: usize,
  x: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  poolForward<Argmax>(y, argmax, x, changetype<Pool2dGeometry>(geometry), false, begin, end);
}

/** dx for the input rows [begin, end) of batch · inHeight. */
export function maxPool2dGradInput(
  dx: usize,
  dy: usize,
  argmax: usize,
  geometry: usize,
  accumulate: bool,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Pool2dGeometry>(geometry);
  poolGradInput<Argmax>(dx, dy, argmax, g, false, accumulate, begin, end);
}
